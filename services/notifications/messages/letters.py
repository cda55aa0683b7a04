"""Letters that say more than one thing: what goes together, what is let go, and what need not be said any more."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Update, case, or_, select, update
from sqlalchemy.orm import Session, aliased

from services.notifications.events.models import Event
from services.notifications.messages.models import WAITING, Attempt, Message
from shared import clock

HOLD = timedelta(seconds=20)
"""How long letters that are ready wait for their turn in a worker; what was not begun by then is anybody's."""


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


def find_doubtful(session: Session, messages: Sequence[Message]) -> set[uuid.UUID]:
    """Those whose letter may have been accepted although we never heard so.

    A second copy must say what the first one said, since programs that know the Message-ID show only one.
    """
    tried = [message.id for message in messages if message.tries]
    if not tried:
        return set()
    lost = select(Attempt.message_id).where(Attempt.message_id.in_(tried), Attempt.outcome == "lost")
    return set(session.scalars(lost))


def take_back(session: Session, queued: Update) -> None:
    """Of these queued messages, those that a worker has ready and did not begin are to be composed anew."""
    now = clock.now()
    ready = queued.where(Message.due_at > now, Message.due_at <= now + HOLD).values(due_at=now)
    session.execute(ready.execution_options(synchronize_session=False))


def look_again(session: Session, event_id: uuid.UUID) -> None:
    """The event changed: what is ready and not yet begun said what was true before; reminders come at another time."""
    now = clock.now()
    about = update(Message).where(Message.event_id == event_id).execution_options(synchronize_session=False)
    queued = about.where(Message.state == "queued")
    take_back(session, queued)
    starts_at = select(Event.starts_at).where(Event.id == event_id).scalar_subquery()
    cancelled = select(Event.state == "cancelled").where(Event.id == event_id).scalar_subquery()
    due_at = starts_at - Message.before_start * timedelta(minutes=1)
    waiting = queued.where(Message.before_start.is_not(None), Message.tries == 0)
    session.execute(waiting.values(due_at=case((cancelled, now), else_=due_at)))
    # A date that was wrong for a while costs nobody the reminder.
    newer = aliased(Message)
    has_newer = select(newer.id).where(
        newer.person_id == Message.person_id, newer.event_id == event_id, newer.template == Message.template,
        newer.queued_at > Message.queued_at,
    ).exists()  # fmt: skip
    missed = about.where(Message.state == "dropped", Message.reason.in_(("too_late", "event_over")), due_at > now)
    missed = missed.where(Message.before_start.is_not(None), Message.forgotten_at.is_(None), ~has_newer)
    session.execute(missed.values(state="queued", reason=None, due_at=due_at))
