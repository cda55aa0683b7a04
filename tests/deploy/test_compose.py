"""compose.yaml and .env.example, checked as far as that goes without an engine."""

import copy
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from compose_spec import PyCompose

from deploy.probes import QUEUES
from shared.settings import SERVICES, _SettingsSchema, load_settings
from tests.deploy.compose_file import DEPLOY, VariableMissing, filled_in, read_compose, read_example
from tests.stack import ROOT

OURS = ("handdruk:", "handdruk-gateway:")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_compose(filled_in())


def _refusal(compose: dict[str, Any]) -> str:
    """What the compose specification has against it; empty when nothing."""
    try:
        PyCompose.from_json(json.dumps(compose)).validate()
    except ValueError as fault:
        return str(fault)
    return ""


def _roles(compose: dict[str, Any]) -> dict[str, list[str]]:
    return {name: one["command"] for name, one in compose["services"].items() if one["image"].startswith("handdruk:")}


def test_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    assert _refusal(compose) == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "beat", "depends_on", "redis", "condition"), "service_helthy"),
        (("services", "beat", "read_only"), "perhaps"),
        (("services", "beat", "networks"), ["nowhere"]),
        (("services", "redis", "volumes"), [{"type": "volumee", "source": "redis", "target": "/data"}]),
    ],
)
def test_specification_would_refuse_a_mistake(compose: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    broken = copy.deepcopy(compose)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert _refusal(broken) != ""


def test_every_named_volume_is_declared(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    named = {mount.partition(":")[0] for mount in mounts if not mount.startswith((".", "/"))}
    assert named == set(compose["volumes"])


def test_every_container_is_locked_down(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert service["logging"]["options"]["max-size"], name


def test_every_container_that_stays_tells_whether_it_is_well(compose: dict[str, Any]) -> None:
    without = {name for name, service in compose["services"].items() if "healthcheck" not in service}
    assert without == {"migrate"}
    assert compose["services"]["migrate"]["restart"] == "no"


def test_images_of_others_are_pinned(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    others = {image for image in images if not image.startswith(OURS)}
    assert {image.partition(":")[0] for image in others} == {"postgres", "redis"}
    for image in others:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z]+", image), image


def test_only_the_gateway_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["gateway"]
    assert {name for name, network in compose["networks"].items() if network.get("internal")} == {"data", "pages"}
    outward = {name for name, service in compose["services"].items() if "outside" in service["networks"]}
    assert outward == {"gateway", "worker-notifications"}
    assert "data" not in compose["services"]["gateway"]["networks"]


def test_every_role_is_a_command_of_handdruk(compose: dict[str, Any]) -> None:
    for name, words in _roles(compose).items():
        done = subprocess.run(
            [sys.executable, "-m", "deploy.command", *words, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stderr}"


def test_every_service_and_every_queue_has_its_containers(compose: dict[str, Any]) -> None:
    roles = _roles(compose)
    assert {words[1] for words in roles.values() if words[0] == "web"} == set(SERVICES)
    queues = [
        words[words.index("--queue") + 1] if "--queue" in words else words[1]
        for words in roles.values()
        if words[0] == "worker"
    ]
    assert sorted(queues) == sorted(QUEUES)
    assert [words for words in roles.values() if words[0] == "beat"] == [["beat"]]


def test_health_check_of_a_worker_asks_for_its_own_queue(compose: dict[str, Any]) -> None:
    for name, words in _roles(compose).items():
        if words[0] == "worker":
            assert compose["services"][name]["healthcheck"]["test"][-1] == name.removeprefix("worker-")


def test_every_role_has_the_settings_that_it_needs(compose: dict[str, Any]) -> None:
    for name, words in _roles(compose).items():
        environ = compose["services"][name]["environment"]
        needed = [words[1]] if words[0] in {"web", "worker"} else SERVICES
        for service in needed:
            assert load_settings(service, environ).base_url == "https://handdruk.example.org", name


def test_service_knows_the_address_of_no_other_database(compose: dict[str, Any]) -> None:
    for name in _roles(compose):
        if name in {"migrate", "beat", "worker-notifications"}:
            continue
        service = name.removeprefix("web-").removeprefix("worker-").replace("planning", "scheduling")
        known = {
            variable for variable in compose["services"][name]["environment"] if variable.endswith("_DATABASE_URL")
        }
        assert known == {f"HANDDRUK_{service.upper()}_DATABASE_URL"}, name


@pytest.mark.parametrize(
    "name", ["HANDDRUK_SECRET_KEY", "HANDDRUK_PASS_SIGNING_KEY", "POSTGRES_PASSWORD", "SERVER_NAME"]
)
def test_setting_without_a_value_stops_compose(name: str) -> None:
    with pytest.raises(VariableMissing, match=name):
        read_compose({**filled_in(), name: ""})


# ── .env.example ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_example_has_every_setting_and_no_other() -> None:
    names = {str(field.data_key) for field in _SettingsSchema().fields.values()} - {"DATABASE_URL"}
    names |= {f"{service.upper()}_DATABASE_URL" for service in SERVICES}
    of_compose = {"VERSION"}
    stands = {name.removeprefix("HANDDRUK_") for name in read_example(commented=True) if name.startswith("HANDDRUK_")}
    assert stands - of_compose == names


def test_every_setting_of_the_example_has_a_sentence() -> None:
    before = ""
    for line in (DEPLOY / ".env.example").read_text().splitlines():
        if re.match(r"^(# )?[A-Z][A-Z0-9_]*=", line):
            # The passwords share a sentence.
            assert re.match(r"^# [A-Z].*", before) or "PASSWORD=" in before, line
            before = line if "PASSWORD=" in line else ""
        else:
            before = line


def test_every_default_of_the_example_is_the_default() -> None:
    commented = read_example(commented=True).keys() - read_example(commented=False).keys()
    given = {**filled_in()}
    plain = load_settings("registration", given)
    for name in commented - {"HANDDRUK_VERSION", "HANDDRUK_STATIC_FOLDER"}:
        if name.startswith("HANDDRUK_"):
            stated = read_example(commented=True)[name]
            assert load_settings("registration", {**given, name: stated}) == plain, name


def test_compose_passes_on_every_setting(compose: dict[str, Any]) -> None:
    stands = {name for name in read_example(commented=True) if name.startswith("HANDDRUK_")} - {"HANDDRUK_VERSION"}
    assert set(compose["services"]["migrate"]["environment"]) == stands


def test_example_holds_no_secret() -> None:
    for name, value in read_example(commented=False).items():
        if name.endswith(("_KEY", "_PASSWORD")):
            assert value == "", name
