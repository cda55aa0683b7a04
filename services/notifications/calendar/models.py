"""Tables of calendar entries, of what people answered to them, and of the addresses that calendars subscribe to."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from services.notifications.calendar.judging import ANSWERS, NEEDS_ACTION, OUTCOMES
from shared.database import Owned


class CalendarEntry(Owned, Base):
    """What stands, or should stand, in a person's calendar for one purpose at one event."""

    __tablename__ = "calendar_entry"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", "key"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("cancelled OR (starts_at IS NOT NULL AND ends_at IS NOT NULL)", name="known"),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        Index("ix_calendar_entry_person", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    """also its UID in calendars (RFC 7986 §5.3 asks for nothing but a UUID)"""
    event_id: Mapped[uuid.UUID]
    person_kind: Mapped[str]
    person_id: Mapped[uuid.UUID]
    person_name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    """where the newest command wanted it to go; empty for nowhere, or once it was forgotten"""
    language: Mapped[str]
    link_id: Mapped[uuid.UUID | None]
    link_service: Mapped[str] = mapped_column(default="registration")
    key: Mapped[str]
    """the purpose: "stand", "interpreting:0" …"""
    version: Mapped[int]
    """of the newest command about it"""
    cancelled: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None]
    """None when it was cancelled before it was put"""
    ends_at: Mapped[datetime | None]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """for the description"""
    sequence: Mapped[int | None]
    """of the newest file that was written; None before the first"""
    written: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """what the newest file says (rules.Content)"""
    told: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """what the newest file says that was accepted for delivery"""
    answer: Mapped[str] = mapped_column(default=NEEDS_ACTION)
    """what the person answered to the newest SEQUENCE (PARTSTAT)"""
    answered_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    @property
    def purpose(self) -> str:
        """The key without its number: which words describe the entry."""
        return self.key.partition(":")[0]


class CalendarAnswer(Owned, Base):
    """One answer that came in for an entry; rows are added and never changed, but for what is forgotten in time."""

    __tablename__ = "calendar_answer"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        CheckConstraint("(settles_id IS NOT NULL) = (reason IN ('confirmed', 'dismissed'))", name="settles"),
        UniqueConstraint("settles_id"),
        Index("ix_calendar_answer_entry", "entry_id", "received_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("calendar_entry.id", ondelete="CASCADE"))
    method: Mapped[str]
    sequence: Mapped[int]
    """of the file that it answers"""
    answer: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    attendee: Mapped[str] = mapped_column(default="")
    """the address in the file"""
    sender: Mapped[str] = mapped_column(default="")
    """the address that the mail came from"""
    delegated_to: Mapped[str] = mapped_column(default="")
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
    stamped_at: Mapped[datetime]
    """when it was given, by the answerer's clock, which is not believed beyond our own"""
    received_at: Mapped[datetime]
    mail_id: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    """counted, kept as history, or doubtful: for a person"""
    reason: Mapped[str]
    settles_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("calendar_answer.id", ondelete="CASCADE"))
    """the doubtful answer about which a person decided by this row"""


class CalendarFeed(Owned, Base):
    """The address at which a person's calendar fetches their entries; its token is the signed id (feeds.py)."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index(
            "uq_calendar_feed_live",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where="revoked_at IS NULL",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_kind: Mapped[str]
    person_id: Mapped[uuid.UUID]
    address: Mapped[str] = mapped_column(default="")
    """where the person was written to when it was made: with another mailbox it ends"""
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(default="")
    """SHA-256 of what it said last, so that `changed_at` can be told (Last-Modified, RFC 9110 §8.8.2)"""
    changed_at: Mapped[datetime | None]
