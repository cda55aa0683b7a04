"""The JSON API of venues and events: everything that their pages do."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_smorest import Blueprint

from services.registration.events.models import Event, FloorPlan, Venue
from services.registration.events.rules import (
    add_event,
    archive_event,
    cancel_event,
    change_event,
    change_venue,
    list_events,
    load_event,
    lock_event,
    publish_event,
)
from services.registration.events.schemas import (
    EventAnswer,
    EventSchema,
    FloorPlanAnswer,
    FloorPlanSchema,
    MoveSchema,
    VenueAnswer,
    VenueSchema,
)
from services.registration.events.venues import (
    add_venue,
    copy_floor_plan,
    list_venues,
    load_floor_plan,
    load_venue,
    redraw,
)
from shared.identity.access import allow
from shared.identity.duties import EVENT_STAFF, ORGANISERS
from shared.web import database

events = Blueprint("api_events", __name__, url_prefix="/api/events", description="Events and their rounds")
venues = Blueprint("api_venues", __name__, url_prefix="/api/venues", description="Venues, halls and stands")


@events.get("")
@events.response(200, EventAnswer(many=True))
@allow(*EVENT_STAFF)
def list_all_events() -> Sequence[Event]:
    """All events: what is next first, then what has been."""
    return list_events(database())


@events.post("")
@events.arguments(EventSchema)
@events.response(201, EventAnswer)
@allow(*ORGANISERS)
def create_event(facts: dict[str, Any]) -> Event:
    """Make a draft."""
    return add_event(database(), **facts)


@events.get("/<uuid:event_id>")
@events.response(200, EventAnswer)
@allow(*EVENT_STAFF)
def show_event(event_id: uuid.UUID) -> Event:
    """One event with its rounds."""
    return load_event(database(), event_id)


@events.put("/<uuid:event_id>")
@events.arguments(EventSchema)
@events.response(200, EventAnswer)
@allow(*ORGANISERS)
def replace_event(facts: dict[str, Any], event_id: uuid.UUID) -> Event:
    """Change an event; who was told of it is told when time or place moved."""
    event = lock_event(database(), event_id)
    change_event(database(), event, **facts)
    return event


@events.post("/<uuid:event_id>/move")
@events.arguments(MoveSchema)
@events.response(200, EventAnswer)
@allow(*ORGANISERS)
def move_event(facts: dict[str, Any], event_id: uuid.UUID) -> Event:
    """Another time or place; the stands keep their drawing."""
    event = lock_event(database(), event_id)
    change_event(database(), event, **facts)
    return event


@events.post("/<uuid:event_id>/publish")
@events.response(200, EventAnswer)
@allow(*ORGANISERS)
def publish(event_id: uuid.UUID) -> Event:
    """Let others know of the event."""
    event = lock_event(database(), event_id)
    publish_event(database(), event)
    return event


@events.post("/<uuid:event_id>/cancel")
@events.response(200, EventAnswer)
@allow(*ORGANISERS)
def cancel(event_id: uuid.UUID) -> Event:
    """The event does not take place; who was told of it is told."""
    event = lock_event(database(), event_id)
    cancel_event(database(), event)
    return event


@events.post("/<uuid:event_id>/archive")
@events.response(200, EventAnswer)
@allow(*ORGANISERS)
def archive(event_id: uuid.UUID) -> Event:
    """Put a closed event away."""
    event = lock_event(database(), event_id)
    archive_event(database(), event)
    return event


@venues.get("")
@venues.response(200, VenueAnswer(many=True))
@allow(*ORGANISERS)
def list_all_venues() -> Sequence[Venue]:
    """All venues with their halls and stands."""
    return list_venues(database())


@venues.post("")
@venues.arguments(VenueSchema)
@venues.response(201, VenueAnswer)
@allow(*ORGANISERS)
def create_venue(facts: dict[str, Any]) -> Venue:
    """Make a venue; it comes with a hall of twelve stands."""
    return load_venue(database(), add_venue(database(), **facts, hall_name=gettext("Hall")).id)


@venues.get("/<uuid:venue_id>")
@venues.response(200, VenueAnswer)
@allow(*ORGANISERS)
def show_venue(venue_id: uuid.UUID) -> Venue:
    """One venue."""
    return load_venue(database(), venue_id)


@venues.put("/<uuid:venue_id>")
@venues.arguments(VenueSchema)
@venues.response(200, VenueAnswer)
@allow(*ORGANISERS)
def replace_venue(facts: dict[str, Any], venue_id: uuid.UUID) -> Venue:
    """Change what is known of a venue; who was told of an event there hears of a new name or address."""
    venue = load_venue(database(), venue_id)
    change_venue(database(), venue, **facts)
    return venue


@venues.put("/<uuid:venue_id>/plans/<uuid:plan_id>")
@venues.arguments(FloorPlanSchema)
@venues.response(200, FloorPlanAnswer)
@allow(*ORGANISERS)
def replace_plan(facts: dict[str, Any], venue_id: uuid.UUID, plan_id: uuid.UUID) -> FloorPlan:
    """Place the stands of a hall that no published event uses."""
    plan = load_floor_plan(database(), venue_id, plan_id)
    redraw(database(), plan, facts["name"], facts["stands"])
    return plan


@venues.post("/<uuid:venue_id>/plans/<uuid:plan_id>/copy")
@venues.response(201, FloorPlanAnswer)
@allow(*ORGANISERS)
def copy_plan(venue_id: uuid.UUID, plan_id: uuid.UUID) -> FloorPlan:
    """The same hall once more, free to be changed."""
    plan = load_floor_plan(database(), venue_id, plan_id)
    return copy_floor_plan(database(), plan, f"{plan.name} 2"[:200])
