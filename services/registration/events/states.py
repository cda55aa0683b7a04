"""The states of an event, which may follow which, and what the clock makes of them."""

from datetime import datetime

from services.registration.events.errors import EventNotOpen
from services.registration.events.models import Event

TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"published", "cancelled"}),
    # Closed at once when nobody looked at the clock during the whole event.
    "published": frozenset({"running", "closed", "cancelled"}),
    "running": frozenset({"closed", "cancelled"}),
    "closed": frozenset({"archived"}),
    "archived": frozenset(),
    "cancelled": frozenset(),
}
"""State → the states that may follow it."""
TOLD = frozenset({"published", "running"})
"""States in which others know of the event and must hear of changes."""


def state_at(event: Event, moment: datetime) -> str:
    """The state at `moment`: what the row says, and right also when no job has looked at the clock yet."""
    if event.state not in TOLD or moment < event.starts_at:
        return event.state
    return "closed" if moment >= event.ends_at else "running"


def require_transition(event: Event, state: str, moment: datetime) -> None:
    """Raises EventNotOpen when `state` may not follow the event's state at `moment`."""
    present = state_at(event, moment)
    if state not in TRANSITIONS[present]:
        raise EventNotOpen(state=present)
