"""The tables of what the organiser's overview knows of the published plan."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.base import Base
from shared.database import Owned


class PlanFigures(Owned, Base):
    """The figures of the newest plan that scheduling published for an event."""

    __tablename__ = "plan_figures"
    __table_args__ = (CheckConstraint("conversations >= 0 AND without_interpreter >= 0", name="counts"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int]
    conversations: Mapped[int]
    without_interpreter: Mapped[int]
    received_at: Mapped[datetime]


class LostInterpreters(Owned, Base):
    """How many conversations of a plan lost their interpreter since it was published, as scheduling counted last.

    Apart from the figures: either may arrive first.
    """

    __tablename__ = "lost_interpreters"
    __table_args__ = (CheckConstraint("conversations >= 0", name="conversations"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[int]
    """of the plan"""
    conversations: Mapped[int]
    counted_at: Mapped[datetime]
