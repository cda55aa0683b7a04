"""Sending for real: the service's sender against a mail server of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.notifications.channels.email import channel as email
from services.notifications.channels.email.server import Patience
from services.notifications.channels.registry import make_channels
from services.notifications.messages.attempts import Claim
from services.notifications.messages.claim import claim_letters
from services.notifications.messages.gate import Gate
from services.notifications.messages.models import Attempt, Message
from services.notifications.messages.outcome import begin_attempt
from services.notifications.messages.sending import Sender
from shared.database import ACROSS_ORGANISATIONS
from tests.mail import FaultyServer
from tests.service_under_test import ServiceUnderTest


@dataclass
class Post:
    """The service, its sender and the mail server."""

    service: ServiceUnderTest
    mail: FaultyServer
    sender: Sender

    def send(self) -> int:
        """Send what is due, as often as the job needs to; how many were accepted."""
        total = 0
        while accepted := self.sender.send_due(self.service.sessions):
            total += accepted
        return total

    def let_time_pass(self) -> None:
        """Everything that waits is due now, and the pause for a server that was away is over."""
        self.sender = new_sender(self.service, self.mail)
        with self.service.sessions.begin() as session:
            past = update(Message).where(Message.due_at.is_not(None)).values(due_at=Message.due_at - timedelta(days=1))
            session.execute(past.execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))

    def messages(self) -> list[Message]:
        """Every message, oldest first."""
        with self.service.session() as session:
            every = select(Message).order_by(Message.queued_at).execution_options(**ACROSS_ORGANISATIONS)
            return list(session.scalars(every))

    def states(self) -> list[str]:
        return [message.state for message in self.messages()]

    def reasons(self) -> list[str | None]:
        return [message.reason for message in self.messages()]

    def attempts(self) -> list[Attempt]:
        with self.service.session() as session:
            return list(session.scalars(select(Attempt).order_by(Attempt.id)))


def claim_some(post: Post, most: int = 32) -> list[Claim]:
    """Take letters in hand as a worker does, and go no further."""
    settings = post.service.floor.settings
    with post.service.sessions.begin() as session:
        return claim_letters(session, settings, Gate(make_channels(settings)), most)


def begin_one(post: Post) -> Claim:
    """Take a letter in hand and write its attempt down, as a worker does that then dies."""
    (claim,) = claim_some(post, 1)
    with post.service.sessions.begin() as session:
        assert begin_attempt(session, claim) is not None
    return claim


def new_sender(service: ServiceUnderTest, mail: FaultyServer, **changes: Any) -> Sender:
    """A sender that mails to this server, as a process has that just started; `changes` of the settings."""
    return Sender(replace(service.floor.settings, smtp_url=mail.url, **changes))


@pytest.fixture
def post(notifications: ServiceUnderTest, mail: FaultyServer) -> Post:
    """Notifications on an empty database, with a mail server."""
    return Post(notifications, mail, new_sender(notifications, mail))


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Wait for the mail server this many seconds only, so that a test of a silent one ends."""

    def shorten(seconds: float) -> None:
        read = email.read_server
        patience = Patience(handshake=seconds, acceptance=seconds)
        monkeypatch.setattr(email, "read_server", lambda url: replace(read(url), patience=patience))

    return shorten
