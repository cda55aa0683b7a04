"""Events: made, published, moved, cancelled; and what the others of the house are told of it.

Others that must tell people when an event moves or is cancelled put a plain function in WHEN_EVENT_MOVES or
WHEN_EVENT_IS_CANCELLED. `services/registration/consequences.py` does that for all rooms, in one place; the functions
run in the same transaction as the change, after it was made and recorded.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from services.registration.events.errors import (
    EventNotOpen,
    EventOver,
    EventUnknown,
    FloorPlanUnknown,
    NothingToPublish,
    StandsStay,
    VenueUnknown,
)
from services.registration.events.models import Event, FloorPlan, Stand, Venue
from services.registration.events.states import TOLD, require_transition, state_at
from services.registration.events.times import EventTimes, list_rounds
from services.registration.events.venues import add_venue, refuse_taken_name
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, acting_for
from shared.events import EventCancelled, EventChanged, EventFacts, EventPublished, Round
from shared.outbox import record

__all__ = ["add_venue"]


@dataclass(frozen=True)
class Move:
    """When and where an event was before it moved."""

    starts_at: datetime
    ends_at: datetime
    place: str
    """the venue's name"""
    address: str


WHEN_EVENT_MOVES: list[Callable[[Session, Event, Move], None]] = []
"""Called when a published event got another time or place; the event says the new ones, the move the old ones."""
WHEN_EVENT_IS_CANCELLED: list[Callable[[Session, Event], None]] = []
"""Called when a published event is cancelled."""


def load_event(session: Session, event_id: uuid.UUID) -> Event:
    """The event with its venue and floor plan. Raises EventUnknown."""
    event = session.scalar(_events().where(Event.id == event_id))
    if event is None:
        raise EventUnknown
    return event


def lock_event(session: Session, event_id: uuid.UUID) -> Event:
    """As load_event; whoever else wants to change the event waits until this transaction is over."""
    event = session.scalar(
        _events().where(Event.id == event_id).with_for_update(of=Event).execution_options(populate_existing=True)
    )
    if event is None:
        raise EventUnknown
    return event


def list_events(session: Session) -> list[Event]:
    """All events of the organisation: what is next first, then what has been, the latest first."""
    now = clock.now()
    events = list(session.scalars(_events()))
    ahead = [event for event in events if event.ends_at > now]
    past = [event for event in events if event.ends_at <= now]
    return sorted(ahead, key=lambda event: event.starts_at) + sorted(past, key=lambda event: event.starts_at)[::-1]


def rounds_of(event: Event) -> tuple[Round, ...]:
    """The rounds of the event, in order, with times in UTC."""
    return list_rounds(event.first_round_at, event.rounds, event.round_minutes, event.walk_minutes)


def event_facts(event: Event) -> EventFacts:
    """What other services are told of the event."""
    return EventFacts(
        event_id=event.id,
        organisation_id=event.organisation_id,
        version=event.version,
        kind=event.kind,
        name=event.name,
        state=event.state,
        time_zone=event.time_zone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        venue=event.venue.name,
        address=event.venue.address,
        rounds=rounds_of(event),
        route=event.venue.route,
        latitude=event.venue.latitude,
        longitude=event.venue.longitude,
    )


def add_event(
    session: Session,
    *,
    name: str,
    floor_plan_id: uuid.UUID,
    times: EventTimes,
    kind: str = "meet_and_greet",
    capacity: int | None = None,
) -> Event:
    """Make a draft that only the organisation sees. Raises FloorPlanUnknown."""
    event = Event(organisation_id=acting_for(session), name=name, kind=kind, capacity=capacity, created_at=clock.now())
    _set_place(session, event, floor_plan_id)
    _set_times(event, times)
    session.add(event)
    session.flush()
    return event


def publish_event(session: Session, event: Event) -> None:
    """Others may know of the event from now on. Raises EventNotOpen, EventOver, NothingToPublish."""
    now = clock.now()
    require_transition(event, "published", now)
    if event.ends_at <= now:
        raise EventOver
    # Whoever redraws the hall at this moment is done before the plan is fixed, or comes too late.
    session.execute(select(FloorPlan.id).where(FloorPlan.id == event.floor_plan_id).with_for_update(read=True))
    if event.kind == "meet_and_greet" and (event.rounds == 0 or _count_stands(session, event) == 0):
        raise NothingToPublish
    event.state, event.published_at = "published", now
    session.flush()
    record(session, EventPublished(event_facts(event)))


def change_event(
    session: Session,
    event: Event,
    *,
    name: str | None = None,
    capacity: int | Literal["keep"] | None = "keep",
    times: EventTimes | None = None,
    floor_plan_id: uuid.UUID | None = None,
    venue_id: uuid.UUID | None = None,
) -> None:
    """Change what is given and leave the rest; everybody who knows of the event is told.

    A draft takes another floor plan. A published event that goes to another venue keeps the drawing of its stands, so
    that nobody loses a stand that they booked. Raises EventNotOpen, StandsStay, FloorPlanUnknown, VenueUnknown.
    """
    _require_open(event)
    before, old_facts = where_and_when(event), event_facts(event)
    event.name = event.name if name is None else name
    event.capacity = event.capacity if capacity == "keep" else capacity
    if times is not None:
        _set_times(event, times)
    if floor_plan_id is not None and floor_plan_id != event.floor_plan_id:
        if event.state != "draft":
            raise StandsStay
        _set_place(session, event, floor_plan_id)
    if venue_id is not None and venue_id != event.venue_id:
        _set_venue(session, event, venue_id)
    session.flush()
    if event.state != "draft" and event_facts(event) != old_facts:
        tell_change(session, event, before)


