"""An employer's invitation to an event as use cases hold it: loaded whole, and locked in one order.

Whoever changes something takes the event first (shared: many employers at once, but nobody while the event moves),
then the invitation (alone: one employer's double tap waits for itself), then bookings by id. One order for everybody
means that two never wait for each other. The event's lock also keeps a confirmation and a move apart: without it an
employer could be sent the old time after everybody else was sent the new one.
"""

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.registration.events.errors import EventUnknown
from services.registration.events.models import Event
from services.registration.events.states import state_at
from services.registration.stands.errors import BookingClosed, InvitationsClosed, InvitationUnknown
from services.registration.stands.models import EmployerInvitation
from shared import clock


def load_attending(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> EmployerInvitation:
    """The invitation that this contact answers, to be read. Raises InvitationUnknown."""
    return _one(session, _invitations(event_id).where(EmployerInvitation.contact_id == contact_id))


def change_attending(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> EmployerInvitation:
    """As load_attending, to be changed. Raises InvitationUnknown."""
    share_event(session, event_id)
    return _one(session, _locked(_invitations(event_id).where(EmployerInvitation.contact_id == contact_id)))


def change_invitation(session: Session, event_id: uuid.UUID, invitation_id: uuid.UUID) -> EmployerInvitation:
    """The invitation as the organiser means it, to be changed. Raises InvitationUnknown."""
    share_event(session, event_id)
    return _one(session, _locked(_invitations(event_id).where(EmployerInvitation.id == invitation_id)))


def change_all_attending(session: Session, event_id: uuid.UUID) -> list[EmployerInvitation]:
    """Every invitation to the event, to be changed; for whoever holds the event alone already."""
    return list(session.scalars(_locked(_invitations(event_id).order_by(EmployerInvitation.id))))


def share_event(session: Session, event_id: uuid.UUID) -> Event:
    """The event as it is now; until this transaction ends it stays so. Raises EventUnknown."""
    event = session.scalar(
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(read=True, of=Event)
        .execution_options(populate_existing=True)
    )
    if event is None:
        raise EventUnknown
    return event


def is_open(event: Event) -> bool:
    """Whether stands can be booked, changed and given up: from publication until the event begins."""
    return state_at(event, clock.now()) == "published"


def require_open(event: Event) -> None:
    """Raises BookingClosed when stands cannot be booked or changed any more."""
    if not is_open(event):
        raise BookingClosed


def require_inviting(event: Event) -> None:
    """Raises InvitationsClosed when employers cannot be invited yet or any more."""
    if not is_open(event):
        raise InvitationsClosed


def _invitations(event_id: uuid.UUID) -> Select[EmployerInvitation]:
    return (
        select(EmployerInvitation)
        .where(EmployerInvitation.event_id == event_id)
        .options(
            joinedload(EmployerInvitation.event).joinedload(Event.venue),
            joinedload(EmployerInvitation.employer),
            joinedload(EmployerInvitation.contact),
            selectinload(EmployerInvitation.vacancies),
        )
    )


def _locked(invitations: Select[EmployerInvitation]) -> Select[EmployerInvitation]:
    # Read again what the session knew: it may have been changed while this transaction waited for the lock.
    return invitations.with_for_update(of=EmployerInvitation).execution_options(populate_existing=True)


def _one(session: Session, invitations: Select[EmployerInvitation]) -> EmployerInvitation:
    found = session.scalar(invitations)
    if found is None:
        raise InvitationUnknown
    return found
