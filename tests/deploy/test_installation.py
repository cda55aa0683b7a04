"""An installation's folder, secrets and settings."""

import stat
from pathlib import Path

import pytest

from deploy.errors import CannotContinue
from deploy.installation import Ports, adopt_settings, open_installation
from shared.settings import SERVICES, load_settings


def test_settings_it_makes_are_settings_that_hold(tmp_path: Path) -> None:
    installation = open_installation({"HANDDRUK_STATE_FOLDER": str(tmp_path)})
    for service in SERVICES:
        settings = load_settings(service, installation.settings())
        assert settings.base_url == "http://127.0.0.1:8000"
        assert settings.database_url.endswith(f"@127.0.0.1:5433/handdruk_{service}")


def test_secrets_are_drawn_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    environ = {"HANDDRUK_STATE_FOLDER": str(tmp_path)}
    first, again = open_installation(environ), open_installation(environ)
    other = open_installation({"HANDDRUK_STATE_FOLDER": str(tmp_path / "other")})
    assert first.secrets == again.secrets
    assert first.secrets.secret_key != other.secrets.secret_key
    first.write_settings()
    for name in ("secrets.json", "settings.env"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_secrets_stay_out_of_what_a_traceback_shows(tmp_path: Path) -> None:
    installation = open_installation({"HANDDRUK_STATE_FOLDER": str(tmp_path)})
    shown = repr(installation) + repr(installation.postgres) + repr(installation.valkey)
    for secret in vars(installation.secrets).values():
        assert secret not in shown


def test_spoilt_secrets_are_not_drawn_anew(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}x")
    with pytest.raises(CannotContinue, match="Put a backup of it in its place"):
        open_installation({"HANDDRUK_STATE_FOLDER": str(tmp_path)})
    assert (tmp_path / "secrets.json").read_text() == "{}x"


def test_environment_wins_and_its_servers_are_not_started(tmp_path: Path) -> None:
    given = {f"HANDDRUK_{service.upper()}_DATABASE_URL": f"postgresql://h/{service}" for service in SERVICES}
    given |= {"HANDDRUK_REDIS_URL": "redis://h/0", "HANDDRUK_SMTP_URL": "smtp://h:25"}
    installation = open_installation({"HANDDRUK_STATE_FOLDER": str(tmp_path), **given})
    assert installation.postgres is None
    assert installation.valkey is None
    assert not installation.catches_mail
    assert given.items() <= installation.settings().items()


def test_some_databases_given_and_others_not_is_refused(tmp_path: Path) -> None:
    environ = {"HANDDRUK_STATE_FOLDER": str(tmp_path), "HANDDRUK_SCHEDULING_DATABASE_URL": "postgresql://h/s"}
    with pytest.raises(CannotContinue, match="HANDDRUK_REGISTRATION_DATABASE_URL, HANDDRUK_NOTIFICATIONS_DATABASE_URL"):
        _ = open_installation(environ).postgres


@pytest.mark.parametrize("text", ["0", "65536", "-1", "8e3", "eight", "٨٠٠٠"])
def test_port_that_is_no_port_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CannotContinue, match="HANDDRUK_SMTP_PORT must be a port number"):
        open_installation({"HANDDRUK_STATE_FOLDER": str(tmp_path), "HANDDRUK_SMTP_PORT": text})


def test_ports_differ_by_default() -> None:
    ports = vars(Ports())
    assert len(set(ports.values())) == len(ports)


def test_deep_checkout_gets_a_socket_that_unix_allows(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    one, other = (open_installation({"HANDDRUK_STATE_FOLDER": str(deep / name)}) for name in "ab")
    assert len(str(one.control_socket)) < 100
    assert one.control_socket != other.control_socket


def test_other_commands_take_over_what_run_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = open_installation(
        {"HANDDRUK_STATE_FOLDER": str(tmp_path), "HANDDRUK_BASE_URL": "http://a.example?b=c"}
    )
    installation.write_settings()
    for name in installation.settings():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANDDRUK_STATE_FOLDER", str(tmp_path))
    monkeypatch.setenv("HANDDRUK_MAIL_FROM", "mine@example.org")
    adopt_settings()
    settings = load_settings("registration")
    assert settings.base_url == "http://a.example?b=c"
    assert settings.mail_from == "mine@example.org"
