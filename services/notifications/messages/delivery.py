"""What becomes of a letter after it was accepted: receipts and returns, which may come late, twice or out of order."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.notifications.messages.letters import letter_of
from services.notifications.messages.models import Message
from services.notifications.messages.outcome import note_accepted
from services.notifications.messages.rules import report_failure
from services.notifications.people.rules import suppress


def note_taken(session: Session, message: Message, now: datetime) -> None:
    """The other side says that it has the letter. News only where its answer had been lost."""
    _accepted(session, message, now, among={"queued", "sending"})


def note_delivered(session: Session, message: Message, now: datetime) -> None:
    """The letter reached the reader's mailbox or telephone.

    A receipt says more than the connection did: who was still to be tried again, since the answer had been lost, is
    not. Of what came back, or was given up before, a receipt changes nothing.
    """
    for one in _accepted(session, message, now, among={"queued", "sending", "sent"}):
        one.state = "delivered"
    session.flush()


def note_bounced(session: Session, message: Message, reason: str, permanent: bool, now: datetime) -> None:
    """The letter came back; `reason` is a word of `reasons.REASONS`. The first return counts.

    `permanent`: nothing will reach this address any more. Nothing is sent there until somebody lifts that, and whoever
    asked for the message must find another way.
    """
    returned = _accepted(session, message, now, among={"queued", "sending", "sent", "delivered"})
    for one in returned:
        one.state, one.reason = "bounced", reason
        if permanent:
            report_failure(session, one, reason)
    if returned and permanent:
        _suppress(session, message, reason)
    session.flush()


def _accepted(session: Session, message: Message, now: datetime, among: set[str]) -> list[Message]:
    """All messages of the letter, accepted by now, if it is in one of these states."""
    letter = letter_of(session, message)
    if letter[0].state not in among:
        return []
    note_accepted(session, [one.id for one in letter], now)
    for one in letter:
        session.refresh(one)
    return letter


def _suppress(session: Session, message: Message, reason: str) -> None:
    channel, address = message.channel, message.mobile if message.channel == "sms" else message.address
    if channel in {"email", "sms"} and address:
        why = "complained" if reason == "complained" else "bounced"
        suppress(session, message.organisation_id, channel, address, why)
