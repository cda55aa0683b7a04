"""Tables of what people want to receive, and of addresses that nothing is sent to."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from shared.database import Owned

CHANNELS = ("email", "sms", "paper")
LANGUAGES = ("nl", "en", "uk", "ru")
REASONS = ("bounced", "complained", "opted_out", "by_hand")
ASKED_BY = ("page", "one_click", "answer")
"""on the page about a message, by a mail program's own button (RFC 8058), by an answer to an SMS"""


class Preference(Owned, Base):
    """What one person wants to receive from one region; somebody without a row wants what the region sends."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"),
        CheckConstraint(f"asked_by IN {ASKED_BY}", name="asked_by"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_kind: Mapped[str]
    channel: Mapped[str | None]
    """which way the person likes best; None for as the region does it"""
    language: Mapped[str | None]
    """goes before the language that the region keeps"""
    only_essential: Mapped[bool] = mapped_column(default=False)
    """no invitations and reminders any more"""
    asked_by: Mapped[str]
    changed_at: Mapped[datetime]


class Suppression(Owned, Base):
    """An address or number that one region sends nothing to. Lifted rows stay, to be looked into."""

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_because IS NULL)", name="lifted"),
        Index(
            "uq_suppression_live",
            "organisation_id",
            "channel",
            "digest",
            unique=True,
            postgresql_where="lifted_at IS NULL",
        ),
        Index("ix_suppression_since", "organisation_id", "since"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    channel: Mapped[str]
    digest: Mapped[str]
    """recognises the address when it has been erased (shared/digests.py)"""
    address: Mapped[str | None]
    """in clear until the person is erased"""
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    """what the one wrote who put it here by hand"""
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(default="")
    """the colleague who put it here; empty when the system or the person did"""
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(default="")
    lifted_because: Mapped[str | None]


class ErasedPerson(Owned, Base):
    """Somebody who is to be forgotten: what others still ask to be told to them is not even written down."""

    __tablename__ = "erased_person"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