def where_and_when(event: Event) -> Move:
    """When and where the event is now; remember it before a change."""
    return Move(event.starts_at, event.ends_at, event.venue.name, event.venue.address)


def tell_change(session: Session, event: Event, before: Move) -> None:
    """A published event changed: a new version for the other services, and for people when time or place moved."""
    moved = before != where_and_when(event)
    event.version += 1
    session.flush()
    record(session, EventChanged(event_facts(event), moved))
    for tell in WHEN_EVENT_MOVES if moved else ():
        tell(session, event, before)


def change_venue(
    session: Session,
    venue: Venue,
    *,
    name: str,
    address: str,
    route: str,
    latitude: float | None = None,
    longitude: float | None = None,
) -> None:
    """Change what is known of a venue; who was told of an event there hears of it. Raises VenueNameTaken."""
    refuse_taken_name(session, name, but=venue.id)
    told = session.scalars(_events().where(Event.venue_id == venue.id, Event.state.in_(TOLD)).with_for_update(of=Event))
    ahead = [event for event in told if state_at(event, clock.now()) in TOLD]
    before = {event.id: (where_and_when(event), event_facts(event)) for event in ahead}
    venue.name, venue.address, venue.route = name, address, route
    venue.latitude, venue.longitude = latitude, longitude
    session.flush()
    for event in ahead:
        place, facts = before[event.id]
        if event_facts(event) != facts:
            tell_change(session, event, place)


def cancel_event(session: Session, event: Event) -> None:
    """The event does not take place. Nobody hears of a draft that goes. Raises EventNotOpen."""
    require_transition(event, "cancelled", clock.now())
    was_told = event.state in TOLD
    event.state = "cancelled"
    event.version += 1
    session.flush()
    if not was_told:
        return
    record(session, EventCancelled(event_facts(event)))
    for tell in WHEN_EVENT_IS_CANCELLED:
        tell(session, event)


def archive_event(session: Session, event: Event) -> None:
    """Put a closed event away. Raises EventNotOpen."""
    require_transition(event, "archived", clock.now())
    event.state = "archived"
    event.version += 1
    session.flush()
    record(session, EventChanged(event_facts(event), moved=False))


def follow_clock(session: Session, event: Event) -> None:
    """Write down that the event began or ended, if it did; a second time changes nothing."""
    state = state_at(event, clock.now())
    if state == event.state:
        return
    event.state = state
    event.version += 1
    session.flush()
    record(session, EventChanged(event_facts(event), moved=False))


def events_overtaken(session: Session) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """(organisation, event) of every event, of whichever organisation, whose state the clock has overtaken."""
    now = clock.now()
    rows = session.execute(
        select(Event.organisation_id, Event.id)
        .where(Event.state.in_(TOLD))
        .where((Event.ends_at <= now) | ((Event.state == "published") & (Event.starts_at <= now)))
        .execution_options(**ACROSS_ORGANISATIONS)
    )
    return [(row[0], row[1]) for row in rows]


def _events() -> Select[Event]:
    return select(Event).options(joinedload(Event.venue), joinedload(Event.floor_plan))


def _require_open(event: Event) -> None:
    state = state_at(event, clock.now())
    if state not in {"draft", "published"}:
        raise EventNotOpen(state=state)


def _count_stands(session: Session, event: Event) -> int:
    return session.scalar(select(func.count(Stand.id)).where(Stand.floor_plan_id == event.floor_plan_id)) or 0


def _set_times(event: Event, times: EventTimes) -> None:
    event.time_zone, event.starts_at, event.ends_at = times.time_zone, times.starts_at, times.ends_at
    event.first_round_at, event.rounds = times.first_round_at, times.rounds
    event.round_minutes, event.walk_minutes = times.round_minutes, times.walk_minutes


def _set_place(session: Session, event: Event, floor_plan_id: uuid.UUID) -> None:
    plan = session.scalar(select(FloorPlan).where(FloorPlan.id == floor_plan_id))
    if plan is None:
        raise FloorPlanUnknown
    event.floor_plan, event.floor_plan_id = plan, plan.id
    event.venue, event.venue_id = plan.venue, plan.venue_id


def _set_venue(session: Session, event: Event, venue_id: uuid.UUID) -> None:
    venue = session.scalar(select(Venue).where(Venue.id == venue_id))
    if venue is None:
        raise VenueUnknown
    if event.state == "draft":
        # Nobody booked yet, so the event takes the hall of its new place.
        event.floor_plan, event.floor_plan_id = venue.floor_plans[0], venue.floor_plans[0].id
    event.venue, event.venue_id = venue, venue.id
