"""Time zones in calendar files (RFC 5545 §3.6.5), made from the zone's real clock changes around a day.

Yearly rules are what Outlook understands; a rule is written only where it gives the true changes of the years around
the day. Where none does, the changes themselves are written down.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

YEARS_AHEAD = 3
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Change:
    """A moment at which clocks are set: `local` is what they said just before."""

    local: datetime
    before: timedelta
    after: timedelta
    summer: bool
    name: str


def describe_zone(name: str, moment: datetime) -> Timezone:
    """The VTIMEZONE of an IANA zone, right from the year before `moment` until three years after it."""
    component = Timezone()
    component.add("tzid", name)
    for part in _observances(name, moment.year):
        component.add_component(part)
    return component


@cache
def write_zone(name: str, year: int) -> bytes:
    """The VTIMEZONE for a moment in this year, as it stands in a file."""
    written: bytes = describe_zone(name, datetime(year, 1, 1, tzinfo=UTC)).to_ical()
    return written


def _observances(name: str, year: int) -> Iterator[Component]:
    """Two components with a yearly rule where such rules hold, otherwise the state before and then each change."""
    changes = find_changes(name, year - 1, year + YEARS_AHEAD)
    by_season = [[change for change in changes if change.summer == summer] for summer in (True, False)]
    rules = [_yearly_rule(season) for season in by_season]
    if changes and None not in rules:
        for season, rule in zip(by_season, rules, strict=True):
            yield _observance(season[0], rule)
        return
    yield _observance(_state_before(name, year), None)
    for change in changes:
        yield _observance(change, None)


@cache
def find_changes(name: str, first_year: int, last_year: int) -> tuple[Change, ...]:
    """Every moment in these years, the last one included, at which the zone's clocks are set."""
    zone, found = ZoneInfo(name), []
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while at < end:
        later = at + timedelta(days=1)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found.append(_narrow(zone, at, later))
        at = later
    return tuple(found)


def _narrow(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    """The minute between `low` and `high` at which the offset changes."""
    before, after = low.astimezone(zone), high.astimezone(zone)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(zone).utcoffset() == before.utcoffset():
            low = middle
        else:
            high = middle
    old, new = before.utcoffset(), after.utcoffset()
    assert old is not None
    assert new is not None
    name = after.tzname() or zone.key
    return Change((high + old).replace(tzinfo=None), old, new, new > old, name)


def _yearly_rule(changes: Sequence[Change]) -> vRecur | None:
    """The rule that gives exactly these changes, one a year; None when there is none."""
    years = [change.local.year for change in changes]
    if len(changes) < 2 or years != list(range(years[0], years[0] + len(years))):
        return None
    same = {(change.local.month, change.local.weekday(), change.local.time(), change.before) for change in changes}
    if len(same) > 1:
        return None
    first = changes[0].local
    for number in (-1, 1, 2, 3, 4):
        if all(_is_nth(change.local, number) for change in changes):
            return vRecur({"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": f"{number}{WEEKDAYS[first.weekday()]}"})
    return None


def _is_nth(day: datetime, number: int) -> bool:
    """Is this the `number`th of its weekday in the month; -1 for the last."""
    if number == -1:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == number


def _observance(change: Change, rule: vRecur | None) -> Component:
    part: Component = TimezoneDaylight() if change.summer else TimezoneStandard()
    part.add("dtstart", change.local)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if rule is not None:
        part.add("rrule", rule)
    return part


def _state_before(name: str, year: int) -> Change:
    """What the clocks said at the beginning of the years that are described."""
    at = datetime(year - 1, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(name))
    offset = at.utcoffset()
    assert offset is not None
    return Change(at.replace(tzinfo=None), offset, offset, False, at.tzname() or name)
