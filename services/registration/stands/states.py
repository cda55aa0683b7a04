"""What readers see of stands and employers: states and counts, each in a fixed number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.registration.events.models import Event, Stand
from services.registration.stands.errors import BookingUnknown, InvitationUnknown
from services.registration.stands.holds import minutes_left
from services.registration.stands.models import Employer, EmployerInvitation, StandBooking, Vacancy
from shared import clock


@dataclass(frozen=True)
class StandState:
    """A stand and who has it. Who holds a stand that is not booked yet is nobody's business: `employer` is None."""

    stand: Stand
    state: str
    """free, held or taken"""
    employer: str | None = None
    """the name, of a taken stand"""
    minutes_left: int | None = None
    """of a held stand"""
    has_vacancies: bool = False
    """whether the employer said which work it offers"""
    held_until: datetime | None = None
    booking_id: uuid.UUID | None = None
    invitation_id: uuid.UUID | None = None


@dataclass(frozen=True)
class BookedCounts:
    """The figures of an event's stands and employers."""

    stands: int = 0
    booked: int = 0
    held: int = 0
    without_vacancies: int = 0
    """booked stands of employers that did not say which work they offer"""
    invited: int = 0
    """employers asked, whatever they answered"""
    declined: int = 0
    undelivered: int = 0

    @property
    def free(self) -> int:
        """Stands that can be chosen now."""
        return self.stands - self.booked - self.held


@dataclass(frozen=True)
class InvitedEmployer:
    """An employer at an event, as the organiser's list shows it."""

    invitation: EmployerInvitation
    state: str
    """invited, held, booked or declined"""
    bookings: Sequence[StandBooking] = ()
    vacancies: int = 0
    minutes_left: int | None = None

    @property
    def stands(self) -> str:
        """'9', or '9, 10'."""
        return ", ".join(booking.stand.label for booking in self.bookings)

    def booking(self, booking_id: uuid.UUID) -> StandBooking:
        """One of the employer's confirmed bookings. Raises BookingUnknown."""
        found = next((b for b in self.bookings if b.id == booking_id and b.state == "confirmed"), None)
        if found is None:
            raise BookingUnknown
        return found


def stand_states(session: Session, event: Event) -> list[StandState]:
    """Every stand of the event's hall in its order. One query."""
    now = clock.now()
    rows = session.execute(
        select(Stand, StandBooking, Employer.name, _has_vacancies())
        .outerjoin(StandBooking, and_(StandBooking.stand_id == Stand.id, StandBooking.event_id == event.id, _live(now)))
        .outerjoin(EmployerInvitation, EmployerInvitation.id == StandBooking.invitation_id)
        .outerjoin(Employer, Employer.id == EmployerInvitation.employer_id)
        .where(Stand.floor_plan_id == event.floor_plan_id)
        .order_by(Stand.position, Stand.label)
    )
    return [_stand_state(stand, booking, name, has, now) for stand, booking, name, has in rows]


def booked_counts(session: Session, event_id: uuid.UUID) -> BookedCounts:
    """The event's figures in three queries; all 0 for an event that is not there."""
    plan = select(Event.floor_plan_id).where(Event.id == event_id).scalar_subquery()
    stands = session.scalar(select(func.count(Stand.id)).where(Stand.floor_plan_id == plan)) or 0
    confirmed = StandBooking.state == "confirmed"
    booked, held, without = session.execute(
        select(
            func.count(StandBooking.id).filter(confirmed),
            func.count(StandBooking.id).filter(StandBooking.state == "held"),
            func.count(StandBooking.id).filter(confirmed, ~_has_vacancies()),
        )
        .join(EmployerInvitation, EmployerInvitation.id == StandBooking.invitation_id)
        .where(StandBooking.event_id == event_id, _live(clock.now()))
    ).one()
    invited, declined, undelivered = session.execute(
        select(
            func.count(EmployerInvitation.id),
            func.count(EmployerInvitation.id).filter(EmployerInvitation.state == "declined"),
            func.count(EmployerInvitation.undelivered),
        ).where(EmployerInvitation.event_id == event_id)
    ).one()
    return BookedCounts(stands, booked, held, without, invited, declined, undelivered)


