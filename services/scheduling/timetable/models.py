"""Tables of plans: a version of all conversations and the roster, and what people were told of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.scheduling.base import Base
from services.scheduling.timetable.scores import HEAVIEST
from shared.database import Owned

MOST_COMMENT = 500
"""characters of what somebody wrote with an answer in the calendar"""


class Plan(Owned, Base):
    """A plan: draft, then published, then superseded by the next."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        Index("uq_plan_published", "event_id", unique=True, postgresql_where="state = 'published'"),
        CheckConstraint("state IN ('draft', 'published', 'superseded')", name="state"),
        CheckConstraint("from_round >= 0", name="from_round"),
        CheckConstraint("idle_bound BETWEEN 0 AND idle_rounds", name="idle_bound"),
        CheckConstraint("moves_bound BETWEEN 0 AND interpreter_moves", name="moves_bound"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    number: Mapped[int]
    """1, 2, 3 … within the event"""
    state: Mapped[str] = mapped_column(String(12), default="draft")
    value: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int] = mapped_column(BigInteger)
    idle_rounds: Mapped[int]
    idle_bound: Mapped[int | None]
    """no plan with these conversations has fewer; None where nothing was proven"""
    interpreter_moves: Mapped[int]
    moves_bound: Mapped[int | None]
    """no roster for these conversations has fewer; None where nothing was proven"""
    without_conversation: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{"invitation": id, "reason": code, "people": [id, …]}] for each attendee whom the plan leaves without a
    conversation; the people are those who stand in the way, and left out where there are none"""
    reasons: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    """what else the plan leaves open and why (explaining.py): large, so read only where it is told; None in plans that
    were made before this was kept"""
    from_round: Mapped[int | None]
    """of a re-plan: the first round that was planned anew; the rounds before it are as they were"""
    lost_told: Mapped[int] = mapped_column(default=0)
    """how many of its conversations lost their interpreter, as registration was last told (lost.py)"""
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    conversations: Mapped[list["Conversation"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="Conversation.round"
    )


class Conversation(Owned, Base):
    """A candidate at a stand in a round, with an interpreter where they need one. Rule 3 as constraints."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("plan_id", "invitation_id", "round"),
        UniqueConstraint("plan_id", "invitation_id", "booking_id"),
        UniqueConstraint("plan_id", "booking_id", "round", "seat"),
        UniqueConstraint("plan_id", "interpreter_id", "round"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attendee.id"), index=True)
    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stand.id"), index=True)
    round: Mapped[int]
    seat: Mapped[int]
    interpreter_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("interpreter.id"), index=True)
    language: Mapped[str] = mapped_column(String(3))
    """what the candidate speaks in it"""
    score: Mapped[int]

    plan: Mapped[Plan] = relationship(back_populates="conversations")


class PlanningRun(Owned, Base):
    """One making of a plan: at most one alive an event. A heartbeat that stopped means that its worker died.

    `kind` is plan (all rounds anew) or replan (the rounds to come, from the published plan).
    """

    __tablename__ = "planning_run"
    __table_args__ = (
        Index("uq_planning_run_alive", "event_id", unique=True, postgresql_where="state IN ('queued', 'running')"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'stopped', 'failed')", name="state"),
        CheckConstraint("kind IN ('plan', 'replan')", name="kind"),
        CheckConstraint("kind = 'replan' OR NOT leave_out_absent", name="leave_out_absent"),
        CheckConstraint("value >= 0 AND bound >= 0", name="figures"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(6), default="plan")
    leave_out_absent: Mapped[bool] = mapped_column(default=False)
    """of a re-plan: those who should have been here and are not get no conversation any more"""
    state: Mapped[str] = mapped_column(String(12), default="queued")
    stage: Mapped[str] = mapped_column(String(40), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    value: Mapped[int] = mapped_column(BigInteger, default=0)
    """of the best plan so far"""
    bound: Mapped[int] = mapped_column(BigInteger, default=0)
    """what no plan can exceed, as far as it is known; 0 while it is not"""
    stop_asked: Mapped[bool] = mapped_column(default=False)
    plan_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    beat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RosterBlock(Owned, Base):
    """A connected block of an interpreter's work at an event, as it was last put in their calendar or taken out."""

    __tablename__ = "roster_block"
    __table_args__ = (
        UniqueConstraint("event_id", "interpreter_id", "key"),
        CheckConstraint("answer IN ('needs_action', 'accepted', 'declined', 'tentative')", name="answer"),
        CheckConstraint("(answer = 'needs_action') = (answered_at IS NULL)", name="answered_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    interpreter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("interpreter.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(default="interpreting")
    """names the entry at notifications: "interpreting", "interpreting:1" …; another one once the address is another"""
    version: Mapped[int]
    """rises with every put and cancel; never falls, so that the entry can come back"""
    withdrawn: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """what was told: {"first_round", "last_round", "starts_at", "ends_at", "stands", "languages"}"""
    answer: Mapped[str] = mapped_column(String(12), default="needs_action")
    """what the interpreter's calendar says to it"""
    comment: Mapped[str] = mapped_column(String(MOST_COMMENT), default="")
    answered_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    """answers to versions up to this one are about another time or place"""


class EventWeights(Owned, Base):
    """What counts how much at an event (scores.Weights); an event without a row has the defaults."""

    __tablename__ = "event_weights"
    __table_args__ = tuple(
        CheckConstraint(f"{name} BETWEEN 0 AND {HEAVIEST}", name=name)
        for name in ("wish", "sector", "languages", "hours", "school_hours", "reachable", "employer_wish")
    )

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wish: Mapped[int]
    sector: Mapped[int]
    languages: Mapped[int]
    hours: Mapped[int]
    school_hours: Mapped[int]
    reachable: Mapped[int]
    employer_wish: Mapped[int]
