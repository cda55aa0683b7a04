"""A provider of SMS for tests: a real HTTP server that speaks Twilio's interface, and misbehaves on request.

sms.fault("+31612345678", answer(429, after="7"))       # asks once to be left alone
sms.fault("+31612345678", drop(keeps=True))             # takes it, and the reply is lost
sms.refuse("+31612345678", 21610)                       # always: the person sent STOP
"""

import base64
import hmac
import json
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pytest

from deploy.servers.ports import LOOPBACK, choose_free
from deploy.servers.waiting import wait_for

ACCOUNT, SECRET, SENDER = "AC" + "a" * 32, "a token of the tests", "+3197000000000"
ANYBODY = ""
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@dataclass(frozen=True)
class Fault:
    """What goes wrong, once."""

    kind: str
    status: int = 0
    body: bytes = b""
    after: str = ""
    keeps: bool = False
    """the SMS was taken all the same"""


def answer(status: int, code: int | None = None, after: str = "", keeps: bool = False) -> Fault:
    """An answer other than yes, as the provider words it."""
    body = json.dumps({"code": code, "message": "scripted", "status": status}) if code else ""
    return Fault("answer", status, body.encode(), after, keeps)


def say(body: bytes, status: int = 201, keeps: bool = True) -> Fault:
    """An answer that is not what it should be."""
    return Fault("answer", status, body, keeps=keeps)


def hang(keeps: bool = False) -> Fault:
    """No answer for as long as the server runs."""
    return Fault("hang", keeps=keeps)


def trickle(keeps: bool = True) -> Fault:
    """An answer that comes a letter at a time and never ends."""
    return Fault("trickle", keeps=keeps)


def drop(keeps: bool = False) -> Fault:
    """The connection ends without an answer."""
    return Fault("drop", keeps=keeps)


@dataclass
class Carried:
    """An SMS that the provider took."""

    sid: str
    fields: dict[str, str]
    at: float
    """seconds on the server's monotonic clock"""
    made: float = field(default_factory=time.time)
    status: str = "queued"

    @property
    def to(self) -> str:
        return self.fields["To"]

    @property
    def text(self) -> str:
        return self.fields["Body"]

    @property
    def receipts_to(self) -> str:
        return self.fields["StatusCallback"]

    def as_resource(self) -> dict[str, Any]:
        """As the provider shows it."""
        return {
            "sid": self.sid, "to": self.to, "body": self.text, "status": self.status, "num_segments": "1",
            "date_created": format_datetime(datetime.fromtimestamp(self.made, UTC)), "error_code": None,
        }  # fmt: skip


class FaultyProvider:
    """The server. Use it as a context manager, or the fixture `sms`."""

    def __init__(self) -> None:
        self.port = choose_free(1)[0]
        self.carried: list[Carried] = []
        self.arrivals: list[float] = []
        """when each request to send came in, taken or not"""
        self.looked_up: list[str] = []
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._refusals: dict[str, int] = {}
        self._lock = threading.Lock()
        self.ended = threading.Event()
        self._http: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """What the setting SMS_URL says for this server."""
        return f"http://{ACCOUNT}@{LOOPBACK}:{self.port}?from=%2B{SENDER[1:]}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stop()

    def start(self) -> None:
        """Take connections, on the same port as before."""
        self.ended.clear()
        handler = type("Handler", (_Handler,), {"provider": self})
        self._http = _Server((LOOPBACK, self.port), handler)
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        self.ended.set()
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def fault(self, mobile: str, *faults: Fault) -> None:
        """What goes wrong with the next requests to send to `mobile`, one fault each."""
        with self._lock:
            self._faults[mobile].extend(faults)

    def refuse(self, mobile: str, code: int) -> None:
        """Say no to every SMS to `mobile`."""
        self._refusals[mobile] = code

    def take(self, fields: dict[str, str]) -> tuple[Fault | None, Carried | None]:
        """What happens to a request to send: its fault, and the SMS if it was taken."""
        with self._lock:
            now = time.monotonic()
            self.arrivals.append(now)
            fault = self._next_fault(fields["To"])
            if fault is not None and not fault.keeps:
                return fault, None
            carried = Carried(f"SM{uuid.uuid4().hex}", fields, now)
            self.carried.append(carried)
            return fault, carried

    def _next_fault(self, mobile: str) -> Fault | None:
        if mobile in self._refusals:
            return answer(400, self._refusals[mobile])
        for key in (mobile, ANYBODY):
            if self._faults[key]:
                return self._faults[key].popleft()
        return None

    def to(self, mobile: str) -> list[Carried]:
        """The SMS to one number, oldest first."""
        return [one for one in list(self.carried) if one.to == mobile]

    def wait_for(self, count: int, seconds: float = 20) -> list[Carried]:
        """The SMS once there are so many. Raises AssertionError when they do not come."""
        if not wait_for(lambda: len(self.carried) >= count, seconds):
            raise AssertionError(f"{len(self.carried)} of {count} SMS came")
        return list(self.carried)


def sign(address: str, fields: Mapping[str, str], secret: str = SECRET) -> str:
    """The signature that the provider puts on what it sends to us."""
    said = address + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(secret.encode(), said.encode(), "sha1").digest()).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class _Handler(BaseHTTPRequestHandler):
    provider: FaultyProvider
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Numbers are nobody's business on a terminal."""

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if not self._is_ours():
            return
        fields = {name: values[0] for name, values in parse_qs(said, keep_blank_values=True).items()}
        fault, carried = self.provider.take(fields)
        if fault is not None:
            self._act(fault)
        elif carried is not None:
            self._answer(201, json.dumps(carried.as_resource()).encode())

    def do_GET(self) -> None:
        if not self._is_ours():
            return
        mobile = parse_qs(urlsplit(self.path).query)["To"][0]
        self.provider.looked_up.append(mobile)
        found = [one.as_resource() for one in reversed(self.provider.to(mobile))]
        self._answer(200, json.dumps({"messages": found}).encode())

    def _is_ours(self) -> bool:
        """The path and the account; answers itself when they are not."""
        known = base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {known}":
            self._answer(401, b'{"code": 20003, "message": "Authenticate", "status": 401}')
            return False
        if urlsplit(self.path).path != PATH:
            self._answer(404, b'{"code": 20404, "message": "Not found", "status": 404}')
            return False
        return True

    def _act(self, fault: Fault) -> None:
        if fault.kind == "answer":
            self._answer(fault.status, fault.body, fault.after)
            return
        self.close_connection = True
        if fault.kind == "hang":
            self.provider.ended.wait()
        if fault.kind == "trickle":
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n")
            while not self.provider.ended.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()

    def _answer(self, status: int, body: bytes, after: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if after:
            self.send_header("Retry-After", after)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def sms() -> Iterator[FaultyProvider]:
    """A provider of SMS of one test's own."""
    with FaultyProvider() as provider:
        yield provider
