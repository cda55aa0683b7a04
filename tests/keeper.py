"""The process that holds the test servers: starts them, and stops them when no test process is left.

    python -m tests.keeper FOLDER

Every test process holds a shared lock on FOLDER/users.lock. The kernel lets go of a lock with the process that held
it, so even a run ended with kill -9 leaves no server behind.
"""

import fcntl
import json
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from deploy.errors import CannotContinue
from deploy.servers.ports import choose_free
from deploy.servers.postgres import PostgresServer
from deploy.servers.valkey import ValkeyServer

ATTEMPTS = 3
"""A port that was free may be taken by the time the server asks for it."""


def keep(folder: Path) -> None:
    """Start the servers, say where they are, wait for the last user to go, stop them, remove the folder."""
    try:
        processes = _start(folder)
    except (CannotContinue, OSError) as fault:
        _announce(folder, {"failed": str(fault)})
        return
    try:
        with (folder / "users.lock").open("a") as users:
            while not _alone(users.fileno()):
                time.sleep(0.3)
            # The lock is kept, so that a late user cannot come in between here and the removal.
            _end(processes)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        _end(processes)


def _start(folder: Path) -> list[subprocess.Popen[bytes]]:
    password = secrets.token_hex(16)
    for attempt in range(1, ATTEMPTS + 1):
        postgres_port, valkey_port = choose_free(2)
        postgres = PostgresServer(folder / "postgres", postgres_port, password, durable=False)
        valkey = ValkeyServer(folder / "valkey", valkey_port, password, durable=False)
        postgres.initialise()
        valkey.initialise()
        processes = [_launch(postgres.command(), folder, "postgres"), _launch(valkey.command(), folder, "valkey")]
        try:
            postgres.wait_until_ready()
            valkey.wait_until_ready()
        except CannotContinue:
            _end(processes)
            if attempt == ATTEMPTS:
                raise
            continue
        _announce(folder, {"postgres": postgres_port, "valkey": valkey_port, "password": password})
        return processes
    raise AssertionError("unreachable")


def _launch(command: list[str], folder: Path, name: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _announce(folder: Path, where: dict[str, object]) -> None:
    draft = folder / "ready.json.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(where))
    draft.rename(folder / "ready.json")


def _alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            # What PostgreSQL calls a fast shutdown; Valkey takes it as an ordinary one.
            process.send_signal(signal.SIGINT)
    for process in processes:
        process.wait(20)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
