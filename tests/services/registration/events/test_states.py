"""The states of an event and the clock."""

from datetime import UTC, datetime

import pytest

from services.registration.events.errors import EventNotOpen
from services.registration.events.models import STATES, Event
from services.registration.events.states import TRANSITIONS, require_transition, state_at

START, END = datetime(2026, 12, 10, 12, tzinfo=UTC), datetime(2026, 12, 10, 15, 30, tzinfo=UTC)
BEFORE, DURING, AFTER = START.replace(hour=11), START.replace(hour=13), END.replace(hour=20)


def _event(state: str) -> Event:
    return Event(state=state, starts_at=START, ends_at=END)


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(STATES)
    assert set().union(*TRANSITIONS.values()) <= set(STATES)


@pytest.mark.parametrize(("state", "moment", "expected"), [
    ("draft", DURING, "draft"), ("published", BEFORE, "published"), ("published", START, "running"),
    ("published", DURING, "running"), ("published", END, "closed"), ("running", AFTER, "closed"),
    ("cancelled", DURING, "cancelled"), ("archived", AFTER, "archived"), ("closed", AFTER, "closed"),
])  # fmt: skip
def test_state_at(state: str, moment: datetime, expected: str) -> None:
    assert state_at(_event(state), moment) == expected


@pytest.mark.parametrize(("state", "moment", "wanted"), [
    ("draft", BEFORE, "published"), ("draft", BEFORE, "cancelled"), ("published", BEFORE, "cancelled"),
    ("published", DURING, "cancelled"), ("published", AFTER, "archived"), ("closed", AFTER, "archived"),
])  # fmt: skip
def test_require_transition_that_is_allowed(state: str, moment: datetime, wanted: str) -> None:
    require_transition(_event(state), wanted, moment)


@pytest.mark.parametrize(("state", "moment", "wanted"), [
    ("published", BEFORE, "published"), ("published", AFTER, "cancelled"), ("cancelled", BEFORE, "published"),
    ("closed", AFTER, "running"), ("published", BEFORE, "archived"), ("archived", AFTER, "closed"),
])  # fmt: skip
def test_require_transition_that_is_refused(state: str, moment: datetime, wanted: str) -> None:
    with pytest.raises(EventNotOpen):
        require_transition(_event(state), wanted, moment)
