"""What of a message goes when its time is over, or when its reader asked to be forgotten; states and counts stay."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.notifications.calendar.rules import forget_entries
from services.notifications.messages.models import Attempt, Message
from services.notifications.people.rules import forget_lifted
from shared import clock
from shared.database import ACROSS_ORGANISATIONS

KEEP_WORDS = timedelta(days=90)
"""How long names, addresses and words of a message are kept after it was asked for; of a reminder, after its hour."""
BLANK: dict[str, Any] = {
    "person_name": "",
    "address": None,
    "mobile": None,
    "values": {},
    "pass_code": None,
    "link_id": None,
    "subject": "",
    "text": "",
    "told": None,
}
"""All of a message that tells of its reader. A new column of the kind belongs here."""


def forget_words(session: Session, now: datetime | None = None) -> int:
    """Delete names, addresses and words of messages whose retention time is over; how many messages."""
    now = now or clock.now()
    long_ago = now - KEEP_WORDS
    old = (
        update(Message)
        # What was asked for was queued before: this much the index knows.
        .where(Message.queued_at < long_ago, Message.asked_at < long_ago)
        .where(Message.forgotten_at.is_(None), Message.due_at.is_(None))
        .values(**BLANK, forgotten_at=now)
        .returning(Message.id)
        .execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False)
    )
    forgotten = list(session.scalars(old))
    if forgotten:
        session.execute(update(Attempt).where(Attempt.message_id.in_(forgotten)).values(answer=""))
    forget_entries(session, long_ago)
    forget_lifted(session, long_ago)
    return len(forgotten)
