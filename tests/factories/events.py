"""Builds organisations, venues and events through the use cases of the room."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.registration.accounts.models import Organisation
from services.registration.events.models import Event, Venue
from services.registration.events.rules import add_event, add_venue, publish_event
from services.registration.events.times import EventTimes
from shared import clock
from shared.database import acting_for
from tests.service_under_test import ORGANISATION_ID, ORGANISATION_NAME

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def make_organisation(session: Session, name: str = "") -> Organisation:
    """The organisation that the session acts for; the same one when it is there already."""
    organisation_id = acting_for(session)
    found = session.get(Organisation, organisation_id)
    if found is None:
        known = ORGANISATION_NAME if organisation_id == ORGANISATION_ID else f"Region {organisation_id}"
        found = Organisation(
            id=organisation_id, name=name or known, mailbox="post@werkregio.example", created_at=clock.now()
        )
        session.add(found)
        session.flush()
    return found


def make_venue(session: Session, name: str = "", address: str = "Parkweg 12, 3511 AB Rijnstad") -> Venue:
    """A venue with the standard hall of twelve stands, in an organisation that is made when it is not there."""
    make_organisation(session)
    return add_venue(
        session, name=name or f"Stadsloket Zuid {uuid.uuid4().hex[:6]}", address=address, route="Tram 4, stop Parkweg."
    )


def make_times(starts_at: datetime | None = None, rounds: int = 10, hours: float = 3.5) -> EventTimes:
    """From 13:00 to 16:30 in eighteen days unless another start is given; the first round comes 15 minutes in."""
    start = starts_at or (clock.now().astimezone(AMSTERDAM) + timedelta(days=18)).replace(
        hour=13, minute=0, second=0, microsecond=0
    )
    return EventTimes("Europe/Amsterdam", start, start + timedelta(hours=hours), start + timedelta(minutes=15), rounds)


def make_event(
    session: Session,
    *,
    name: str = "Meet & Greet Stadsloket Zuid",
    starts_at: datetime | None = None,
    rounds: int = 10,
    hours: float = 3.5,
    venue: Venue | None = None,
    capacity: int | None = None,
    published: bool = True,
) -> Event:
    """An event in a hall with twelve stands (of a new venue when none is given), published unless told otherwise.

    An event that is over cannot be published: `published=False`, then set its state.
    """
    venue = venue or make_venue(session)
    event = add_event(
        session,
        name=name,
        floor_plan_id=venue.floor_plans[0].id,
        times=make_times(starts_at, rounds, hours),
        capacity=capacity,
    )
    if published:
        publish_event(session, event)
    return event
