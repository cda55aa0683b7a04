"""Tables of venues, their floor plans with stands, and events."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registration.base import Base
from shared.database import Owned

KINDS = ("meet_and_greet", "conference")
STATES = ("draft", "published", "running", "closed", "archived", "cancelled")


class Venue(Owned, Base):
    """A place where events are held."""

    __tablename__ = "venue"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="degrees"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    """WGS 84, in degrees: where calendars put the pin"""
    route: Mapped[str] = mapped_column(String(2000), default="")
    """how to get there, free words"""

    floor_plans: Mapped[list["FloorPlan"]] = relationship(back_populates="venue", order_by="FloorPlan.name")


class FloorPlan(Owned, Base):
    """A hall as it is drawn: a size in drawing units, areas and walls, and the stands."""

    __tablename__ = "floor_plan"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    venue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    features: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """what is no stand: {"kind": "area"|"desk"|"entrance", "label", "x", "y", "width", "height"}"""

    venue: Mapped[Venue] = relationship(back_populates="floor_plans")
    stands: Mapped[list["Stand"]] = relationship(back_populates="floor_plan", order_by="Stand.position")


class Stand(Owned, Base):
    """A place in the hall where an employer talks with candidates."""

    __tablename__ = "stand"
    __table_args__ = (
        UniqueConstraint("floor_plan_id", "label"),
        CheckConstraint("seats BETWEEN 1 AND 20", name="seats"),
        CheckConstraint("width > 0 AND height > 0", name="size"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    floor_plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("floor_plan.id"), index=True)
    label: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    """the order in which stands are listed"""
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    seats: Mapped[int] = mapped_column(default=1)
    """conversations at the same time"""
    power: Mapped[bool] = mapped_column(default=True)
    wheelchair: Mapped[bool] = mapped_column(default=True)

    floor_plan: Mapped[FloorPlan] = relationship(back_populates="stands")


class Event(Owned, Base):
    """A Meet & Greet or a conference on a day, with its rounds."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("kind IN ('meet_and_greet', 'conference')", name="kind"),
        CheckConstraint("state IN ('draft', 'published', 'running', 'closed', 'archived', 'cancelled')", name="state"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("first_round_at >= starts_at AND first_round_at < ends_at", name="first_round"),
        CheckConstraint("rounds BETWEEN 0 AND 60", name="rounds"),
        CheckConstraint("round_minutes BETWEEN 1 AND 240 AND walk_minutes BETWEEN 0 AND 60", name="minutes"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    """rises with every change that others are told of"""
    kind: Mapped[str] = mapped_column(String(20), default="meet_and_greet")
    state: Mapped[str] = mapped_column(String(20), default="draft")
    name: Mapped[str] = mapped_column(String(200))
    venue_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("venue.id"))
    floor_plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("floor_plan.id"))
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Amsterdam")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    first_round_at: Mapped[datetime]
    rounds: Mapped[int]
    round_minutes: Mapped[int] = mapped_column(default=12)
    walk_minutes: Mapped[int] = mapped_column(default=3)
    capacity: Mapped[int | None]
    """how many people the hall may hold; None when nobody counts"""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    venue: Mapped[Venue] = relationship()
    floor_plan: Mapped[FloorPlan] = relationship()
