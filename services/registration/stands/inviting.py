"""Inviting employers, what they answer, and what follows when an event moves or is cancelled."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.registration.accounts.sessions import end_links
from services.registration.events.models import Event
from services.registration.events.rules import Move
from services.registration.stands.attending import (
    change_all_attending,
    change_attending,
    change_invitation,
    is_open,
    require_inviting,
    require_open,
    share_event,
)
from services.registration.stands.employers import (
    ContactDetails,
    correct_contact,
    load_contact,
    load_employer,
)
from services.registration.stands.errors import FewerThanBooked, NobodyChosen, StillBooked, WithoutContact
from services.registration.stands.models import Contact, EmployerInvitation, StandBooking
from services.registration.stands.notices import (
    LINK_OUTLASTS_EVENT,
    confirmed_bookings,
    forget_calendar_answer,
    issue_employer_link,
    person_of,
    put_in_calendar,
    send,
    stand_labels,
    take_out_of_calendar,
    tell_booked,
)
from shared import clock
from shared.events import MessageFailed
from shared.identity.links import extend_links


def invite_employer(session: Session, event: Event, contact: Contact, stands_allowed: int = 1) -> EmployerInvitation:
    """Ask a contact's employer to come, by a message with a personal link.

    An employer that was invited before keeps its invitation and gets no second message. Raises InvitationsClosed.
    """
    require_inviting(share_event(session, event.id))
    known = session.scalar(_of_employer(event.id, contact.employer_id))
    if known is not None:
        return known
    try:
        with session.begin_nested():
            invitation = _make_invitation(session, event, contact, stands_allowed)
    except IntegrityError as fault:
        if "uq_employer_invitation_event_id_employer_id" not in str(fault.orig):
            raise
        # A colleague invited the employer at the same moment, and did so before.
        return session.scalars(_of_employer(event.id, contact.employer_id)).one()
    invitation.message_id = send(session, invitation, "employer_invited", {"employer": invitation.employer.name})
    return invitation


def invite_employers(
    session: Session,
    event: Event,
    employer_ids: Sequence[uuid.UUID],
    contact_ids: Mapping[uuid.UUID, uuid.UUID],
) -> list[EmployerInvitation]:
    """Invite several; to `contact_ids[employer]` where that is given, else to the employer's first contact.

    Raises NobodyChosen, EmployerUnknown, ContactUnknown, WithoutContact, InvitationsClosed.
    """
    if not employer_ids:
        raise NobodyChosen
    chosen = dict.fromkeys(employer_ids)
    contacts = [_choose_contact(session, employer_id, contact_ids.get(employer_id)) for employer_id in chosen]
    return [invite_employer(session, event, contact) for contact in contacts]


def send_again(
    session: Session, event_id: uuid.UUID, invitation_id: uuid.UUID, contact_id: uuid.UUID | None = None
) -> EmployerInvitation:
    """Send the invitation again, with the same link, or to another contact of the employer when one is named.

    Whoever was the contact before loses the link and the calendar entry. Raises InvitationsClosed, ContactUnknown.
    """
    invitation = change_invitation(session, event_id, invitation_id)
    require_inviting(invitation.event)
    if contact_id is not None and contact_id != invitation.contact_id:
        return _hand_over(session, invitation, load_contact(session, invitation.employer_id, contact_id))
    _send_invitation(session, invitation)
    return invitation


def allow_stands(session: Session, event_id: uuid.UUID, invitation_id: uuid.UUID, stands_allowed: int) -> None:
    """How many stands the employer may book. Raises FewerThanBooked."""
    invitation = change_invitation(session, event_id, invitation_id)
    booked = len(confirmed_bookings(session, invitation))
    if stands_allowed < booked:
        raise FewerThanBooked(booked=booked)
    invitation.stands_allowed = stands_allowed


def decline(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """The employer cannot come; what it held is free. Raises StillBooked, BookingClosed."""
    invitation = change_attending(session, event_id, contact_id)
    require_open(invitation.event)
    if confirmed_bookings(session, invitation):
        raise StillBooked
    invitation.state = "declined"
    session.execute(
        update(StandBooking)
        .where(StandBooking.invitation_id == invitation.id, StandBooking.state == "held")
        .values(state="cancelled", cancelled_at=clock.now(), cancelled_by="employer")
    )


def come_after_all(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> None:
    """The employer can come after having declined. Raises BookingClosed."""
    invitation = change_attending(session, event_id, contact_id)
    require_open(invitation.event)
    invitation.state = "invited"


def change_contact(session: Session, contact: Contact, details: ContactDetails) -> None:
    """Correct whom to write to; a stand at an event to come and its calendar entry follow. Raises ContactExists.

    Another address: the links that went to the old one end, and the invitation or the entry brings a new one.
    """
    before = person_of(contact)
    correct_contact(session, contact, details)
    if before == person_of(contact):
        return
    for event_id in events_to_come(session, contact):
        invitation = change_attending(session, event_id, contact.id)
        bookings = confirmed_bookings(session, invitation)
        elsewhere = before.email != contact.email
        if elsewhere:
            _replace_link(session, invitation, contact)
        for booking in bookings:
            tell_booked(session, invitation, booking)
        if elsewhere and bookings:
            put_in_calendar(session, invitation, bookings)
        elif elsewhere and invitation.state == "invited" and is_open(invitation.event):
            _send_invitation(session, invitation)


def note_undelivered(session: Session, failed: MessageFailed) -> None:
    """Remember that a contact did not get a message, unless a newer invitation was sent since."""
    if failed.person_kind != "contact" or failed.event_id is None:
        return
    invitation = session.scalar(
        select(EmployerInvitation).where(
            EmployerInvitation.event_id == failed.event_id, EmployerInvitation.contact_id == failed.person_id
        )
    )
    overtaken = failed.template == "employer_invited" and invitation and invitation.message_id != failed.message_id
    if invitation is not None and not overtaken:
        invitation.undelivered = failed.reason


def tell_employers_of_move(session: Session, event: Event, move: Move) -> None:
    """Each contact once: with a calendar entry who has a stand, with a message who was invited and did not decline."""
    values = {"old_starts_at": move.starts_at.isoformat(), "old_place": move.place}
    extend_links(session, event.id, "employer", event.ends_at + LINK_OUTLASTS_EVENT)
    for invitation in change_all_attending(session, event.id):
        bookings = confirmed_bookings(session, invitation)
        if bookings:
            forget_calendar_answer(invitation)
            put_in_calendar(session, invitation, bookings, "event_moved", values)
        elif invitation.state == "invited":
            send(session, invitation, "event_moved", values)


def tell_employers_of_cancellation(session: Session, event: Event) -> None:
    """Each contact once: the calendar entry goes where there is one, a message goes to who was still invited."""
    for invitation in change_all_attending(session, event.id):
        if confirmed_bookings(session, invitation):
            take_out_of_calendar(session, invitation, "event_cancelled", {})
        elif invitation.state == "invited":
            send(session, invitation, "event_cancelled", {})


def _make_invitation(session: Session, event: Event, contact: Contact, stands_allowed: int) -> EmployerInvitation:
    now = clock.now()
    invitation = EmployerInvitation(
        id=uuid.uuid4(),
        organisation_id=event.organisation_id,
        event_id=event.id,
        event=event,
        employer=contact.employer,
        contact=contact,
        stands_allowed=stands_allowed,
        languages={},
        link_id=issue_employer_link(session, event, contact),
        message_id=uuid.uuid4(),
        sent_at=now,
        created_at=now,
    )
    session.add(invitation)
    return invitation


def _hand_over(session: Session, invitation: EmployerInvitation, contact: Contact) -> EmployerInvitation:
    bookings = confirmed_bookings(session, invitation)
    if bookings:
        take_out_of_calendar(session, invitation, "stand_cancelled", {"stand": stand_labels(bookings)})
    _replace_link(session, invitation, contact)
    if not bookings:
        _send_invitation(session, invitation)
        return invitation
    session.flush()
    for booking in bookings:
        tell_booked(session, invitation, booking)
    put_in_calendar(session, invitation, bookings)
    return invitation


def _replace_link(session: Session, invitation: EmployerInvitation, contact: Contact) -> None:
    """The link of whoever was the contact, or read the contact's mail by mistake, ends; the contact gets a new one."""
    end_links(session, invitation.contact_id, invitation.event_id)
    invitation.contact = contact
    invitation.link_id = issue_employer_link(session, invitation.event, contact)
    invitation.undelivered = None
    forget_calendar_answer(invitation)


