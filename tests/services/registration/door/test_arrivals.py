"""The line of arrivals as a decision."""

from datetime import UTC, datetime, timedelta

from services.registration.door.arrivals import ArrivalCounts, add_up

NOON = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def test_nobody() -> None:
    assert add_up([]) == []


def test_line_starts_at_nothing_and_only_rises() -> None:
    assert add_up([(NOON, 3)]) == [(NOON, 0), (NOON + TEN, 3)]


def test_minutes_in_which_nobody_came_are_filled_in() -> None:
    line = add_up([(NOON, 3), (NOON + 3 * TEN, 2)])
    assert line == [(NOON, 0), (NOON + TEN, 3), (NOON + 2 * TEN, 3), (NOON + 3 * TEN, 3), (NOON + 4 * TEN, 5)]


def test_more_inside_than_expected_leaves_nobody_to_wait_for() -> None:
    assert ArrivalCounts(inside=3, expected=2).not_yet == 0
