"""What is read on the clock of a place, as moments; and the rounds that follow."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from services.registration.events.errors import (
    EndsBeforeStart,
    FirstRoundOutside,
    RoundsTooLong,
    TimeDoesNotExist,
    TimeExistsTwice,
    TimePassed,
    TimesDoNotHold,
)
from services.registration.events.times import LocalTimes, list_rounds, local_moment, resolve_times

AFTERNOON = LocalTimes(date(2026, 12, 10), time(13), time(16, 30), time(13, 15), 12, 12, 3, "Europe/Amsterdam")


def _faults(local: LocalTimes, now: datetime | None = None) -> list[tuple[type, str | None]]:
    with pytest.raises(TimesDoNotHold) as caught:
        resolve_times(local, now)
    return [(type(fault), fault.field) for fault in caught.value.refusals]


def test_local_moment_follows_summer_and_winter_time() -> None:
    assert local_moment(date(2026, 12, 10), time(13), "Europe/Amsterdam", "start") == datetime(
        2026, 12, 10, 12, tzinfo=UTC
    )
    assert local_moment(date(2026, 7, 10), time(13), "Europe/Amsterdam", "start") == datetime(
        2026, 7, 10, 11, tzinfo=UTC
    )
    assert local_moment(date(2026, 7, 10), time(13), "America/Kralendijk", "start") == datetime(
        2026, 7, 10, 17, tzinfo=UTC
    )


def test_local_moment_in_the_hour_that_the_clock_skips() -> None:
    with pytest.raises(TimeDoesNotExist):
        local_moment(date(2027, 3, 28), time(2, 30), "Europe/Amsterdam", "start")


def test_local_moment_in_the_hour_that_comes_twice() -> None:
    with pytest.raises(TimeExistsTwice):
        local_moment(date(2026, 10, 25), time(2, 30), "Europe/Amsterdam", "start")


BESIDE = [(day, clock_time) for day in (date(2027, 3, 28), date(2026, 10, 25)) for clock_time in (time(1, 59), time(3))]


@pytest.mark.parametrize(("day", "clock_time"), BESIDE)
def test_local_moment_just_beside_a_change_of_the_clock(day: date, clock_time: time) -> None:
    moment = local_moment(day, clock_time, "Europe/Amsterdam", "start")
    assert moment.tzinfo is UTC


def test_resolve_times_of_an_afternoon() -> None:
    times = resolve_times(AFTERNOON)
    assert (times.starts_at.hour, times.ends_at.hour, times.first_round_at.minute) == (12, 15, 15)


def test_resolve_times_when_the_end_is_not_after_the_start() -> None:
    assert _faults(replace(AFTERNOON, end=time(13))) == [(EndsBeforeStart, "end")]


@pytest.mark.parametrize("first", [time(12, 59), time(16, 30)])
def test_resolve_times_when_the_first_round_is_outside(first: time) -> None:
    assert _faults(replace(AFTERNOON, first_round=first)) == [(FirstRoundOutside, "first_round")]


def test_resolve_times_when_the_last_round_ends_too_late() -> None:
    # 13 rounds of 15 minutes from 13:15, the last one without its walk: 16:27. Fourteen: 16:42.
    assert resolve_times(replace(AFTERNOON, rounds=13)).rounds == 13
    assert _faults(replace(AFTERNOON, rounds=14)) == [(RoundsTooLong, "rounds")]


def test_resolve_times_in_the_past() -> None:
    assert _faults(AFTERNOON, datetime(2026, 12, 10, 12, tzinfo=UTC)) == [(TimePassed, "date")]
    assert resolve_times(AFTERNOON, datetime(2026, 12, 10, 11, 59, tzinfo=UTC)).rounds == 12


def test_resolve_times_says_everything_at_once() -> None:
    night = replace(AFTERNOON, date=date(2026, 3, 29), start=time(2, 15), first_round=time(2, 30))
    assert _faults(night) == [(TimeDoesNotExist, "start"), (TimeDoesNotExist, "first_round")]


def test_list_rounds_has_time_to_walk_between() -> None:
    rounds = list_rounds(datetime(2026, 12, 10, 12, 15, tzinfo=UTC), 3, 12, 3)
    assert [f"{one.starts_at:%H:%M}-{one.ends_at:%H:%M}" for one in rounds] == [
        "12:15-12:27",
        "12:30-12:42",
        "12:45-12:57",
    ]
    assert [one.number for one in rounds] == [0, 1, 2]


def test_list_rounds_over_a_change_of_the_clock_counts_real_minutes() -> None:
    first = local_moment(date(2026, 10, 25), time(1, 30), "Europe/Amsterdam", "first_round")
    rounds = list_rounds(first, 4, 57, 3)
    assert (rounds[-1].starts_at - rounds[0].starts_at).total_seconds() == 3 * 3600
