"""Sends requests over connections that stay open, as fast as they are answered, and notes how long each took."""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.bench import Row
from tests.bench.ground import THREADS, Web

Work = Callable[[], object]


def post(path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> bytes:
    """A request as it goes over the wire."""
    content = json.dumps(body).encode()
    given = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": len(content), **(headers or {})}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def measure_requests(name: str, web: Web, requests: Sequence[bytes], warm_up: int, compared_to: str | None = None,
                     expect: bytes = b"") -> Row:  # fmt: skip
    """Send the first `warm_up` requests unmeasured, then the others; every answer must be a 200 with `expect` in it."""
    connections = [Connection(web.port) for _ in range(THREADS)]
    run_shared(connections, requests[:warm_up], expect)
    before = web.cpu_seconds()
    taken, seconds = run_shared(connections, requests[warm_up:], expect)
    cpu = web.cpu_seconds() - before
    for connection in connections:
        connection.close()
    return make_row(name, taken, seconds, cpu, compared_to)


def run_shared(
    connections: Sequence["Connection"], requests: Sequence[bytes], expect: bytes
) -> tuple[list[float], float]:
    """All requests, shared out over the connections; the time of each and of the whole, in seconds."""
    jobs = [
        [lambda request=request, connection=connection: connection.send(request, expect)
         for request in requests[start :: len(connections)]]
        for start, connection in enumerate(connections)
    ]  # fmt: skip
    return run_at_once(jobs)


def run_at_once(jobs: Sequence[Sequence[Work]]) -> tuple[list[float], float]:
    """Each list in a thread of its own; the time of each job and of the whole, in seconds. Raises what a job raised."""
    taken: list[float] = []
    faults: list[BaseException] = []
    start = threading.Barrier(len(jobs) + 1)

    def work(own: Sequence[Work]) -> None:
        start.wait()
        try:
            for job in own:
                begun = time.perf_counter()
                job()
                taken.append(time.perf_counter() - begun)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(own,)) for own in jobs]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return taken, time.perf_counter() - begun


def make_row(name: str, taken: list[float], seconds: float, cpu: float | None, compared_to: str | None) -> Row:
    """The row of a measurement, from the time of each job in seconds."""
    ordered = sorted(taken)
    return Row(
        name,
        per_second=len(ordered) / seconds,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1000,
        cpu_ms=cpu / len(ordered) * 1000 if cpu is not None else None,
        compared_to=compared_to,
    )


class Connection:
    """One connection that stays open. As little work as possible on this side: the processors are shared."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes, expect: bytes) -> None:
        """Send a request and wait for the whole answer. Raises AssertionError when it is not what was expected."""
        self._socket.sendall(request)
        answer = self._socket.recv(65536)
        head_end = answer.find(b"\r\n\r\n")
        while head_end < 0:
            answer += self._more()
            head_end = answer.find(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(answer) < head_end + 4 + length:
            answer += self._more()
        if b" 200 " not in answer[:15] or expect not in answer:
            raise AssertionError(answer.decode(errors="replace"))

    def _more(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise AssertionError("the server closed the connection")
        return part

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
