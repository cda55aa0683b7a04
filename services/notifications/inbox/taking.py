"""Taking in a mail, once: what it is, whose it is, and what follows from it. All in the caller's transaction."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from services.notifications.inbox.consequences import CONSEQUENCES, Case
from services.notifications.inbox.finding import (
    find_message,
    find_message_of_entry,
    find_message_to,
    find_region,
    region_of_entry,
)
from services.notifications.inbox.keeping import Arrival, Shown, digest_of, keep_once, show
from services.notifications.inbox.reading.understanding import Understood, understand
from services.notifications.messages.models import Message
from shared.database import act_for

Taken = Literal["known", "noted", "open", "nobody"]
"""What became of a mail: here before; understood; waits for a person; belongs to no region."""


def take_mail(
    session: Session, raw: bytes, came_by: str, mailbox: str, received_at: datetime, whole: bool = True
) -> Taken:
    """Take in a mail that came to `mailbox` (an address, or empty). Whoever comes second with the same does nothing.

    `whole` is False for the head of a mail that is too large. From here on the session acts for the organisation that
    the mail is for.
    """
    mail = understand(raw)
    if not whole:
        mail = replace(mail, cut=True)
    about = _about(session, mail)
    region_id = about.organisation_id if about else _region(session, mail, mailbox)
    digest = digest_of("mail", str(region_id), mail.mail_id, mail.sender, mail.written_at, mail.fingerprint)
    arrival = Arrival(digest, came_by, mail.kind, region_id, received_at)
    if not keep_once(session, arrival):
        return "known"
    if region_id is None:
        return "nobody"
    act_for(session, region_id)
    about = about or find_message_to(session, mail.sender, region_id)
    shown = CONSEQUENCES[mail.kind](Case(session, mail, about, received_at))
    show(session, arrival, shown)
    return "open" if shown.state == "open" else "noted"


def take_unreadable(session: Session, raw: bytes, came_by: str, mailbox: str, received_at: datetime) -> Taken:
    """Take in a mail over which our own reading stumbled: a person sees that it is there, and looks in the mailbox."""
    nothing = understand(b"")
    region_id = find_region(session, nothing, mailbox)
    arrival = Arrival(digest_of("unreadable", str(region_id), raw), came_by, "unreadable", region_id, received_at)
    if not keep_once(session, arrival):
        return "known"
    return "open" if show(session, arrival, Shown("", reason="unreadable")) else "nobody"


def _about(session: Session, mail: Understood) -> Message | None:
    """The message of ours that the mail proves to know; None when it only could be somebody's."""
    if mail.calendar is not None:
        told = find_message_of_entry(session, mail.calendar.uid)
        return told or _about_entry(session, mail, find_message(session, mail.answers))
    if mail.fate is not None:
        return find_message(session, mail.fate.mail_ids)
    if mail.complaint is not None:
        return find_message(session, mail.complaint.mail_ids)
    return find_message(session, mail.answers)


def _about_entry(session: Session, mail: Understood, answered: Message | None) -> Message | None:
    """The message that the mail answers, unless its calendar file is about another region's entry.

    What is shown then stands with the entry: neither region learns of the other's people.
    """
    own = region_of_entry(session, mail.calendar.uid) if mail.calendar else None
    return answered if answered is None or own in (None, answered.organisation_id) else None


def _region(session: Session, mail: Understood, mailbox: str) -> uuid.UUID | None:
    own = region_of_entry(session, mail.calendar.uid) if mail.calendar else None
    return own or find_region(session, mail, mailbox)
