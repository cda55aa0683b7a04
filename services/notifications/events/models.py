"""What registration told of regions and events, each at its newest version: what messages are composed from."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from shared.database import Owned


class Organisation(Base):
    """A labour-market region: whose name a message carries, and where answers go."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[str]
    mailbox: Mapped[str]


class Event(Owned, Base):
    """A published event: name, time and place as they are now."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    time_zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str]
    address: Mapped[str]
    route: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """WGS 84, in degrees; None where the region filled in no coordinates"""
    moved_at: Mapped[datetime | None]
    """when we last heard that time or place changed"""

    @property
    def cancelled(self) -> bool:
        """It will not take place."""
        return self.state == "cancelled"

    @property
    def place(self) -> str:
        """Venue and address on one line."""
        return ", ".join(part for part in (self.venue, self.address) if part)