def list_invited(session: Session, event_id: uuid.UUID) -> list[InvitedEmployer]:
    """The employers invited to the event by name. Three queries."""
    now = clock.now()
    invitations = session.scalars(_invitations(event_id)).all()
    bookings = list_bookings(session, event_id)
    counts = (
        select(Vacancy.invitation_id, func.count(Vacancy.id)).join(EmployerInvitation).group_by(Vacancy.invitation_id)
    )
    vacancies = {row[0]: row[1] for row in session.execute(counts.where(EmployerInvitation.event_id == event_id))}
    rows = [
        _invited(one, [b for b in bookings if b.invitation_id == one.id], vacancies.get(one.id, 0), now)
        for one in invitations
    ]
    return sorted(rows, key=lambda row: (row.invitation.employer.name_key, str(row.invitation.id)))


def load_invited(session: Session, event_id: uuid.UUID, invitation_id: uuid.UUID) -> InvitedEmployer:
    """One employer at the event, with the work it offers. Raises InvitationUnknown."""
    wanted = _invitations(event_id).where(EmployerInvitation.id == invitation_id)
    invitation = session.scalar(wanted.options(selectinload(EmployerInvitation.vacancies)))
    if invitation is None:
        raise InvitationUnknown
    bookings = [one for one in list_bookings(session, event_id) if one.invitation_id == invitation_id]
    return _invited(invitation, bookings, len(invitation.vacancies), clock.now())


def list_bookings(session: Session, event_id: uuid.UUID) -> Sequence[StandBooking]:
    """The event's bookings and the holds whose time is not over, with their stands, in the hall's order."""
    return session.scalars(
        select(StandBooking)
        .join(Stand, Stand.id == StandBooking.stand_id)
        .where(StandBooking.event_id == event_id, _live(clock.now()))
        .options(joinedload(StandBooking.stand))
        .order_by(Stand.position, Stand.label)
    ).all()


def own_bookings(session: Session, invitation: EmployerInvitation) -> Sequence[StandBooking]:
    """What the employer holds, held or booked at the event and did not give up, with stands, newest last."""
    return session.scalars(
        select(StandBooking)
        .where(StandBooking.invitation_id == invitation.id, StandBooking.state != "cancelled")
        .options(joinedload(StandBooking.stand))
        .order_by(StandBooking.created_at)
    ).all()


def _invitations(event_id: uuid.UUID) -> Select[EmployerInvitation]:
    return (
        select(EmployerInvitation)
        .where(EmployerInvitation.event_id == event_id)
        .options(joinedload(EmployerInvitation.employer), joinedload(EmployerInvitation.contact))
    )


def _live(now: datetime) -> ColumnElement[bool]:
    return or_(StandBooking.state == "confirmed", and_(StandBooking.state == "held", StandBooking.held_until > now))


def _has_vacancies() -> ColumnElement[bool]:
    return select(Vacancy.id).where(Vacancy.invitation_id == EmployerInvitation.id).exists()


def _stand_state(
    stand: Stand, booking: StandBooking | None, name: str | None, has_vacancies: bool, now: datetime
) -> StandState:
    if booking is None:
        return StandState(stand, "free")
    if booking.state == "confirmed":
        return StandState(stand, "taken", name, None, has_vacancies, None, booking.id, booking.invitation_id)
    assert booking.held_until is not None
    left = minutes_left(booking.held_until, now)
    return StandState(stand, "held", None, left, has_vacancies, booking.held_until, booking.id, booking.invitation_id)


def _invited(
    invitation: EmployerInvitation, bookings: Sequence[StandBooking], vacancies: int, now: datetime
) -> InvitedEmployer:
    confirmed = [booking for booking in bookings if booking.state == "confirmed"]
    if confirmed:
        return InvitedEmployer(invitation, "booked", confirmed, vacancies)
    if bookings and bookings[0].held_until is not None:
        left = minutes_left(bookings[0].held_until, now)
        return InvitedEmployer(invitation, "held", bookings, vacancies, left)
    return InvitedEmployer(invitation, invitation.state, (), vacancies)
