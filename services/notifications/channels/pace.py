"""How fast a provider takes letters, held for all workers together by a row that they share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, Interval, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.channels.models import ChannelPace

MOST_REST = timedelta(hours=1)
"""Longer than this no provider is left alone, whatever it says."""


@dataclass(frozen=True)
class Pace:
    """Letters a second that a provider takes from us."""

    per_second: float

    @property
    def interval(self) -> timedelta:
        """From one letter to the next."""
        return timedelta(seconds=1 / self.per_second)


def take_turn(session: Session, channel: str, pace: Pace) -> float:
    """Take the channel's next turn when it is now: 0. Otherwise the seconds until somebody may.

    Turns lie an interval apart on the database's clock, so that workers on several machines agree.
    """
    now = _now()
    first = {"channel": channel, "next_at": now + literal(pace.interval, Interval)}
    taken = (
        insert(ChannelPace)
        .values(**first)
        .on_conflict_do_update(
            index_elements=[ChannelPace.channel], set_={"next_at": first["next_at"]}, where=ChannelPace.next_at <= now
        )
        .returning(ChannelPace.channel)
    )
    if session.scalar(taken) is not None:
        return 0.0
    return list_resting(session).get(channel, 0.001)


def let_rest(session: Session, channel: str, seconds: float) -> None:
    """Leave the channel alone for so long: its provider asked for it (HTTP 429)."""
    until = _now() + literal(min(timedelta(seconds=max(seconds, 0)), MOST_REST), Interval)
    rest = insert(ChannelPace).values(channel=channel, next_at=until)
    session.execute(
        rest.on_conflict_do_update(
            index_elements=[ChannelPace.channel],
            set_={"next_at": func.greatest(ChannelPace.next_at, rest.excluded.next_at)},
        )
    )


def list_resting(session: Session) -> dict[str, float]:
    """The channels that take nothing at this moment, and the seconds until they do."""
    left = func.extract("epoch", ChannelPace.next_at - _now())
    rows = session.execute(select(ChannelPace.channel, left).where(ChannelPace.next_at > _now()))
    return {channel: float(seconds) for channel, seconds in rows if seconds > 0}


def _now() -> ColumnElement[datetime]:
    # Not the transaction's beginning, which now() is.
    return cast(func.clock_timestamp(), DateTime(timezone=True))
