"""What measurements stand on: real servers of their own, a web process, and many connections to it."""

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.servers.ports import LOOPBACK, accepts, choose_free
from deploy.servers.postgres import PostgresServer
from deploy.servers.valkey import ValkeyServer
from deploy.servers.waiting import wait_for
from shared.migration import migrate
from shared.settings import Service, Settings, load_settings
from tests.servers import OwnServer

ROOT = Path(__file__).parents[2]
SIGNING_SEED = b"a test seed of just 32 letters.."
THREADS = 8
"""Requests at once in the web process, and connections that send them."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Ground:
    """PostgreSQL with a migrated registration database, Valkey, and the settings that point at them."""

    settings: Settings
    environ: dict[str, str]


@contextmanager
def laid_ground(*services: Service) -> Iterator[Ground]:
    """Servers as in production (every commit reaches the disk), gone afterwards; `services`: registration at least."""
    with tempfile.TemporaryDirectory(prefix="handdruk-bench-") as folder, ExitStack() as stack:
        postgres_port, valkey_port = choose_free(2)
        # PostgreSQL runs as somebody else when we are root, and must get to its folder.
        Path(folder).chmod(0o755)
        postgres = PostgresServer(Path(folder) / "postgres", postgres_port, "a password for bench")
        valkey = ValkeyServer(Path(folder) / "valkey", valkey_port, "a-password-for-bench")
        for server in (postgres, valkey):
            stack.enter_context(OwnServer(server))
        for service in {"registration": None, **dict.fromkeys(services)}:
            postgres.create_database(service)
            migrate(service, postgres.url(service))
        environ = {
            "HANDDRUK_SECRET_KEY": "a bench key that is no secret at all and long",
            "HANDDRUK_PASS_SIGNING_KEY": base64.b64encode(SIGNING_SEED).decode(),
            "HANDDRUK_BASE_URL": "http://127.0.0.1:8000",
            "HANDDRUK_REDIS_URL": valkey.url(),
            "HANDDRUK_SMTP_URL": "smtp://127.0.0.1:1025",
            "HANDDRUK_MAIL_FROM": "bench@example.org",
            "HANDDRUK_REGISTRATION_DATABASE_URL": postgres.url("registration"),
            "HANDDRUK_NOTIFICATIONS_DATABASE_URL": postgres.url("notifications"),
        }
        yield Ground(load_settings("registration", environ), environ)


@dataclass(frozen=True)
class Web:
    """A web process under measurement."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Processor time of the process and its children so far."""
        return sum(_cpu_seconds(pid) for pid in family_of(self.process.pid))


@contextmanager
def serving(command: Sequence[str], port: int, environ: dict[str, str]) -> Iterator[Web]:
    """Run `python -m command…` until the block ends, once it takes connections on `port`."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **environ},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        if not wait_for(lambda: accepts(port), 60):
            raise AssertionError(f"{command} did not start")
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def registration_web(ground: Ground) -> Iterator[Web]:
    """The registration service in one process, as `handdruk web` serves it."""
    [port] = choose_free(1)
    options = ["--host", LOOPBACK, "--port", str(port), "--workers", "1", "--threads", str(THREADS)]
    with serving(["deploy.command", "web", "registration", *options], port, ground.environ) as web:
        yield web


@contextmanager
def bare_web() -> Iterator[Web]:
    """A Flask application that does nothing but read and write JSON, under the same server."""
    [port] = choose_free(1)
    with serving(["tests.bench.bare", str(port), str(THREADS)], port, {}) as web:
        yield web


def family_of(pid: int) -> list[int]:
    """A process and all that it started, with what they started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family_of(int(child)))]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
