"""What the organiser sees of an event at a glance, gathered from the rooms; a fixed number of queries."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.registration.accounts.models import Device
from services.registration.door.rules import arrivals_over_time
from services.registration.events.models import Event
from services.registration.events.rules import load_event
from services.registration.events.states import state_at
from services.registration.invitations.counts import AnswersOnDay, InvitationCounts
from services.registration.invitations.rules import answers_per_day, invitation_counts
from services.registration.overview.models import LostInterpreters, PlanFigures
from services.registration.stands.rules import booked_counts, stand_states
from services.registration.stands.states import BookedCounts, StandState
from shared import clock
from shared.events import InterpretersLost, PlanPublished

DAY_CAME = frozenset({"running", "closed", "archived"})
"""States in which people came in."""
PLAN_READY_DAYS = 2
"""How many days before the event the plan should be published, so that people can read it."""


@dataclass(frozen=True)
class Overview:
    """An event and its figures at one moment."""

    event: Event
    state: str
    now: datetime
    stands: list[StandState]
    booked: BookedCounts
    invited: InvitationCounts
    answers: list[AnswersOnDay]
    plan: PlanFigures | None
    lost: int
    """conversations of that plan whose interpreter will not be there after all"""
    phones: int
    """phones that are ready for the door"""
    arrivals: list[tuple[datetime, int]]
    """how many had come in by when; empty before the day"""

    @property
    def today(self) -> date:
        """The day that it is now on the event's calendar."""
        return self.now.astimezone(ZoneInfo(self.event.time_zone)).date()

    @property
    def day(self) -> date:
        """The day of the event on its own calendar."""
        return self.event.starts_at.astimezone(ZoneInfo(self.event.time_zone)).date()

    @property
    def days_left(self) -> int:
        """Days until the event; negative when it was."""
        return (self.day - self.today).days

    @property
    def plan_due(self) -> date:
        """When the plan should be published at the latest."""
        return self.day - timedelta(days=PLAN_READY_DAYS)

    @property
    def is_open(self) -> bool:
        """Whether there is still something to arrange."""
        return self.state in {"draft", "published", "running"}


def load_overview(session: Session, event_id: uuid.UUID) -> Overview:
    """The event with its figures. Raises EventUnknown."""
    event, now = load_event(session, event_id), clock.now()
    state = state_at(event, now)
    plan, lost = _load_plan(session, event_id)
    return Overview(
        event=event,
        state=state,
        now=now,
        stands=stand_states(session, event),
        booked=booked_counts(session, event_id),
        invited=invitation_counts(session, event_id),
        answers=answers_per_day(session, event),
        plan=plan,
        lost=lost,
        phones=_count_phones(session, event_id, now),
        arrivals=arrivals_over_time(session, event) if state in DAY_CAME else [],
    )


def answers_of_week(overview: Overview) -> list[tuple[date, int]]:
    """Every day of the last seven and how many answers came on it; up to the event's own day."""
    last = min(overview.today, overview.day)
    by_day = {one.day: one.accepted + one.declined for one in overview.answers}
    days = [last - timedelta(days=back) for back in range(6, -1, -1)]
    return [(day, by_day.get(day, 0)) for day in days]


def keep_plan_figures(session: Session, published: PlanPublished) -> None:
    """Keep the figures of a plan; an older version, or one of an event that is not ours, changes nothing."""
    if not session.scalar(select(exists().where(Event.id == published.event_id))):
        return
    figures = {
        "version": published.version,
        "conversations": published.conversations,
        "without_interpreter": published.without_interpreter,
        "received_at": clock.now(),
    }
    row = insert(PlanFigures).values(event_id=published.event_id, organisation_id=published.organisation_id, **figures)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[PlanFigures.event_id], set_=figures, where=PlanFigures.version < published.version
        )
    )


def keep_lost_interpreters(session: Session, told: InterpretersLost) -> None:
    """Keep how many conversations lost their interpreter; an older count, or of an event not ours, changes nothing."""
    if not session.scalar(select(exists().where(Event.id == told.event_id))):
        return
    counted = {"version": told.version, "conversations": told.conversations, "counted_at": told.counted_at}
    row = insert(LostInterpreters).values(event_id=told.event_id, organisation_id=told.organisation_id, **counted)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[LostInterpreters.event_id],
            set_=counted,
            where=LostInterpreters.counted_at < told.counted_at,
        )
    )


def _load_plan(session: Session, event_id: uuid.UUID) -> tuple[PlanFigures | None, int]:
    """The figures of the published plan, and how many of its conversations lost their interpreter."""
    same = (LostInterpreters.event_id == PlanFigures.event_id) & (LostInterpreters.version == PlanFigures.version)
    both = select(PlanFigures, LostInterpreters.conversations).outerjoin(LostInterpreters, same)
    found = session.execute(both.where(PlanFigures.event_id == event_id)).one_or_none()
    return (found[0], found[1] or 0) if found else (None, 0)


def _count_phones(session: Session, event_id: uuid.UUID, now: datetime) -> int:
    ready = select(func.count(Device.id)).where(
        Device.event_id == event_id,
        Device.enrolled_at.is_not(None),
        Device.revoked_at.is_(None),
        Device.expires_at > now,
    )
    return session.scalar(ready) or 0
