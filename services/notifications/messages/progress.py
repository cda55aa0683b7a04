"""The send in progress, for people who watch it: what went out minute by minute, how fast, and when it will be done."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.notifications.messages.models import Attempt, Message

MINUTES = 15
SOON = timedelta(minutes=2)
"""What is due within this time is being sent; what waits for longer has a reason, and is no part of the rush."""


@dataclass(frozen=True)
class Minute:
    """What happened in one minute."""

    begins_at: datetime
    queued: int
    sent: int
    delivered: int
    """of those sent in it"""
    failed: int


@dataclass(frozen=True)
class Progress:
    """The last minutes, oldest first, and what is still to go out."""

    minutes: tuple[Minute, ...]
    waiting: int
    """due now or soon"""
    per_minute: float
    """how many left in a minute, of those minutes in which any did"""
    done_at: datetime | None
    """when the last one leaves at this pace; None while nobody can tell"""

    @property
    def most(self) -> int:
        """The highest figure of any minute: the top of the drawing."""
        return max([1, *(max(one.queued, one.sent + one.failed) for one in self.minutes)])

    @property
    def is_running(self) -> bool:
        """Is there anything to watch?"""
        return self.waiting > 0


def load_progress(session: Session, event_id: uuid.UUID, now: datetime) -> Progress:
    """How the sending of messages about an event goes. Three queries, however many messages there are."""
    first = now.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    own = select(Message).where(Message.event_id == event_id)
    queued = _per_minute(session, own.where(Message.queued_at >= first), Message.queued_at)
    sent = _per_minute(session, own.where(Message.sent_at >= first), Message.sent_at)
    failed = _failed_per_minute(session, event_id, first)
    times = [first + timedelta(minutes=number) for number in range(MINUTES)]
    minutes = tuple(Minute(at, queued.get(at, (0, 0))[0], *sent.get(at, (0, 0)), failed.get(at, 0)) for at in times)
    due = select(func.count()).where(
        Message.event_id == event_id, Message.state.in_(("queued", "sending")), Message.due_at <= now + SOON
    )
    waiting = session.scalar(due) or 0
    pace = _pace(minutes)
    done_at = now + timedelta(minutes=waiting / pace) if waiting and pace else None
    return Progress(minutes, waiting, pace, done_at)


def _pace(minutes: tuple[Minute, ...]) -> float:
    """Letters a minute, over those of the last five minutes in which any left."""
    busy = [one.sent for one in minutes[-5:] if one.sent]
    return sum(busy) / len(busy) if busy else 0.0


def _per_minute(
    session: Session, messages: Select[Message], moment: InstrumentedAttribute[Any]
) -> dict[datetime, tuple[int, int]]:
    """Minute → how many, and how many of them are known to have arrived."""
    minute = func.date_trunc("minute", moment, "UTC").label("minute")
    arrived = func.count().filter(Message.state == literal("delivered"))
    rows = session.execute(messages.with_only_columns(minute, func.count(), arrived).group_by(minute))
    return {row[0]: (row[1], row[2]) for row in rows}


def _failed_per_minute(session: Session, event_id: uuid.UUID, first: datetime) -> dict[datetime, int]:
    """Minute → how many messages had their last attempt in it and failed."""
    last = (
        select(func.max(Attempt.ended_at).label("ended_at"))
        .join(Message, Message.id == Attempt.message_id)
        .where(Message.event_id == event_id, Message.state.in_(("failed", "bounced")), Attempt.ended_at >= first)
        .group_by(Message.id)
        .subquery()
    )
    minute = func.date_trunc("minute", last.c.ended_at, "UTC").label("minute")
    return {row[0]: row[1] for row in session.execute(select(minute, func.count()).group_by(minute))}
