"""An address of a contact was corrected where a message failed on it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration.stands.attending import change_attending
from services.registration.stands.inviting import events_to_come
from services.registration.stands.models import Contact
from services.registration.stands.notices import confirmed_bookings, tell_booked
from shared.events import AddressMended


def mend_contact(session: Session, event: AddressMended) -> None:
    """Take the address over where the old one still stands; planning hears of it. Nothing is sent from here."""
    if event.person_kind != "contact":
        return
    wanted = select(Contact).where(Contact.id == event.person_id, Contact.erased_at.is_(None))
    contact = session.scalar(wanted.with_for_update())
    if contact is None or not _take_over(session, contact, event):
        return
    session.flush()
    for event_id in events_to_come(session, contact):
        invitation = change_attending(session, event_id, contact.id)
        invitation.undelivered = None
        for booking in confirmed_bookings(session, invitation):
            tell_booked(session, invitation, booking)


def _take_over(session: Session, contact: Contact, event: AddressMended) -> bool:
    if event.channel == "sms":
        is_same = contact.phone == event.old
        contact.phone = event.new if is_same else contact.phone
        return is_same
    if contact.email.casefold() != (event.old or "").casefold() or _is_taken(session, contact, event.new):
        return False
    contact.email = event.new
    return True


def _is_taken(session: Session, contact: Contact, address: str) -> bool:
    """Has another contact of the employer this mailbox? Then a person must look which of the two stays."""
    others = select(Contact.id).where(
        Contact.employer_id == contact.employer_id,
        Contact.id != contact.id,
        func.lower(Contact.email) == address.lower(),
    )
    return session.scalar(others.limit(1)) is not None
