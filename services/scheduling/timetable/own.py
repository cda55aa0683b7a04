"""Everybody's own timetable, for the pages and the JSON API alike: each sees their own and nothing else (rule 6)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.scheduling.events.models import Event, Stand
from services.scheduling.events.rules import find_attendee, find_stands_of_contact, load_event
from services.scheduling.interpreters.models import Engagement
from services.scheduling.interpreters.rules import answer_engagement, find_engagement
from services.scheduling.timetable import rules
from services.scheduling.timetable.errors import NotYours
from services.scheduling.timetable.models import Conversation


@dataclass(frozen=True)
class CandidateDay:
    """A candidate's stops, in order. `coming`: they said that they come."""

    coming: bool
    stops: list[dict[str, Any]]
    """as messages tell them: {"starts_at", "stand", "employer", "language", "interpreter"}"""


@dataclass(frozen=True)
class StandDay:
    """Who comes to a stand, in order."""

    stand: Stand
    stops: list[dict[str, Any]]
    """as messages tell them: {"starts_at", "number", "languages", "language", "interpreter"}"""


@dataclass(frozen=True)
class Work:
    """One conversation as its interpreter sees it: no word about the candidate but the language."""

    round: int
    starts_at: datetime
    stand: str
    employer: str
    language: str


@dataclass(frozen=True)
class InterpreterDay:
    """What an interpreter was asked and answered, and where they are needed, in order."""

    engagement: Engagement
    work: list[Work]


def load_own_event(session: Session, event_id: uuid.UUID, link_is_for: uuid.UUID | None) -> Event:
    """The event, if the reader's personal link is for it. Raises NotYours, EventUnknown."""
    if link_is_for != event_id:
        raise NotYours
    return load_event(session, event_id)


def load_candidate_day(session: Session, event: Event, candidate_id: uuid.UUID) -> CandidateDay:
    """The candidate's day as far as it is published."""
    attendee = find_attendee(session, event.id, candidate_id)
    if attendee is None:
        return CandidateDay(coming=False, stops=[])
    own = [one for one in _published(session, event) if one.invitation_id == attendee.id]
    people = rules.load_people(session, event)
    return CandidateDay(coming=True, stops=rules.stops_of_candidates(people, own)[attendee.id])


def load_stand_days(session: Session, event: Event, contact_id: uuid.UUID) -> list[StandDay]:
    """The days of the contact's stands as far as they are published. Raises NotYours for who has none."""
    stands = find_stands_of_contact(session, event.id, contact_id)
    if not stands:
        raise NotYours
    stops = rules.stops_of_stands(rules.load_people(session, event), _published(session, event))
    return [StandDay(stand, stops[stand.id]) for stand in stands]


def load_interpreter_day(session: Session, event: Event, interpreter_id: uuid.UUID) -> InterpreterDay:
    """The interpreter's day as far as it is published. Raises NotYours for who was not asked."""
    engagement = _own_engagement(session, event, interpreter_id)
    own = [one for one in _published(session, event) if one.interpreter_id == interpreter_id]
    return InterpreterDay(engagement, _work(rules.load_people(session, event), own))


def answer_own(
    session: Session, event: Event, interpreter_id: uuid.UUID, answer: str, rounds: Iterable[int]
) -> InterpreterDay:
    """The interpreter says yes for these rounds, or no. Raises NotYours, NoRounds, RoundUnknown, EventOver."""
    answer_engagement(_own_engagement(session, event, interpreter_id), answer, rounds, event)
    return load_interpreter_day(session, event, interpreter_id)


def _own_engagement(session: Session, event: Event, interpreter_id: uuid.UUID) -> Engagement:
    engagement = find_engagement(session, event.id, interpreter_id)
    if engagement is None:
        raise NotYours
    return engagement


def _published(session: Session, event: Event) -> list[Conversation]:
    found = rules.find_plan(session, event.id, published=True)
    return list(found.conversations) if found and event.state != "cancelled" else []


def _work(people: rules.People, conversations: Iterable[Conversation]) -> list[Work]:
    """A stand that was given up and a round that is no more are nowhere to go."""
    return [
        Work(
            round=one.round,
            starts_at=people.starts[one.round],
            stand=people.stands[one.booking_id].label,
            employer=people.stands[one.booking_id].employer,
            language=one.language,
        )
        for one in sorted(conversations, key=lambda one: one.round)
        if one.round in people.starts and one.booking_id in people.stands
    ]
