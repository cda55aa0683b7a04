"""Reading every mailbox from where it was left: each mail in a transaction of its own, then marked in the mailbox.

A worker that is killed between the two reads the mail again and finds it taken in. Two workers at once read the same
mail, and the table lets one of them have it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.inbox.mailboxes import (
    MAIL_REFUSED,
    Fetched,
    MailboxAway,
    MailRefused,
    OpenMailbox,
    Place,
    open_mailbox,
)
from services.notifications.inbox.models import MailboxReading
from services.notifications.inbox.reading.mail import MOST_BYTES
from services.notifications.inbox.taking import Taken, take_mail, take_unreadable
from shared import clock

log = structlog.get_logger()
MOST_AT_ONCE = 200
"""Mails of one mailbox in one go; then the next mailbox has its turn."""
LOOK_BACK = timedelta(days=7)
"""How old a mail may be in a mailbox that we have not read before: what lay there for years is nobody's news."""


def read_mailboxes(sessions: sessionmaker[Session], places: Sequence[Place]) -> int:
    """Take in what is new in every mailbox; how many mails. One that is away stops no other."""
    total = 0
    for number, place in enumerate(places):
        try:
            total += _read_mailbox(sessions, place)
        except MailboxAway as fault:
            log.warning("mailbox_away", fault=str(fault), mailbox=number)
            _note(sessions, place, fault=str(fault))
    return total


def _read_mailbox(sessions: sessionmaker[Session], place: Place) -> int:
    with sessions() as session:
        reading = session.get(MailboxReading, place.name)
    refused_before = reading is not None and reading.fault == MAIL_REFUSED
    with open_mailbox(place) as mailbox:
        uids = _new_uids(reading, mailbox)
        for uid in uids:
            try:
                fetched = mailbox.fetch(uid, MOST_BYTES)
            except MailRefused:
                if not (refused_before and uid == uids[0]):
                    raise
                # The same mail for the second time: the others must not wait for it.
                numbered = Fetched(uid, f"{place.name} {mailbox.validity} {uid}".encode(), clock.now())
                _take_unreadable(sessions, place, mailbox.validity, numbered)
                continue
            if fetched is not None and _take(sessions, place, mailbox.validity, fetched) == "noted":
                mailbox.mark_seen(uid)
    _note(sessions, place, fault="", read_at=clock.now())
    return len(uids)


def _new_uids(reading: MailboxReading | None, mailbox: OpenMailbox) -> list[int]:
    """What came since the last mail; in a mailbox whose numbers are new to us, what came in the last days."""
    if reading is not None and reading.validity == mailbox.validity and reading.last_uid:
        return mailbox.new_uids(reading.last_uid, MOST_AT_ONCE)
    read_at = reading.read_at if reading is not None else None
    return mailbox.new_uids(0, MOST_AT_ONCE, since=(read_at or clock.now()) - LOOK_BACK)


def _take(sessions: sessionmaker[Session], place: Place, validity: int, fetched: Fetched) -> Taken:
    """Take the mail in and move on from it, together; also from one over which we stumble."""
    try:
        with sessions.begin() as session:
            taken = take_mail(session, fetched.raw, "imap", place.user, fetched.came_at, fetched.whole)
            _move_on(session, place, validity, fetched.uid)
            return taken
    except OperationalError:
        raise
    except Exception as fault:
        # Whatever is wrong with this mail, the others must go on. The fault's own text may hold a name.
        log.error("mail_unreadable", fault=type(fault).__name__)
    return _take_unreadable(sessions, place, validity, fetched)


def _take_unreadable(sessions: sessionmaker[Session], place: Place, validity: int, fetched: Fetched) -> Taken:
    """A person sees that there is a mail, and we move on from it."""
    with sessions.begin() as session:
        taken = take_unreadable(session, fetched.raw, "imap", place.user, fetched.came_at)
        _move_on(session, place, validity, fetched.uid)
        return taken


def _move_on(session: Session, place: Place, validity: int, uid: int) -> None:
    """Remember the mail as read, unless another worker is further already."""
    row = insert(MailboxReading).values(mailbox=place.name, validity=validity, last_uid=uid, fault="")
    further = or_(MailboxReading.validity != row.excluded.validity, MailboxReading.last_uid < row.excluded.last_uid)
    changed = {"validity": row.excluded.validity, "last_uid": row.excluded.last_uid}
    session.execute(row.on_conflict_do_update(index_elements=["mailbox"], set_=changed, where=further))


def _note(sessions: sessionmaker[Session], place: Place, **changed: Any) -> None:
    """Write down how the reading went."""
    row = insert(MailboxReading).values(mailbox=place.name, validity=0, last_uid=0, **changed)
    with sessions.begin() as session:
        session.execute(row.on_conflict_do_update(index_elements=["mailbox"], set_=changed))
