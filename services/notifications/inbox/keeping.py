"""Writing down what came in: each thing once, and what a person has to see."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.inbox.models import MOST_SENDER, MOST_SUBJECT, MOST_WORDS, InboxItem, IncomingMail
from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.models import Message
from shared.database import ACROSS_ORGANISATIONS


@dataclass(frozen=True)
class Arrival:
    """Something that came in: what makes it one thing, whose it is and what it turned out to be."""

    digest: str
    came_by: str
    kind: str
    region_id: uuid.UUID | None
    received_at: datetime


@dataclass(frozen=True)
class Shown:
    """What an organiser reads of it."""

    sender: str
    subject: str = ""
    words: str = ""
    reason: str = ""
    state: str = "open"
    suggestion: str | None = None
    about: Message | None = None
    answer_id: uuid.UUID | None = None
    """of the calendar answer that waits for a person"""


def digest_of(*parts: str | bytes) -> str:
    """SHA-256 of the parts, kept apart from each other."""
    found = hashlib.sha256()
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(octets).to_bytes(8, "big") + octets)
    return found.hexdigest()


def keep_once(session: Session, arrival: Arrival) -> bool:
    """Write the arrival down; False when it was here before.

    A second worker with the same mail waits on the row of the first and then finds it there.
    """
    row = insert(IncomingMail).values(
        digest=arrival.digest,
        came_by=arrival.came_by,
        kind=arrival.kind,
        region_id=arrival.region_id,
        taken_at=arrival.received_at,
    )
    return session.scalar(row.on_conflict_do_nothing().returning(IncomingMail.digest)) is not None


def show(session: Session, arrival: Arrival, shown: Shown) -> InboxItem | None:
    """Put it on the page of its region; None when it belongs to none: then only its count stays."""
    if arrival.region_id is None:
        return None
    item = InboxItem(
        organisation_id=arrival.region_id,
        digest=arrival.digest,
        kind=arrival.kind,
        reason=shown.reason,
        state=shown.state,
        sender=as_shown(_on_one_line(shown.sender), MOST_SENDER),
        subject=as_shown(_on_one_line(shown.subject), MOST_SUBJECT),
        words=as_shown(shown.words, MOST_WORDS),
        suggestion=shown.suggestion,
        answer_id=shown.answer_id,
        received_at=arrival.received_at,
        **_about(shown.about),
    )
    session.add(item)
    session.flush()
    return item


def _about(message: Message | None) -> dict[str, object]:
    if message is None:
        return {}
    return {
        "message_id": message.id,
        "person_kind": message.person_kind,
        "person_id": message.person_id,
        "person_name": message.person_name,
        "event_id": message.event_id,
    }


def _on_one_line(text: str) -> str:
    """Encoded words (RFC 2047) can hold line breaks that no header has."""
    return " ".join(text.split())


def as_shown(text: str, most: int) -> str:
    """What a database takes and a page shows: cut, and without control characters but the line break."""
    seen = "".join(letter for letter in text if letter == "\n" or not _is_control(letter))
    return seen.encode("utf-8", "replace").decode()[:most]


def _is_control(letter: str) -> bool:
    # Also those that turn the direction of what follows (Unicode Bidi), which make one address look like another.
    return (
        ord(letter) < 32
        or 127 <= ord(letter) < 160
        or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def forget_words(session: Session, now: datetime) -> int:
    """Delete names and words of what came in before the retention time; how many. What it was, and its count, stay."""
    old = (
        update(InboxItem)
        .where(InboxItem.received_at < now - KEEP_WORDS, InboxItem.forgotten_at.is_(None))
        .values(sender="", subject="", words="", person_name="", forgotten_at=now)
        .returning(InboxItem.id)
    )
    return len(session.scalars(old.execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False)).all())


def forget_person(session: Session, person_id: uuid.UUID, addresses: Sequence[str], now: datetime) -> None:
    """Delete at once what one person of the session's organisation sent or was named in.

    `addresses`: the person's own and their numbers; what came from there and was not found to be anybody's goes too.
    """
    theirs = [InboxItem.person_id == person_id]
    sender = func.lower(InboxItem.sender)
    for address in (one.lower() for one in addresses):
        from_there = or_(sender == address, sender.endswith(f"<{address}>", autoescape=True))
        theirs.append(and_(InboxItem.person_id.is_(None), from_there))
    own = update(InboxItem).where(or_(*theirs), InboxItem.forgotten_at.is_(None))
    gone = own.values(sender="", subject="", words="", person_name="", forgotten_at=now)
    session.execute(gone.execution_options(synchronize_session=False))
