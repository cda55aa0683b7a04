"""Orders to the running supervisor, over its socket (XML-RPC, as supervisor documents it)."""

import http.client
import os
import signal
import socket
import xmlrpc.client
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.servers.waiting import wait_for

UP = {"STARTING", "RUNNING", "BACKOFF"}
DOWN = {"STOPPED", "EXITED", "FATAL", "UNKNOWN"}
BAD_NAME, ALREADY_STARTED, NOT_RUNNING = 10, 60, 70
"""Fault codes of supervisor that say: it is so already, or not here."""


@dataclass(frozen=True)
class ProgramState:
    """What supervisor says of one program."""

    name: str
    group: str
    state: str
    pid: int


class Control:
    """The supervisor behind a socket. Methods raise OSError when it is gone."""

    def __init__(self, path: Path) -> None:
        self._server = xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(path))

    def is_there(self) -> bool:
        """Whether a supervisor answers."""
        try:
            self._call("getState")
        except (OSError, http.client.HTTPException):
            return False
        except xmlrpc.client.Fault:
            # It is stopping, and says so.
            return True
        return True

    def states(self) -> dict[str, ProgramState]:
        """The state of every program, by its name."""
        rows = self._call("getAllProcessInfo")
        return {row["name"]: ProgramState(row["name"], row["group"], row["statename"], row["pid"]) for row in rows}

    def start(self, names: Iterable[str]) -> None:
        """Start programs without waiting for them to be ready."""
        for name in names:
            self._tolerate(ALREADY_STARTED, "startProcess", self._full_name(name), False)

    def stop(self, names: Iterable[str], seconds: float = 30) -> None:
        """Ask programs to stop, all at once, and wait until they have."""
        wanted = set(names)
        for name in wanted:
            self._tolerate(NOT_RUNNING, "stopProcess", self._full_name(name), False)
        wait_for(lambda: all(self.states()[name].state in DOWN for name in wanted), seconds)

    def kill(self, name: str, number: int = signal.SIGKILL, *, whole: bool = True) -> None:
        """Send a signal to a program, with its children when `whole`, as a crash does; supervisor starts it again."""
        pid = self.states()[name].pid
        if pid:
            with suppress(ProcessLookupError):
                # Supervisor makes each program the head of a process group.
                (os.killpg if whole else os.kill)(pid, number)

    def shut_down(self) -> None:
        """Ask the supervisor to stop everything and itself."""
        with suppress(OSError, http.client.HTTPException, xmlrpc.client.Fault):
            self._call("shutdown")

    def _full_name(self, name: str) -> str:
        return f"{self.states()[name].group}:{name}"

    def _tolerate(self, code: int, method: str, *arguments: Any) -> None:
        try:
            self._call(method, *arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != code:
                raise

    def _call(self, method: str, *arguments: Any) -> Any:
        return getattr(self._server.supervisor, method)(*arguments)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, _host: Any) -> http.client.HTTPConnection:
        # A new connection for each order: supervisor may have been started anew in between.
        return _UnixConnection(self._path)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket file instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