def _send_invitation(session: Session, invitation: EmployerInvitation) -> None:
    invitation.message_id = send(session, invitation, "employer_invited", {"employer": invitation.employer.name})
    invitation.sent_at, invitation.undelivered = clock.now(), None


def _choose_contact(session: Session, employer_id: uuid.UUID, contact_id: uuid.UUID | None) -> Contact:
    if contact_id is not None:
        return load_contact(session, employer_id, contact_id)
    employer = load_employer(session, employer_id)
    if not employer.contacts:
        raise WithoutContact(name=employer.name)
    return employer.contacts[0]


def _of_employer(event_id: uuid.UUID, employer_id: uuid.UUID) -> Select[EmployerInvitation]:
    return select(EmployerInvitation).where(
        EmployerInvitation.event_id == event_id, EmployerInvitation.employer_id == employer_id
    )


def events_to_come(session: Session, contact: Contact) -> Sequence[uuid.UUID]:
    """The events for which we write to this contact."""
    return session.scalars(
        select(EmployerInvitation.event_id)
        .join(Event, Event.id == EmployerInvitation.event_id)
        .where(EmployerInvitation.contact_id == contact.id, Event.ends_at > clock.now(), Event.state != "cancelled")
        .order_by(EmployerInvitation.event_id)
    ).all()
