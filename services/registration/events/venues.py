"""Venues and their floor plans: made, changed, drawn."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from services.registration.events import hall
from services.registration.events.errors import (
    FloorPlanFixed,
    StandFault,
    StandInUse,
    StandLabelTwice,
    StandOutsideHall,
    StandsDoNotHold,
    StandsOverlap,
    VenueNameTaken,
    VenueUnknown,
)
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
    hall_name: str = "Hall",
) -> Venue:
    """Make a venue with one hall in it, drawn ready to use. Raises VenueNameTaken."""
    refuse_taken_name(session, name)
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
    draw_standard_hall(session, venue, hall_name)
    return venue


def draw_standard_hall(session: Session, venue: Venue, name: str) -> FloorPlan:
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


def load_floor_plan(session: Session, venue_id: uuid.UUID, floor_plan_id: uuid.UUID) -> FloorPlan:
    """One floor plan of a venue, with its stands. Raises VenueUnknown."""
    plan = session.scalar(
        select(FloorPlan)
        .where(FloorPlan.id == floor_plan_id, FloorPlan.venue_id == venue_id)
        .options(selectinload(FloorPlan.stands), joinedload(FloorPlan.venue))
    )
    if plan is None:
        raise VenueUnknown
    return plan


def fixed_plans(session: Session, floor_plan_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the plans that an event was published with: they stay as employers saw them."""
    return set(
        session.scalars(
            select(Event.floor_plan_id)
            .where(Event.floor_plan_id.in_(floor_plan_ids), Event.published_at.is_not(None))
            .distinct()
        )
    )


def redraw(session: Session, plan: FloorPlan, name: str, stands: Sequence[StandDrawing]) -> None:
    """Give the plan these stands; one whose id is among them is the same stand in another place.

    Raises FloorPlanFixed, StandsDoNotHold, StandInUse.
    """
    session.execute(select(FloorPlan.id).where(FloorPlan.id == plan.id).with_for_update())
    if fixed_plans(session, [plan.id]):
        raise FloorPlanFixed
    faults = find_faults(plan.width, plan.height, stands)
    if faults:
        raise StandsDoNotHold(faults)
    plan.name = name
    kept = {stand.id: stand for stand in plan.stands if stand.id in {drawing.id for drawing in stands}}
    _remove(session, [stand for stand in plan.stands if stand.id not in kept])
    for number, stand in enumerate(kept.values()):
        # Out of the way first, so that two stands can change numbers.
        stand.label = f"~{number}"
    session.flush()
    for position, drawing in enumerate(stands):
        same = kept.get(drawing.id) if drawing.id else None
        placed = same or Stand(organisation_id=plan.organisation_id, floor_plan_id=plan.id)
        _place(placed, position, drawing)
        session.add(placed)
    session.flush()
    session.expire(plan, ["stands"])


def copy_floor_plan(session: Session, plan: FloorPlan, name: str) -> FloorPlan:
    """The same hall once more, free to be changed."""
    copy = FloorPlan(
        organisation_id=plan.organisation_id,
        venue_id=plan.venue_id,
        name=name,
        width=plan.width,
        height=plan.height,
        features=[dict(feature) for feature in plan.features],
    )
    facts = ("label", "position", "x", "y", "width", "height", "seats", "power", "wheelchair")
    copy.stands = [
        Stand(organisation_id=plan.organisation_id, **{fact: getattr(stand, fact) for fact in facts})
        for stand in plan.stands
    ]
    session.add(copy)
    session.flush()
    return copy


def find_faults(width: int, height: int, stands: Sequence[StandDrawing]) -> list[StandFault]:
    """What is wrong with these stands in a hall of this size: at most one fault a stand."""
    faults: list[StandFault] = []
    for row, stand in enumerate(stands):
        before = stands[:row]
        over = next((other for other in before if _overlap(stand, other)), None)
        if stand.label in {other.label for other in before}:
            faults.append(StandLabelTwice(row, "label"))
        elif stand.x + stand.width > width or stand.y + stand.height > height or stand.x < 0 or stand.y < 0:
            faults.append(StandOutsideHall(row, "x", width=width, height=height))
        elif over is not None:
            faults.append(StandsOverlap(row, "x", label=over.label))
    return faults


def refuse_taken_name(session: Session, name: str, but: uuid.UUID | None = None) -> None:
    """Raises VenueNameTaken when another venue than `but` has this name."""
    same = select(Venue.id).where(Venue.name == name)
    if any(found != but for found in session.scalars(same)):
        raise VenueNameTaken


def _overlap(one: StandDrawing, other: StandDrawing) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)


def _place(stand: Stand, position: int, drawing: StandDrawing) -> None:
    stand.label, stand.position = drawing.label, position
    stand.x, stand.y, stand.width, stand.height = drawing.x, drawing.y, drawing.width, drawing.height
    stand.seats, stand.power, stand.wheelchair = drawing.seats, drawing.power, drawing.wheelchair


def _remove(session: Session, stands: Sequence[Stand]) -> None:
    try:
        with session.begin_nested():
            for stand in stands:
                session.delete(stand)
    except IntegrityError:
        raise StandInUse from None


def _drawn() -> tuple[ExecutableOption, ...]:
    return (selectinload(Venue.floor_plans).selectinload(FloorPlan.stands),)
