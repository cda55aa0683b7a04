"""One installation on one machine: where its state lies, its ports, its secrets, its settings.

`make run` makes it; the other commands of `handdruk` find its settings in the same folder.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from deploy.errors import CannotContinue
from deploy.servers.ports import LOOPBACK
from deploy.servers.postgres import PostgresServer
from deploy.servers.valkey import ValkeyServer
from shared.settings import SERVICES

ROOT = Path(__file__).parents[1]
LONGEST_SOCKET_PATH = 90
"""Unix allows 107 characters, and supervisor adds its process number while it starts."""


@dataclass(frozen=True)
class Ports:
    """Where each part listens, on the loopback address only. Each is set by HANDDRUK_<NAME>_PORT."""

    gateway: int = 8000
    registration: int = 8001
    scheduling: int = 8002
    notifications: int = 8003
    mail_page: int = 8025
    smtp: int = 1025
    postgres: int = 5433
    valkey: int = 6380


@dataclass(frozen=True)
class Secrets:
    """What is drawn at the first start and kept: whoever has it can sign in as anybody."""

    secret_key: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(48))
    pass_signing_key: str = field(
        repr=False, default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode()
    )
    postgres_password: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(24))
    valkey_password: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(frozen=True)
class Installation:
    """A state folder with the ports and secrets that belong to it, and what the environment gives instead."""

    folder: Path
    ports: Ports
    secrets: Secrets
    given: Mapping[str, str] = field(repr=False)
    """The HANDDRUK_ variables of the environment: they win over what is made here."""

    @property
    def settings_file(self) -> Path:
        """The settings of the running system, for the other commands of `handdruk`."""
        return self.folder / "settings.env"

    @property
    def logs(self) -> Path:
        """A log file per part."""
        return self.folder / "log"

    @property
    def supervisor_configuration(self) -> Path:
        """What the supervisor reads."""
        return self.folder / "run" / "supervisord.conf"

    @property
    def supervisor_pid_file(self) -> Path:
        """Where the supervisor writes its process number."""
        return self.folder / "run" / "supervisord.pid"

    @property
    def control_socket(self) -> Path:
        """Where the supervisor takes orders."""
        return place_control_socket(self.folder)

    @property
    def postgres(self) -> PostgresServer | None:
        """The server to bring along; None when the environment gives the address of each database."""
        given = [service for service in SERVICES if f"HANDDRUK_{service.upper()}_DATABASE_URL" in self.given]
        if len(given) == len(SERVICES):
            return None
        if given:
            missing = ", ".join(
                f"HANDDRUK_{service.upper()}_DATABASE_URL" for service in SERVICES if service not in given
            )
            raise CannotContinue(f"Give the address of every database or of none: {missing} is not set.")
        return PostgresServer(self.folder / "postgres", self.ports.postgres, self.secrets.postgres_password)

    @property
    def valkey(self) -> ValkeyServer | None:
        """The server to bring along; None when the environment gives an address."""
        if "HANDDRUK_REDIS_URL" in self.given:
            return None
        return ValkeyServer(self.folder / "valkey", self.ports.valkey, self.secrets.valkey_password)

    @property
    def catches_mail(self) -> bool:
        """Whether mail goes to the catcher with its inbox page, and not to a server that the environment gives."""
        return "HANDDRUK_SMTP_URL" not in self.given

    def settings(self) -> dict[str, str]:
        """Every HANDDRUK_ variable of the running system."""
        made = {
            "HANDDRUK_SECRET_KEY": self.secrets.secret_key,
            "HANDDRUK_PASS_SIGNING_KEY": self.secrets.pass_signing_key,
            "HANDDRUK_BASE_URL": f"http://{LOOPBACK}:{self.ports.gateway}",
            "HANDDRUK_SMTP_URL": f"smtp://{LOOPBACK}:{self.ports.smtp}",
            "HANDDRUK_MAIL_FROM": "handdruk@example.org",
            "HANDDRUK_LOG_FORMAT": "console",
            "HANDDRUK_MERGE_SECONDS": "2",
        }
        if self.catches_mail:
            # The catcher takes SMS too. Its token is not guessable: with it, anybody could send us receipts.
            made["HANDDRUK_SMS_URL"] = f"http://demo@{LOOPBACK}:{self.ports.mail_page}?from=Handdruk"
            made["HANDDRUK_SMS_SECRET"] = hmac.digest(self.secrets.secret_key.encode(), b"sms", "sha256").hex()
        if self.valkey:
            made["HANDDRUK_REDIS_URL"] = self.valkey.url()
        if self.postgres:
            for service in SERVICES:
                made[f"HANDDRUK_{service.upper()}_DATABASE_URL"] = self.postgres.url(database_name(service))
        ports = {f"HANDDRUK_{name.upper()}_PORT": str(port) for name, port in asdict(self.ports).items()}
        return {**made, **ports, **self.given, "HANDDRUK_STATE_FOLDER": str(self.folder)}

    def write_settings(self) -> None:
        """Keep the settings where only this user can read them."""
        _write_secret(self.settings_file, "".join(f"{name}={value}\n" for name, value in self.settings().items()))


def database_name(service: str) -> str:
    """The database of a service on a server of our own."""
    return f"handdruk_{service}"


def open_installation(environ: Mapping[str, str] | None = None) -> Installation:
    """The installation that the environment points at, `var/` by default; secrets are drawn when it has none.

    Raises CannotContinue for a folder that cannot be written and for a port that is no port.
    """
    environ = os.environ if environ is None else environ
    folder = state_folder(environ)
    given = {name: value for name, value in environ.items() if name.startswith("HANDDRUK_") and value}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "log").mkdir(exist_ok=True)
        (folder / "run").mkdir(exist_ok=True)
        kept = _keep_secrets(folder / "secrets.json")
    except OSError as fault:
        raise CannotContinue(f"{folder} cannot be written: {fault.strerror}.") from None
    return Installation(folder, _read_ports(environ), kept, given)


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where all state lies: HANDDRUK_STATE_FOLDER, by default `var/` in the checkout."""
    return Path(environ.get("HANDDRUK_STATE_FOLDER") or ROOT / "var").absolute()


def adopt_settings() -> None:
    """Take over the settings that `make run` left, for a command that was given none. Does nothing elsewhere."""
    file = state_folder(os.environ) / "settings.env"
    if "HANDDRUK_SECRET_KEY" in os.environ or not file.exists():
        return
    for line in file.read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


def _read_ports(environ: Mapping[str, str]) -> Ports:
    chosen: dict[str, int] = {}
    for port in fields(Ports):
        variable = f"HANDDRUK_{port.name.upper()}_PORT"
        text = environ.get(variable)
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise CannotContinue(f"{variable} must be a port number from 1 to 65535, and is {text!r}.")
        chosen[port.name] = int(text)
    return Ports(**chosen)


def _keep_secrets(file: Path) -> Secrets:
    if not file.exists():
        _write_secret(file, json.dumps(asdict(Secrets())))
    try:
        return Secrets(**json.loads(file.read_text()))
    except (ValueError, TypeError):
        raise CannotContinue(
            f"{file} cannot be read. Put a backup of it in its place; `make reset` starts anew, without the data."
        ) from None


def _write_secret(file: Path, text: str) -> None:
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(file)


def place_control_socket(folder: Path) -> Path:
    """The supervisor's socket for a state folder: in it, or close to the root when it lies too deep for a socket."""
    socket = folder / "run" / "supervisor.sock"
    if len(str(socket)) > LONGEST_SOCKET_PATH:
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"handdruk-{os.getuid()}" / f"{name}.sock"
    return socket
