"""Tables of interpreters: who they are, which languages they connect, and when they are there for an event."""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.scheduling.base import Base
from shared.database import Owned


class Interpreter(Owned, Base):
    """Somebody who interprets. `longest_stretch` of `stretch_window` rounds at most without a break."""

    __tablename__ = "interpreter"
    __table_args__ = (
        Index("uq_interpreter_email", "organisation_id", text("lower(email)"), unique=True),
        CheckConstraint("longest_stretch >= 1 AND longest_stretch <= stretch_window", name="stretch"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    mobile: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    """the language of the messages"""
    register_number: Mapped[str] = mapped_column(String(40), default="")
    """of the sworn interpreters' register; may be empty"""
    longest_stretch: Mapped[int] = mapped_column(default=4)
    stretch_window: Mapped[int] = mapped_column(default=5)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    pairs: Mapped[list["LanguagePair"]] = relationship(
        back_populates="interpreter", cascade="all, delete-orphan", order_by="LanguagePair.first, LanguagePair.second"
    )


class LanguagePair(Owned, Base):
    """Two languages that an interpreter connects, in both directions, at one level."""

    __tablename__ = "language_pair"
    __table_args__ = (
        UniqueConstraint("interpreter_id", "first", "second"),
        CheckConstraint("first < second", name="order"),
        CheckConstraint("level IN ('B2', 'C1', 'C2')", name="level"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    interpreter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interpreter.id", ondelete="CASCADE"), index=True)
    first: Mapped[str] = mapped_column(String(3))
    second: Mapped[str] = mapped_column(String(3))
    level: Mapped[str] = mapped_column(String(2))

    interpreter: Mapped[Interpreter] = relationship(back_populates="pairs")


class Engagement(Owned, Base):
    """An interpreter's availability for one event: the rounds they gave."""

    __tablename__ = "engagement"
    __table_args__ = (
        UniqueConstraint("event_id", "interpreter_id"),
        CheckConstraint("answer IN ('needs_action', 'accepted', 'declined')", name="answer"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    interpreter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interpreter.id", ondelete="CASCADE"), index=True)
    rounds: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    answer: Mapped[str] = mapped_column(String(12), default="needs_action")
    link_id: Mapped[uuid.UUID | None]
    invited_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    undelivered: Mapped[bool] = mapped_column(default=False)
    """the newest message did not arrive"""

    interpreter: Mapped[Interpreter] = relationship()

    @property
    def rounds_there(self) -> frozenset[int]:
        """The rounds in which the interpreter is there: those given, and none after a no."""
        return frozenset() if self.answer == "declined" else frozenset(self.rounds)
