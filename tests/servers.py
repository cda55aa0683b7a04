"""PostgreSQL and Valkey for tests: real servers, shared by all test processes of one run.

Fixtures for `tests/conftest.py` to import: `servers`, `database_urls`, `redis_url`, `new_database`, `worker_number`;
or `-p tests.servers` among pytest's options.
"""

import fcntl
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
import redis

from deploy.servers.postgres import PostgresServer
from deploy.servers.valkey import ValkeyServer
from deploy.servers.waiting import wait_for
from shared.migration import migrate
from shared.settings import SERVICES, Service

ROOT = Path(__file__).parents[1]
START_SECONDS = 60
"""Two busy cores may need long to make a database cluster."""


@dataclass(frozen=True)
class SharedServers:
    """The servers of this test run, and where the run keeps what belongs to them."""

    folder: Path
    postgres: PostgresServer
    valkey: ValkeyServer

    def clone_database(self, service: Service, name: str) -> str:
        """A new, migrated, empty database of `service`; its address. About 0.1 s."""
        template = f"template_{service}"
        with _locked(self.folder / f"{service}.lock"):
            ready = self.folder / f"{template}.ready"
            if not ready.exists():
                self.postgres.create_database(template)
                migrate(service, self.postgres.url(template))
                ready.touch()
            self.postgres.create_database(name, template)
        return self.postgres.url(name)

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is still connected."""
        self.postgres.drop_database(name)


class OwnServer:
    """A server of one test alone, to stop, kill and start again. Use it as a context manager."""

    def __init__(self, server: PostgresServer | ValkeyServer) -> None:
        self.server = server
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.server.initialise()
        self.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers, also after a `kill`."""

        def comes_up() -> bool:
            # After a kill -9 PostgreSQL refuses until the last of its old processes has gone.
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(self.server.command(), stderr=subprocess.DEVNULL,
                                                 stdout=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
            return self.server.answers()

        if not wait_for(comes_up, START_SECONDS, pause=0.1):
            raise AssertionError(f"{self.server} did not start")

    def stop(self) -> None:
        """Stop it in an orderly way and wait until it is gone."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate() if isinstance(self.server, ValkeyServer) else self._process.send_signal(2)
            self._process.wait(30)

    def kill(self) -> None:
        """kill -9, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)


@pytest.fixture(scope="session")
def servers() -> Iterator[SharedServers]:
    """The run's PostgreSQL and Valkey: the first test process starts them, they stop after the last."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"process-{os.getpid()}"
    folder = Path(tempfile.gettempdir()) / f"handdruk-tests-{os.getuid()}-{run}"
    with _using(folder):
        yield _join(folder)


@pytest.fixture(scope="session")
def database_urls(servers: SharedServers, worker_number: int) -> dict[Service, str]:
    """An address per service: this test process's own migrated database."""
    return {service: servers.clone_database(service, f"{service}_{worker_number}") for service in SERVICES}


@pytest.fixture(scope="session")
def redis_url(servers: SharedServers, worker_number: int) -> str:
    """This test process's own numbered database on the shared Valkey, empty at the start."""
    url = servers.valkey.url(worker_number)
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def new_database(servers: SharedServers, worker_number: int) -> Iterator[Callable[[Service], str]]:
    """Makes a database of a service for one test alone, and drops it afterwards."""
    made: list[str] = []

    def make(service: Service) -> str:
        made.append(f"{service}_{worker_number}_{next(_numbers)}")
        return servers.clone_database(service, made[-1])

    yield make
    for name in made:
        servers.drop_database(name)


@pytest.fixture(scope="session")
def worker_number() -> int:
    """0 when pytest runs alone, 1 and up for the processes of pytest-xdist."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(name.removeprefix("gw")) + 1 if name else 0


_numbers = itertools.count(1)


@contextmanager
def _using(folder: Path) -> Iterator[None]:
    """Hold the shared lock that keeps the keeper at its post."""
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = folder / "users.lock"
        with lock.open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            # Otherwise a keeper removed the folder while this process waited: begin again with a new one.
            if lock.exists() and os.path.samestat(lock.stat(), os.fstat(users.fileno())):
                yield
                return


def _join(folder: Path) -> SharedServers:
    with _locked(folder / "start.lock"):
        ready = folder / "ready.json"
        if not ready.exists():
            with (folder / "keeper.log").open("ab") as log:
                words = [sys.executable, "-m", "tests.keeper", str(folder)]
                subprocess.Popen(
                    words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
        if not wait_for(ready.exists, START_SECONDS):
            raise AssertionError(f"the test servers did not start: {(folder / 'keeper.log').read_text()}")
    where: dict[str, Any] = json.loads(ready.read_text())
    if "failed" in where:
        raise AssertionError(f"the test servers did not start: {where['failed']}")
    return SharedServers(
        folder,
        PostgresServer(folder / "postgres", where["postgres"], where["password"], durable=False),
        ValkeyServer(folder / "valkey", where["valkey"], where["password"], durable=False),
    )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
