"""Venues and their floor plans: made, changed, drawn."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from services.registration.events import hall
from services.registration.events.errors import FloorPlanFixed, FloorPlanUnknown, VenueNameTaken, VenueUnknown
from services.registration.events.models import Event, FloorPlan, Stand, Venue
from shared.database import acting_for


@dataclass(frozen=True)
class StandDrawing:
    """A stand as it is filled in on the floor plan. Places and sizes in drawing units."""

    label: str
    x: int
    y: int
    width: int
    height: int
    seats: int = 1
    power: bool = True
    wheelchair: bool = True
    id: uuid.UUID | None = None
    """the stand it was before; None for a new one"""


def list_venues(session: Session) -> Sequence[Venue]:
    """The organisation's venues by name, with their floor plans and stands."""
    return session.scalars(select(Venue).options(*_drawn()).order_by(Venue.name)).all()


def load_venue(session: Session, venue_id: uuid.UUID) -> Venue:
    """The venue with its floor plans and their stands. Raises VenueUnknown."""
    venue = session.scalar(select(Venue).where(Venue.id == venue_id).options(*_drawn()))
    if venue is None:
        raise VenueUnknown
    return venue


def add_venue(
    session: Session,
    *,
    name: str,
    address: str,
    route: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> Venue:
    """Make a venue with one hall in it, drawn ready to use. Raises VenueNameTaken."""
    _refuse_taken_name(session, name)
    venue = Venue(
        organisation_id=acting_for(session),
        name=name,
        address=address,
        route=route,
        latitude=latitude,
        longitude=longitude,
    )
    session.add(venue)
    session.flush()
    draw_standard_hall(session, venue)
    return venue


def draw_standard_hall(session: Session, venue: Venue, name: str = "Hall") -> FloorPlan:
    """Add a floor plan with twelve stands, places to wait and an entrance."""
    organisation_id = acting_for(session)
    plan = FloorPlan(
        organisation_id=organisation_id,
        venue=venue,
        name=name,
        width=hall.WIDTH,
        height=hall.HEIGHT,
        features=[dict(feature) for feature in hall.FEATURES],
    )
    plan.stands = [
        Stand(organisation_id=organisation_id, position=position, seats=1, **place._asdict())
        for position, place in enumerate(hall.STANDS)
    ]
    session.add(plan)
    session.flush()
    return plan


def _refuse_taken_name(session: Session, name: str, but: uuid.UUID | None = None) -> None:
    taken = select(exists().where(Venue.name == name, Venue.id != (but or uuid.UUID(int=0)),
                                  Venue.organisation_id == acting_for(session)))  # fmt: skip
    if session.scalar(taken):
        raise VenueNameTaken


def _drawn():  # type: ignore[no-untyped-def]
    return (selectinload(Venue.floor_plans).selectinload(FloorPlan.stands),)
