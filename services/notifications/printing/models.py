"""Tables of what was printed."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notifications.base import Base
from services.notifications.messages.models import Message
from shared.database import Owned

TICKS = ("printed", "handed_over", "posted", "not_arrived")
"""What an organiser says of a letter after it came out of the printer."""


class PrintRun(Owned, Base):
    """Letters that were printed together."""

    __tablename__ = "print_run"
    __table_args__ = (CheckConstraint("letters > 0", name="letters"), Index("ix_print_run_event", "event_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID]
    printed_at: Mapped[datetime]
    printed_by: Mapped[uuid.UUID]
    """the colleague's account"""
    letters: Mapped[int]
    """how many; stays when the file is gone"""
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """until the retention time is over, or somebody in it is erased"""

    rows: Mapped[list["PrintedLetter"]] = relationship(order_by="PrintedLetter.row", back_populates="run")


class PrintedLetter(Owned, Base):
    """One letter of a run, by its row on the checklist."""

    __tablename__ = "printed_letter"
    __table_args__ = (
        CheckConstraint(f"tick IN {TICKS}", name="tick"),
        CheckConstraint("(ticked_at IS NULL) = (tick = 'printed')", name="ticked"),
        UniqueConstraint("run_id", "message_id"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("print_run.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"), index=True)
    tick: Mapped[str] = mapped_column(default="printed")
    ticked_at: Mapped[datetime | None]

    run: Mapped[PrintRun] = relationship(back_populates="rows")
    message: Mapped[Message] = relationship()
