"""What becomes of a letter after it was accepted: receipts and returns, which may come late, twice or out of order."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.notifications.messages.models import Message
from services.notifications.messages.outcome import note_accepted
from services.notifications.messages.rules import report_failure


def note_delivered(session: Session, message: Message, now: datetime) -> None:
    """The letter reached the reader's mailbox or telephone.

    A receipt says more than the connection did: who was still to be tried again, since the answer had been lost, is
    not. Of what came back, or was given up before, a receipt changes nothing.
    """
    session.refresh(message, with_for_update=True)
    if message.state in {"queued", "sending"}:
        note_accepted(session, message, now)
    if message.state == "sent":
        message.state = "delivered"


def note_bounced(session: Session, message: Message, reason: str, permanent: bool, now: datetime) -> None:
    """The letter came back; `reason` is a word of `search.REASONS`. The first return counts.

    `permanent`: nothing will reach this address any more, so that whoever asked must find another way.
    """
    session.refresh(message, with_for_update=True)
    if message.state not in {"queued", "sending", "sent", "delivered"}:
        return
    if message.sent_at is None:
        note_accepted(session, message, now)
    message.state, message.reason, message.due_at = "bounced", reason, None
    if permanent:
        report_failure(session, message, reason)
