"""The times of an event: what people read on the clock of its place, as moments; and its rounds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.registration.events.errors import (
    EndsBeforeStart,
    FirstRoundOutside,
    RoundsTooLong,
    TimeDoesNotExist,
    TimeExistsTwice,
    TimePassed,
    TimesDoNotHold,
    TimeUnreadable,
)
from shared.events import Round


@dataclass(frozen=True)
class LocalTimes:
    """When an event takes place, as it is filled in: a date and times on the clock of `time_zone`."""

    date: date
    start: time
    end: time
    first_round: time
    rounds: int
    round_minutes: int
    walk_minutes: int
    time_zone: str


@dataclass(frozen=True)
class EventTimes:
    """When an event takes place, as aware moments."""

    time_zone: str
    starts_at: datetime
    ends_at: datetime
    first_round_at: datetime
    rounds: int
    round_minutes: int = 12
    walk_minutes: int = 3


def local_moment(day: date, clock_time: time, time_zone: str, field: str) -> datetime:
    """The moment at which clocks in `time_zone` show `day` and `clock_time`, in UTC.

    Raises TimeDoesNotExist or TimeExistsTwice, about `field`, at a change of the clock (PEP 495).
    """
    zone = ZoneInfo(time_zone)
    first, second = (datetime.combine(day, clock_time, zone).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    there_and_back = first.astimezone(UTC).astimezone(zone)
    exists = there_and_back.replace(tzinfo=None) == first.replace(tzinfo=None)
    raise TimeExistsTwice(field) if exists else TimeDoesNotExist(field)


def list_rounds(first_round_at: datetime, rounds: int, round_minutes: int, walk_minutes: int) -> tuple[Round, ...]:
    """The rounds, one after the other with time to walk in between; counted in real minutes."""
    every, lasts = timedelta(minutes=round_minutes + walk_minutes), timedelta(minutes=round_minutes)
    starts = [first_round_at.astimezone(UTC) + number * every for number in range(rounds)]
    return tuple(Round(number, start, start + lasts) for number, start in enumerate(starts))


def resolve_times(local: LocalTimes, now: datetime | None = None) -> EventTimes:
    """The moments that were meant. Raises TimesDoNotHold with everything that is wrong, not just the first thing.

    With `now`, an event that would begin before it is refused as well.
    """
    faults: list[TimeUnreadable] = []
    found: dict[str, datetime] = {}
    for field in ("start", "end", "first_round"):
        try:
            found[field] = local_moment(local.date, getattr(local, field), local.time_zone, field)
        except TimeUnreadable as fault:
            faults.append(fault)
    faults += _order_faults(found, local) + _past_faults(found, now)
    if faults:
        raise TimesDoNotHold(faults)
    return EventTimes(
        local.time_zone,
        found["start"],
        found["end"],
        found["first_round"],
        local.rounds,
        local.round_minutes,
        local.walk_minutes,
    )


def _past_faults(found: dict[str, datetime], now: datetime | None) -> list[TimeUnreadable]:
    return [TimePassed("date")] if now is not None and "start" in found and found["start"] <= now else []


def _order_faults(found: dict[str, datetime], local: LocalTimes) -> list[TimeUnreadable]:
    start, end, first = found.get("start"), found.get("end"), found.get("first_round")
    if end is None:
        return []
    if start is not None and end <= start:
        return [EndsBeforeStart("end")]
    if first is None:
        return []
    if (start is not None and first < start) or first >= end:
        return [FirstRoundOutside("first_round")]
    rounds = list_rounds(first, local.rounds, local.round_minutes, local.walk_minutes)
    if rounds and rounds[-1].ends_at > end:
        last = rounds[-1].ends_at.astimezone(ZoneInfo(local.time_zone))
        return [RoundsTooLong("rounds", time=f"{last:%H:%M}")]
    return []
