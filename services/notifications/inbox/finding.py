"""Whose it is that came in: the message of ours that it is about, the person, and the region."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.notifications.calendar.models import CalendarEntry
from services.notifications.events.models import Organisation
from services.notifications.inbox.reading.understanding import Understood
from services.notifications.messages.models import Message
from shared.database import ACROSS_ORGANISATIONS


def find_message(session: Session, mail_ids: Sequence[str]) -> Message | None:
    """The message of ours that has one of these Message-IDs, the first in their order; in any region.

    A Message-ID of ours holds a random UUID, so who names it has seen the mail.
    """
    if not mail_ids:
        return None
    rows = session.scalars(
        select(Message).where(Message.mail_id.in_(mail_ids)).execution_options(**ACROSS_ORGANISATIONS)
    )
    found = {message.mail_id: message for message in rows}
    return next((found[one] for one in mail_ids if one in found), None)


def find_message_of_entry(session: Session, uid: str) -> Message | None:
    """The newest message that carried the calendar entry with this UID; in any region."""
    try:
        entry_id = uuid.UUID(uid)
    except ValueError:
        return None
    return _newest(session, select(Message).where(Message.entry_id == entry_id))


def find_message_to(session: Session, address: str, region_id: uuid.UUID) -> Message | None:
    """The newest message of the region to this address."""
    if not address:
        return None
    to = select(Message).where(func.lower(Message.address) == address, Message.organisation_id == region_id)
    return _newest(session, to.where(Message.sent_at.is_not(None)))


def find_region(session: Session, mail: Understood, mailbox: str) -> uuid.UUID | None:
    """The organisation whose mailbox it came to: by where it was addressed, then by the mailbox that we read.

    An installation with one organisation needs no such sign. None where two share an address, or none has it.
    """
    known: dict[str, set[uuid.UUID]] = {}
    everybody = session.execute(select(Organisation.mailbox, Organisation.id)).all()
    for address, organisation_id in everybody:
        known.setdefault(address.strip().lower(), set()).add(organisation_id)
    for address in (*mail.to, mailbox.lower()):
        if len(known.get(address, ())) == 1:
            return next(iter(known[address]))
    return everybody[0].id if len(everybody) == 1 else None


def region_of_entry(session: Session, uid: str) -> uuid.UUID | None:
    """The organisation of the calendar entry with this UID."""
    try:
        entry_id = uuid.UUID(uid)
    except ValueError:
        return None
    found = select(CalendarEntry.organisation_id).where(CalendarEntry.id == entry_id)
    return session.scalar(found.execution_options(**ACROSS_ORGANISATIONS))


def _newest(session: Session, messages: Select[Message]) -> Message | None:
    newest = messages.order_by(Message.queued_at.desc()).limit(1)
    return session.scalar(newest.execution_options(**ACROSS_ORGANISATIONS))
