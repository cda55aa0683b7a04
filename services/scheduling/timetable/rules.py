"""Plans: reading what was kept, and publishing it."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from services.scheduling.events.models import Attendee, Event, Stand
from services.scheduling.events.rules import (
    load_attendees,
    load_event,
    load_stands,
    person_of,
    require_to_come,
    rounds_of,
)
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import load_engagements, lock_engagements
from services.scheduling.timetable.errors import PlanBehind, PlanNotDraft, PlanOutdated, PlanUnknown
from services.scheduling.timetable.models import Conversation, Plan
from services.scheduling.timetable.roster import tell_roster
from shared import clock
from shared.database import acting_for
from shared.events import PlanPublished, SendMessage, Stop
from shared.outbox import record

LANGUAGE_REASONS = ("no_language", "no_interpreter")
"""The planner's words for candidates whom an interpreter more would have helped."""
Stops = dict[uuid.UUID, list[dict[str, Any]]]
"""Somebody's id → their conversations as messages tell them, in order."""


def load_plan(session: Session, plan_id: uuid.UUID) -> Plan:
    """A plan with its conversations. Raises PlanUnknown."""
    plan = session.scalar(select(Plan).where(Plan.id == plan_id).options(selectinload(Plan.conversations)))
    if plan is None:
        raise PlanUnknown
    return plan


def find_plan(session: Session, event_id: uuid.UUID, published: bool = False) -> Plan | None:
    """The newest plan of an event, draft or not; or the one that is published."""
    plans = select(Plan).where(Plan.event_id == event_id).order_by(Plan.number.desc()).limit(1)
    if published:
        plans = plans.where(Plan.state == "published")
    return session.scalar(plans.options(selectinload(Plan.conversations)))


def find_plan_before(session: Session, plan: Plan) -> Plan | None:
    """What a plan is compared with: the published one; for a plan that was published, the newest before it."""
    earlier = select(Plan).where(Plan.event_id == plan.event_id, Plan.number < plan.number)
    first = (Plan.state != "published", Plan.published_at.is_(None), Plan.number.desc())
    return session.scalar(earlier.order_by(*first).limit(1).options(selectinload(Plan.conversations)))


def publish_plan(session: Session, plan_id: uuid.UUID) -> Plan:
    """Make a draft the plan that counts, and tell each person what changed for them, once.

    Raises PlanUnknown, PlanNotDraft, PlanOutdated, EventOver.
    """
    plan = load_plan(session, plan_id)
    event = load_event(session, plan.event_id)
    _refuse_unpublishable(session, plan, event)
    before = find_plan(session, event.id, published=True)
    now = clock.now()
    session.execute(
        update(Plan).where(Plan.event_id == event.id, Plan.id != plan.id, Plan.number < plan.number)
        .values(state="superseded")
    )  # fmt: skip
    plan.state, plan.published_at = "published", now
    session.flush()
    _tell_changes(session, event, before.conversations if before else [], plan)
    tell_roster(session, event, plan.conversations)
    _record_published(session, event, plan)
    return plan


def _refuse_unpublishable(session: Session, plan: Plan, event: Event) -> None:
    # All of the event's are locked: of two organisers who publish the same plan at once one is refused, and who
    # publishes another one tells people what is new to those whom the first has just told.
    every = select(Plan.id, Plan.state).where(Plan.event_id == event.id).order_by(Plan.id).with_for_update()
    states = {one.id: one.state for one in session.execute(every)}
    if states[plan.id] != "draft":
        raise PlanNotDraft
    require_to_come(event)
    # Nobody whom somebody else is erasing at this moment is named to candidates and employers.
    lock_engagements(session, event.id)
    if is_outdated(session, plan, event):
        raise PlanOutdated
    if is_behind(find_plan(session, event.id, published=True), plan, event):
        raise PlanBehind


def begun_rounds(event: Event) -> set[int]:
    """The rounds that have begun, by number from 0."""
    return {one.number for one in rounds_of(event) if one.starts_at <= clock.now()}


def is_behind(published: Plan | None, draft: Plan, event: Event) -> bool:
    """Would publishing the draft change conversations of a round that has begun?"""
    begun = begun_rounds(event)
    if published is None or not begun:
        return False
    told, drafted = (
        {
            (one.invitation_id, one.booking_id, one.interpreter_id, one.round)
            for one in plan.conversations
            if one.round in begun
        }
        for plan in (published, draft)
    )
    return told != drafted


def is_outdated(session: Session, plan: Plan, event: Event) -> bool:
    """Does the plan hold a candidate, stand, interpreter or round that is not there any more, or two who do not
    understand each other any more, alone or with their interpreter? Rounds that have begun are as they are.
    """
    coming = {attendee.id: attendee for attendee in load_attendees(session, event.id)}
    booked = {stand.id: stand for stand in load_stands(session, event.id)}
    asked = load_engagements(session, event.id)
    given = {(one.interpreter_id, number) for one in asked for number in one.rounds_there}
    connects = {one.interpreter_id: {(pair.first, pair.second) for pair in one.interpreter.pairs} for one in asked}
    rounds, begun = {one.number for one in rounds_of(event)}, begun_rounds(event)
    return not all(
        one.invitation_id in coming
        and one.booking_id in booked
        and one.round in rounds
        and (
            _share_language(coming[one.invitation_id], booked[one.booking_id])
            if one.interpreter_id is None
            else (one.interpreter_id, one.round) in given
            and _joins(connects[one.interpreter_id], coming[one.invitation_id], booked[one.booking_id])
        )
        for one in plan.conversations
        if one.round not in begun
    )


