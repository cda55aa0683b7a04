"""A real SMTP server for tests: takes mail, keeps it, and misbehaves on request.

mail.fault("someone@example.org", answer(451))           # asks once to come back later
mail.fault("someone@example.org", drop("data"), hang())  # and then, and then
mail.stop(); mail.start()                                # away for a while, same port
"""

import asyncio
import contextlib
import logging
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.servers.ports import LOOPBACK, choose_free
from deploy.servers.waiting import wait_for

# The server's own log tells every address at INFO; it is not what tests of logs are about.
logging.getLogger("mail.log").setLevel(logging.WARNING)
ANYBODY = ""
"""A fault for this address is for the next mail to whomever."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong, once. `stage`: greeting, mail, rcpt or data (after the last line, before the reply)."""

    kind: str
    stage: str
    reply: str = ""
    keeps: bool = False
    """the mail was taken all the same"""


def answer(code: int, words: str = "scripted", stage: str = "rcpt") -> Fault:
    """A reply other than yes."""
    return Fault("answer", stage, f"{code} {words}")


def hang(stage: str = "data", keeps: bool = False) -> Fault:
    """No reply for as long as the server runs."""
    return Fault("hang", stage, keeps=keeps)


def hold(stage: str = "data") -> Fault:
    """The reply comes when the test says `let_go`, and the mail is taken then."""
    return Fault("hold", stage, keeps=True)


def drop(stage: str = "data", keeps: bool = False) -> Fault:
    """The connection ends without a reply."""
    return Fault("drop", stage, keeps=keeps)


@dataclass(frozen=True)
class Received:
    """A mail that the server took."""

    sender: str
    address: str
    raw: bytes = field(repr=False)

    @property
    def mail(self) -> EmailMessage:
        """The mail as Python's parser reads it."""
        read = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    def part(self, content_type: str, number: int = 0) -> EmailMessage:
        """The part of this type; the first one when not said otherwise."""
        found = [part for part in self.mail.walk() if part.get_content_type() == content_type]
        assert isinstance(found[number], EmailMessage)
        return found[number]

    @property
    def text(self) -> str:
        return str(self.part("text/plain").get_content())

    @property
    def html(self) -> str:
        return str(self.part("text/html").get_content())

    @property
    def calendar(self) -> bytes:
        payload = self.part("text/calendar").get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload


class FaultyServer:
    """The server. Use it as a context manager, or the fixture `mail`."""

    def __init__(
        self, secured: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, password: str = ""
    ) -> None:
        self.port = choose_free(1)[0]
        self.received: list[Received] = []
        self.times: list[float] = []
        """when each of them came, in seconds on this process's clock"""
        self.connections = 0
        self.attempts: list[str] = []
        """each address that was named to the server, in order"""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.may_reply = threading.Event()
        self._secured, self._starttls, self._password = secured, starttls, password
        self._controller: Controller | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """What the setting SMTP_URL says for this server."""
        scheme = "smtps" if self._secured else "smtp"
        user = f"someone:{self._password}@" if self._password else ""
        wish = "?starttls=required" if self._starttls else "?starttls=no" if user else ""
        return f"{scheme}://{user}{'localhost' if self._secured or self._starttls else LOOPBACK}:{self.port}{wish}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stop()

    def start(self) -> None:
        """Take connections, on the same port as before."""
        self._controller = _Controller(self, self._secured, self._starttls, self._password)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def fault(self, address: str, *faults: Fault) -> None:
        """What goes wrong with the next mails to `address`, one fault a mail."""
        with self._lock:
            self._faults[address].extend(faults)

    def let_go(self) -> None:
        """Whatever is held back is answered."""
        self.may_reply.set()

    def take_fault(self, address: str, stage: str) -> Fault | None:
        """The fault that is due now, if one is."""
        with self._lock:
            for key in (address, ANYBODY):
                waiting = self._faults[key]
                if waiting and waiting[0].stage == stage:
                    return waiting.popleft()
        return None

    def keep(self, sender: str, address: str, raw: bytes) -> None:
        with self._lock:
            self.received.append(Received(sender, address, raw))
            self.times.append(time.monotonic())

    def to(self, address: str) -> list[Received]:
        """The mails to one address, oldest first."""
        return [mail for mail in list(self.received) if mail.address == address]

    def wait_for(self, count: int, seconds: float = 20) -> list[Received]:
        """The mails once there are so many. Raises AssertionError when they do not come."""
        if not wait_for(lambda: len(self.received) >= count, seconds):
            raise AssertionError(f"{len(self.received)} of {count} mails came")
        return list(self.received)


class _Handler:
    def __init__(self, server: FaultyServer) -> None:
        self._server = server

    async def handle_MAIL(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await _act(self._server.take_fault(ANYBODY, "mail"), smtp, self._server.may_reply)
        envelope.mail_from = address
        return reply or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._server.attempts.append(address)
        reply = await _act(self._server.take_fault(address, "rcpt"), smtp, self._server.may_reply)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        fault = self._server.take_fault(address, "data")
        if fault is None or fault.keeps:
            self._server.keep(envelope.mail_from or "", address, bytes(envelope.original_content or b""))
        reply = await _act(fault, smtp, self._server.may_reply)
        return reply or "250 2.0.0 Queued"


async def _act(fault: Fault | None, smtp: SMTP, may_reply: threading.Event) -> str | None:
    """Do what the fault says; the reply if it is one."""
    if fault is None:
        return None
    if fault.kind == "hang":
        await asyncio.Event().wait()
    if fault.kind == "hold":
        while not may_reply.is_set():
            await asyncio.sleep(0.02)
        return None
    if fault.kind == "drop":
        assert smtp.transport is not None
        smtp.transport.abort()
        raise asyncio.CancelledError
    return fault.reply


class _Smtp(SMTP):
    """Counts connections, and can hold back its greeting."""

    faulty: FaultyServer

    async def _handle_client(self) -> None:
        self.faulty.connections += 1
        fault = self.faulty.take_fault(ANYBODY, "greeting")
        with contextlib.suppress(asyncio.CancelledError):
            reply = await _act(fault, self, self.faulty.may_reply)
            if reply:
                await self.push(reply)
                return
        await super()._handle_client()


class _Controller(Controller):
    def __init__(
        self, faulty: FaultyServer, secured: ssl.SSLContext | None, starttls: ssl.SSLContext | None, password: str
    ) -> None:
        options: dict[str, Any] = {"tls_context": starttls, "require_starttls": True} if starttls else {}
        if password:
            options |= {"authenticator": _Gate(password), "auth_required": True, "auth_require_tls": False}
        super().__init__(_Handler(faulty), LOOPBACK, faulty.port, ssl_context=secured, **options)
        self._faulty, self._options = faulty, options

    def factory(self) -> SMTP:
        smtp = _Smtp(self.handler, hostname="mail.test", **self._options)
        smtp.faulty = self._faulty
        return smtp


class _Gate:
    def __init__(self, password: str) -> None:
        self._password = password.encode()

    def __call__(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.password == self._password
        return AuthResult(success=known, handled=False)  # not handled: the server itself says no


@pytest.fixture
def mail() -> Iterator[FaultyServer]:
    """A mail server of one test's own."""
    with FaultyServer() as server:
        yield server
