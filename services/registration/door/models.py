"""Tables of the door: every scan, and where those who come in go first."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.base import Base
from shared.database import Owned


class Scan(Owned, Base):
    """A pass that was held before a phone at the door, and what was said of it.

    Rows are only ever added: a trigger refuses to change or delete one, except for erasure (migration 0007). Who is
    inside follows from the rows. What was read from a code that is no pass of ours is not kept.
    """

    __tablename__ = "scan"
    __table_args__ = (
        # The phone sends a scan until it gets an answer; the second time finds the first.
        UniqueConstraint("event_id", "client_id"),
        # Two gates at the same moment: one of them is first.
        Index("uq_scan_admitted", "invitation_id", "entry", unique=True, postgresql_where=text("verdict = 'admitted'")),
        Index("ix_scan_arrivals", "event_id", "happened_at", postgresql_where=text("verdict = 'admitted'")),
        CheckConstraint(
            "verdict IN ('admitted', 'already_in', 'void', 'wrong_event', 'unknown', 'not_today', 'over_capacity')",
            name="verdict",
        ),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("entry >= 1", name="entry"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"))
    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"), index=True)
    client_id: Mapped[uuid.UUID]
    """the phone's own name for the scan"""
    invitation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    number: Mapped[int | None] = mapped_column(BigInteger)
    pass_version: Mapped[int | None]
    gate: Mapped[str] = mapped_column(String(100))
    direction: Mapped[str] = mapped_column(String(3), default="in")
    entry: Mapped[int] = mapped_column(default=1)
    """the how manieth time this person comes in"""
    verdict: Mapped[str] = mapped_column(String(20))
    scanned_at: Mapped[datetime]
    """on the phone's clock"""
    happened_at: Mapped[datetime]
    """on our clock: received, less the time that the scan waited in the phone"""
    received_at: Mapped[datetime]


class FirstStop(Owned, Base):
    """Where a candidate goes first, by the newest plan that was published."""

    __tablename__ = "first_stop"

    invitation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), index=True)
    label: Mapped[str]
    starts_at: Mapped[datetime]


class PlanKnown(Owned, Base):
    """Which version of the event's plan the first stops come from; an older one is ignored."""

    __tablename__ = "plan_known"

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int]
