"""What a message about a move says first."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.messages.moves import what_moved

START = datetime(2026, 12, 10, 12, tzinfo=UTC)
EVENT = {"starts_at": START, "venue": "Zuid", "address": "Laan 1", "place": "Zuid, Laan 1"}


@pytest.mark.parametrize(
    ("old", "moved"),
    [
        ({}, set()),
        ({"old_starts_at": None, "old_place": ""}, set()),
        ({"old_starts_at": START.isoformat(), "old_place": "Zuid"}, set()),
        ({"old_place": "Laan 1"}, set()),
        ({"old_place": "Zuid, Laan 1"}, set()),
        ({"old_place": "Noord"}, {"place"}),
        ({"old_starts_at": (START - timedelta(minutes=30)).isoformat()}, {"time", "when"}),
        ({"old_starts_at": (START - timedelta(days=1)).isoformat()}, {"day", "when"}),
        (
            {"old_starts_at": (START - timedelta(hours=14)).isoformat(), "old_place": "x"},
            {"day", "time", "when", "place"},
        ),
    ],
)
def test_what_moved_is_told_by_day_time_and_place(old: dict[str, Any], moved: set[str]) -> None:
    said = what_moved(old, EVENT, "Europe/Amsterdam")
    assert {name for name, value in said.items() if value} == moved
    assert set(said) == {"day", "time", "when", "place"}


def test_days_are_those_of_the_events_clock() -> None:
    late = {"old_starts_at": datetime(2026, 12, 9, 15, 30, tzinfo=UTC).isoformat()}
    assert not what_moved(late, {**EVENT, "starts_at": datetime(2026, 12, 10, 14, 30, tzinfo=UTC)}, "Asia/Tokyo")["day"]
    assert what_moved(late, {**EVENT, "starts_at": datetime(2026, 12, 10, 15, 30, tzinfo=UTC)}, "Asia/Tokyo")["day"]
