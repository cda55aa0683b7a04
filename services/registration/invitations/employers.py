"""The employers that will be at an event, with the work they offer: whom a candidate may ask to meet."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.registration.stands.models import EmployerInvitation, StandBooking, Vacancy


@dataclass(frozen=True)
class BookedEmployer:
    """An employer with a booked stand."""

    employer_id: uuid.UUID
    name: str
    labels: tuple[str, ...]
    """the stands"""
    seats: int
    """conversations at the same time, all stands together"""
    vacancies: tuple[Vacancy, ...]


def booked_employers(session: Session, event_id: uuid.UUID) -> list[BookedEmployer]:
    """Every employer whose booking is confirmed, in the order of the stands. Two queries, or three with vacancies."""
    invitation = joinedload(StandBooking.invitation)
    rows = session.scalars(
        select(StandBooking)
        .where(StandBooking.event_id == event_id, StandBooking.state == "confirmed")
        .options(
            joinedload(StandBooking.stand),
            invitation.joinedload(EmployerInvitation.employer),
            invitation.selectinload(EmployerInvitation.vacancies),
        )
    )
    found: dict[uuid.UUID, BookedEmployer] = {}
    for booking in sorted(rows, key=lambda one: (one.stand.position, one.stand.label)):
        known = found.get(booking.invitation.employer_id)
        found[booking.invitation.employer_id] = BookedEmployer(
            booking.invitation.employer_id,
            booking.invitation.employer.name,
            (*(known.labels if known else ()), booking.stand.label),
            (known.seats if known else 0) + booking.stand.seats,
            tuple(booking.invitation.vacancies),
        )
    return list(found.values())
