"""Letters that say more than one thing: what goes together, what is let go, and what need not be said any more."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from services.notifications.messages.models import WAITING, Message


def letter_of(session: Session, message: Message) -> list[Message]:
    """All messages that go in one letter with this one, locked; the one whose letter it is comes first."""
    carrier = message.merged_into or message.id
    together = select(Message).where(or_(Message.id == carrier, Message.merged_into == carrier)).with_for_update()
    found = session.scalars(together.order_by(Message.queued_at, Message.id)).all()
    return sorted(found, key=lambda one: one.id != carrier)


def release(session: Session, carrier: Message, now: datetime) -> None:
    """Let go of what the message carries: each is to be said by itself, or in another letter."""
    carried = update(Message).where(Message.merged_into == carrier.id, Message.state.in_(WAITING))
    freed = carried.values(merged_into=None, state="queued", due_at=now)
    session.execute(freed.execution_options(synchronize_session="fetch"))


def drop_message(session: Session, message: Message, reason: str, now: datetime) -> None:
    """It need not be said any more; what it carries must be all the same."""
    release(session, message, now)
    message.state, message.reason, message.due_at, message.merged_into = "dropped", reason, None, None
