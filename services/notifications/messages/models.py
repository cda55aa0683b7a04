"""Tables of messages and of the attempts to send them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notifications.base import Base
from shared.database import Owned

STATES = ("queued", "sending", "to_print", "sent", "delivered", "bounced", "failed", "dropped")
"""`sending` ends after its lease; `to_print` waits for an organiser (a collected channel); `dropped` is what was no
longer true when its turn came."""
WAITING = ("queued", "sending")
SEARCHED = (
    "lower(message.person_name || ' ' || coalesce(message.address, '') || ' ' || coalesce(message.mobile, '') || ' '"
    " || message.subject)"
)
"""What a search looks in, as one text, so that one index serves it."""


class Message(Owned, Base):
    """One notification to one person. The sender of the command chose its id."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"(due_at IS NOT NULL) = (state IN {WAITING})", name="due"),
        CheckConstraint("reason IS NOT NULL OR state NOT IN ('failed', 'dropped', 'bounced')", name="reason"),
        CheckConstraint("sent_at IS NOT NULL OR state NOT IN ('sent', 'delivered')", name="sent"),
        CheckConstraint("method IN ('REQUEST', 'CANCEL') AND (method IS NULL) = (entry_id IS NULL)", name="method"),
        CheckConstraint("merged_into <> id", name="merged"),
        CheckConstraint("before_start > 0", name="before_start"),
        CheckConstraint("NOT is_trial OR event_id IS NULL", name="trial"),
        Index("ix_message_merged_into", "merged_into", postgresql_where="merged_into IS NOT NULL"),
        Index("ix_message_due", "due_at", postgresql_where=f"state IN {WAITING}"),
        Index("ix_message_event", "event_id", "queued_at"),
        Index("ix_message_person", "person_id", "event_id"),
        Index("ix_message_kept", "queued_at", postgresql_where="forgotten_at IS NULL"),
        Index(
            "ix_message_searched",
            text(f"({SEARCHED.replace('message.', '')}) gin_trgm_ops"),
            postgresql_using="gin",
        ),
        Index("ix_message_lost", "organisation_id", "queued_at", postgresql_where="state IN ('failed', 'bounced')"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID | None]
    is_trial: Mapped[bool] = mapped_column(default=False, server_default=false())
    """a test of a text with sample data, to whoever wrote it"""
    template: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    """orders messages of one template to one person about one event"""

    person_kind: Mapped[str]
    person_id: Mapped[uuid.UUID]
    person_name: Mapped[str]
    language: Mapped[str]
    address: Mapped[str | None]
    mobile: Mapped[str | None]

    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    link_id: Mapped[uuid.UUID | None]
    link_service: Mapped[str] = mapped_column(default="registration")
    pass_code: Mapped[str | None]
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("calendar_entry.id"))
    method: Mapped[str | None]
    """what happens to the calendar entry (RFC 5546): REQUEST or CANCEL"""

    channel: Mapped[str | None]
    """chosen at the first attempt"""
    state: Mapped[str] = mapped_column(default="queued")
    reason: Mapped[str | None]
    """why it failed or was dropped, or what went wrong last while it waits"""
    queued_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    """when it was last asked for: queued, or sent again by hand"""
    due_at: Mapped[datetime | None]
    """when it is tried next; while sending, when its lease ends"""
    tries: Mapped[int] = mapped_column(default=0)
    """attempts since `asked_at`"""
    sent_at: Mapped[datetime | None]
    mail_id: Mapped[str | None] = mapped_column(unique=True)
    """Message-ID, fixed before the first attempt so that a second copy is recognised as one"""
    merged_into: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    """the message that carries this one: its letter says both, and what becomes of it becomes of this one"""
    before_start: Mapped[int | None]
    """minutes before the event's start at which it is due"""

    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    """what was said, without the personal link"""
    told: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """what its calendar file says: {"sequence", "content"}"""
    forgotten_at: Mapped[datetime | None]
    """when name, address and words were deleted"""

    attempts: Mapped[list["Attempt"]] = relationship(back_populates="message", order_by="Attempt.number")


class Attempt(Base):
    """One try to hand a message over; written before it begins, so that none goes unseen."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("message_id", "number"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
        CheckConstraint("outcome IN ('accepted', 'away', 'later', 'lost', 'refused', 'unreadable')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    number: Mapped[int]
    channel: Mapped[str]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[int | None]
    """the server's reply code (RFC 5321 §4.2)"""
    answer: Mapped[str] = mapped_column(default="")
    """what the server said"""
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    """the provider's own name for it, which its receipts carry"""

    message: Mapped[Message] = relationship(back_populates="attempts")
