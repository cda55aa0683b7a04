"""The table of invitations: a candidate at an event, the answer, and the pass."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registration.base import Base
from services.registration.candidates.models import Candidate
from services.registration.events.models import Event
from services.registration.invitations.passes import PassContent
from shared.database import Owned

STATES = ("drafted", "sent", "accepted", "declined", "waitlisted", "attended", "no_show")
FIRST_NUMBER = 101


class Invitation(Owned, Base):
    """A candidate's invitation to an event. It carries the pass: event, number and pass version."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "candidate_id"),
        UniqueConstraint("event_id", "number"),
        CheckConstraint(
            "state IN ('drafted', 'sent', 'accepted', 'declined', 'waitlisted', 'attended', 'no_show')", name="state"
        ),
        CheckConstraint("number BETWEEN 1 AND 4294967295", name="number"),
        CheckConstraint("pass_version BETWEEN 1 AND 65535", name="pass_version"),
        CheckConstraint("first_round >= 0 AND last_round >= first_round", name="stay"),
        CheckConstraint("paper IN ('waits', 'printed')", name="paper"),
        CheckConstraint("answered_by IN ('candidate', 'staff')", name="answered_by"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), index=True)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    """how many times others were told about it"""
    number: Mapped[int] = mapped_column(BigInteger)
    """what the candidate is known by on the day, instead of a name"""
    pass_version: Mapped[int] = mapped_column(default=1)
    """a scan of an earlier one is void"""
    state: Mapped[str] = mapped_column(String(10), default="drafted")
    link_id: Mapped[uuid.UUID | None]
    """the candidate's newest personal link"""
    message_id: Mapped[uuid.UUID | None]
    """the newest message to the candidate about this event"""
    not_delivered: Mapped[str | None] = mapped_column(String(40))
    """why the newest message did not arrive"""
    drafted_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """when it was on its way, or printed"""
    paper: Mapped[str | None] = mapped_column(String(10))
    """the newest message goes on paper: `waits` to be printed, or `printed`"""
    handed_out_at: Mapped[datetime | None]
    """when it was printed to be handed over; None again when what it says has changed"""
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(10))
    wished_employers: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    first_round: Mapped[int | None]
    last_round: Mapped[int | None]
    """the rounds in which the candidate can be there; None: all day"""

    event: Mapped[Event] = relationship()
    candidate: Mapped[Candidate] = relationship()

    @property
    def pass_content(self) -> PassContent:
        """What the pass that is valid now says."""
        return PassContent(self.event_id, self.number, self.pass_version)
