"""Conversations of the published plan that lost their interpreter: who said no later, wherever, or was erased.

Registration is told how many, so that the organiser's first page says it. Counted by the clock: rounds are given back
in many places, and none of them has to remember this.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import DateTime, ScalarSelect, any_, exists, func, select
from sqlalchemy.orm import Session, sessionmaker

from services.scheduling.events.models import Event
from services.scheduling.interpreters.models import Engagement
from services.scheduling.timetable.models import Conversation, Plan
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.events import InterpretersLost
from shared.outbox import record
from shared.worker import Job


def tell_lost_of_all(sessions: sessionmaker[Session]) -> None:
    """Tell registration of every plan whose number changed, each in a transaction of its own; twice does no harm."""
    with sessions.begin() as session:
        changed = _find_changed(session)
    for organisation_id, plan_id in changed:
        with sessions.begin() as session:
            act_for(session, organisation_id)
            tell_lost(session, plan_id)


TELL_LOST = Job("tell_lost_interpreters", tell_lost_of_all, every=timedelta(seconds=30))


def tell_lost(session: Session, plan_id: uuid.UUID) -> None:
    """Tell how many conversations of a published plan lost their interpreter, unless that is known already."""
    plan = session.scalar(select(Plan).where(Plan.id == plan_id, Plan.state == "published").with_for_update())
    if plan is None:
        return
    counted = select(_count_lost()).join_from(Plan, Event, Event.id == Plan.event_id).where(Plan.id == plan_id)
    lost = session.scalars(counted).one()
    if lost == plan.lost_told:
        return
    plan.lost_told = lost
    record(session, InterpretersLost(plan.organisation_id, plan.event_id, plan.number, lost, clock.now()))


def _find_changed(session: Session) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """(organisation, plan) of every published plan to come, of whichever organisation, with another number by now."""
    wanted = (
        select(Plan.organisation_id, Plan.id)
        .join(Event, Event.id == Plan.event_id)
        .where(Plan.state == "published", Event.ends_at > clock.now(), Event.state != "cancelled")
        .where(Plan.lost_told != _count_lost())
    )
    return [(row[0], row[1]) for row in session.execute(wanted.execution_options(**ACROSS_ORGANISATIONS))]


def _count_lost() -> ScalarSelect[int]:
    """How many conversations to come of the plan and event around it have an interpreter who is not there then."""
    starts_at = Event.rounds[Conversation.round]["starts_at"].astext.cast(DateTime(timezone=True))
    comes = exists().where(
        Engagement.event_id == Plan.event_id,
        Engagement.interpreter_id == Conversation.interpreter_id,
        Engagement.answer != "declined",
        Conversation.round == any_(Engagement.rounds),
    )
    lost = select(func.count(Conversation.id)).where(
        Conversation.plan_id == Plan.id,
        Conversation.interpreter_id.is_not(None),
        starts_at > clock.now(),  # what has begun cannot be helped any more
        ~comes,
    )
    return lost.correlate(Plan, Event).scalar_subquery()
