"""The table of calendar entries."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from shared.database import Owned


class CalendarEntry(Owned, Base):
    """What stands, or should stand, in a person's calendar for one purpose at one event."""

    __tablename__ = "calendar_entry"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", "key"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("cancelled OR (starts_at IS NOT NULL AND ends_at IS NOT NULL)", name="known"),
        CheckConstraint("sequence >= 0", name="sequence"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    """also its UID in calendars (RFC 7986 §5.3 asks for nothing but a UUID)"""
    event_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
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
    changed_at: Mapped[datetime]

    @property
    def purpose(self) -> str:
        """The key without its number: which words describe the entry."""
        return self.key.partition(":")[0]