def _share_language(attendee: Attendee, stand: Stand) -> bool:
    return not attendee.languages.keys().isdisjoint(stand.languages)


def _joins(pairs: Collection[tuple[str, str]], attendee: Attendee, stand: Stand) -> bool:
    """Does one of the pairs stand between these two?"""
    return any(
        (one in attendee.languages and other in stand.languages)
        or (other in attendee.languages and one in stand.languages)
        for one, other in pairs
    )


def _tell_changes(session: Session, event: Event, before: Sequence[Conversation], plan: Plan) -> None:
    """One message to each candidate and each employer whose own timetable is another than before."""
    people = load_people(session, event)
    old, new = stops_of_candidates(people, before), stops_of_candidates(people, plan.conversations)
    for attendee in people.attendees.values():
        if old[attendee.id] != new[attendee.id]:
            _tell_candidate(session, plan, attendee, new[attendee.id])
    old, new = stops_of_stands(people, before), stops_of_stands(people, plan.conversations)
    for stand in people.stands.values():
        if old[stand.id] != new[stand.id] and stand.contact is not None:
            _tell_employer(session, plan, stand, new[stand.id])


def _tell_candidate(session: Session, plan: Plan, attendee: Attendee, stops: list[dict[str, Any]]) -> None:
    record(
        session,
        SendMessage(
            message_id=uuid.uuid4(),
            organisation_id=plan.organisation_id,
            template="timetable_candidate",
            person=person_of(attendee.candidate),
            values={"stops": stops},
            event_id=plan.event_id,
            link_id=attendee.link_id,
            version=plan.number,
        ),
    )


def _tell_employer(session: Session, plan: Plan, stand: Stand, stops: list[dict[str, Any]]) -> None:
    record(
        session,
        SendMessage(
            message_id=uuid.uuid4(),
            organisation_id=plan.organisation_id,
            template="timetable_employer",
            person=person_of(stand.contact or {}),
            values={"stops": stops, "stand": stand.label},
            event_id=plan.event_id,
            link_id=stand.link_id,
            version=plan.number,
        ),
    )


@dataclass(frozen=True)
class People:
    """Everybody in an event's plan by id, and when its rounds start."""

    attendees: Mapping[uuid.UUID, Attendee]
    stands: Mapping[uuid.UUID, Stand]
    interpreters: Mapping[uuid.UUID, str]
    starts: Mapping[int, datetime]


def load_people(session: Session, event: Event) -> People:
    """Three queries, whatever the size of the event."""
    return People(
        attendees={attendee.id: attendee for attendee in load_attendees(session, event.id)},
        stands={stand.id: stand for stand in load_stands(session, event.id)},
        interpreters={one.id: one.name for one in session.execute(select(Interpreter.id, Interpreter.name))},
        starts={one.number: one.starts_at for one in rounds_of(event)},
    )


def stops_of_candidates(people: People, conversations: Iterable[Conversation]) -> Stops:
    """For each candidate when they are where, and who interprets."""
    stops: Stops = defaultdict(list)
    for one in sorted(conversations, key=lambda one: one.round):
        if one.booking_id in people.stands and one.round in people.starts:
            stand = people.stands[one.booking_id]
            stops[one.invitation_id].append(_stop(people, one) | {"stand": stand.label, "employer": stand.employer})
    return stops


def stops_of_stands(people: People, conversations: Iterable[Conversation]) -> Stops:
    """For each stand who comes when: a number and languages, no name (rule 6)."""
    stops: Stops = defaultdict(list)
    for one in sorted(conversations, key=lambda one: (one.round, one.seat)):
        if one.invitation_id in people.attendees and one.round in people.starts:
            attendee = people.attendees[one.invitation_id]
            facts = {"number": attendee.number, "languages": sorted(attendee.languages)}
            stops[one.booking_id].append(_stop(people, one) | facts)
    return stops


def _stop(people: People, one: Conversation) -> dict[str, Any]:
    return {
        "starts_at": people.starts[one.round].isoformat(),
        "language": one.language,
        "interpreter": people.interpreters.get(one.interpreter_id) if one.interpreter_id else None,
    }


def _record_published(session: Session, event: Event, plan: Plan) -> None:
    starts = {one.number: one.starts_at for one in rounds_of(event)}
    labels = {stand.id: stand.label for stand in load_stands(session, event.id, also_cancelled=True)}
    first: dict[uuid.UUID, Conversation] = {}
    begun = begun_rounds(event)
    # Who comes in during the day is told where to go next.
    for one in sorted(plan.conversations, key=lambda one: (one.round in begun, one.round)):
        first.setdefault(one.invitation_id, one)
    record(
        session,
        PlanPublished(
            organisation_id=acting_for(session),
            event_id=event.id,
            version=plan.number,
            first_stops=tuple(
                Stop(invitation, labels[one.booking_id], starts[one.round]) for invitation, one in first.items()
            ),
            conversations=len(plan.conversations),
            without_interpreter=sum(one["reason"] in LANGUAGE_REASONS for one in plan.without_conversation),
        ),
    )
