"""Tables of the inbox: what was taken in, what a person has to look at, and how far each mailbox was read."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from shared.database import Owned

WAYS = ("imap", "webhook", "sms")
"""How something came in."""
KINDS = (
    "calendar_answer",
    "calendar_other",
    "delivered",
    "delayed",
    "bounced",
    "complaint",
    "automatic",
    "unsubscribe",
    "reply",
    "short_answer",
    "unreadable",
)
"""What something that came in turned out to be."""
STATES = ("open", "noted", "done")
"""`open` waits for a person; `noted` was understood and is there to be looked up; `done` was dealt with by a person."""
ANSWERS = ("accepted", "declined")
MOST_SENDER, MOST_SUBJECT, MOST_WORDS = 320, 300, 2000
"""Characters that are kept of who wrote what: the first lines, to be shown and nothing else."""


class IncomingMail(Base):
    """A mail or text message that was taken in, once, whichever way it came. Holds no name and no word: it stays."""

    __tablename__ = "incoming_mail"
    __table_args__ = (
        CheckConstraint(f"came_by IN {WAYS}", name="came_by"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_incoming_mail_taken_at", "taken_at"),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of what stays the same about it on every way"""
    came_by: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    region_id: Mapped[uuid.UUID | None]
    """the organisation it is for; None when nobody can tell"""
    taken_at: Mapped[datetime]


class InboxItem(Owned, Base):
    """Something that came in, as the organiser sees it."""

    __tablename__ = "inbox_item"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"suggestion IN {ANSWERS}", name="suggestion"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_inbox_item_listed", "organisation_id", "state", "received_at"),
        Index("ix_inbox_item_person", "person_id"),
        Index("ix_inbox_item_kept", "received_at", postgresql_where="forgotten_at IS NULL"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    digest: Mapped[str] = mapped_column(ForeignKey("incoming_mail.digest"), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40), default="")
    """why a person has to look: a word of `reasons.REASONS`"""
    state: Mapped[str] = mapped_column(String(10), default="open")
    sender: Mapped[str] = mapped_column(String(MOST_SENDER), default="")
    """as it says itself: nothing proves it"""
    subject: Mapped[str] = mapped_column(String(MOST_SUBJECT), default="")
    words: Mapped[str] = mapped_column(String(MOST_WORDS), default="")
    """the first lines, as text"""
    message_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    """the message of ours that it is about"""
    person_kind: Mapped[str | None]
    person_id: Mapped[uuid.UUID | None]
    person_name: Mapped[str] = mapped_column(default="")
    event_id: Mapped[uuid.UUID | None]
    suggestion: Mapped[str | None] = mapped_column(String(10))
    """the answer that it looks like"""
    answer_id: Mapped[uuid.UUID | None]
    """the calendar answer that waits for somebody to say whether it counts"""
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """when names and words were deleted"""


class MailboxReading(Base):
    """How far a mailbox was read. UIDs count within one UIDVALIDITY (RFC 9051 §2.3.1.1)."""

    __tablename__ = "mailbox_reading"
    __table_args__ = (CheckConstraint("last_uid >= 0", name="last_uid"),)

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    """user@host/folder, without the password"""
    validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime | None]
    """when it was last read to its end"""
    fault: Mapped[str] = mapped_column(default="")
    """what went wrong the last time; empty for nothing"""
