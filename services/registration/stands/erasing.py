"""Erasing a contact: who it was goes, here and in the other services; the employer, its stands and counts stay."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.registration.accounts.sessions import end_links
from services.registration.stands.errors import ContactInUse
from services.registration.stands.inviting import events_to_come
from services.registration.stands.models import Contact, EmployerInvitation
from shared import clock
from shared.events import PersonErased
from shared.identity import forget_links
from shared.outbox import forget_person, record

NOBODY = "—"
"""What stands in the place of a name."""


def erase_contact(session: Session, contact: Contact) -> None:
    """Delete who somebody is. Raises ContactInUse while an event to come has nobody else to write to."""
    if events_to_come(session, contact):
        raise ContactInUse
    end_links(session, contact.id)
    forget_links(session, contact.id)
    forget_person(session, contact.id)
    contact.name, contact.phone, contact.erased_at = NOBODY, None, clock.now()
    # One mailbox, one contact of an employer: each erased one needs an address of its own, which no mail reaches
    # (RFC 6761 §6.4).
    contact.email = f"{contact.id}@erased.invalid"
    said = update(EmployerInvitation).where(EmployerInvitation.contact_id == contact.id)
    session.execute(said.values(calendar_comment=""))
    session.flush()
    record(session, PersonErased(contact.organisation_id, "contact", contact.id))
