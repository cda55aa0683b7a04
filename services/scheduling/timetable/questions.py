"""The planner's question, built from this service's tables. Everything the planner knows passes through here."""

import uuid
from collections.abc import Sequence
from dataclasses import fields

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.scheduling.events.models import Attendee, Event, Stand
from services.scheduling.events.rules import load_attendees, load_stands, rounds_of
from services.scheduling.interpreters.models import Engagement
from services.scheduling.interpreters.rules import load_engagements
from services.scheduling.planning import problem as planner
from services.scheduling.planning.plan import Conversation
from services.scheduling.timetable.models import EventWeights, Plan
from services.scheduling.timetable.scores import Weights, Wishes, score, weigh_vacancy
from shared.events import VacancyFacts

UNITS_A_STEP = 100
"""Drawing units of the hall for one step of the planner's map: about the distance between two stands."""


def build_problem(session: Session, event: Event) -> planner.Problem:
    """The problem as it stands now: who comes, which stands are booked, which interpreters gave which rounds."""
    stands, attendees = load_stands(session, event.id), load_attendees(session, event.id)
    engagements = [one for one in load_engagements(session, event.id) if one.answer != "declined"]
    rounds = len(rounds_of(event))
    return planner.Problem(
        rounds=rounds,
        stands=tuple(stand_of(stand, rounds) for stand in stands),
        candidates=tuple(candidate_of(attendee, rounds) for attendee in attendees),
        interpreters=tuple(interpreter_of(engagement, rounds) for engagement in engagements),
        pairs=tuple(_pairs(attendees, stands, load_weights(session, event.id))),
    )


def load_weights(session: Session, event_id: uuid.UUID) -> Weights:
    """What counts at the event: as the organiser set it, or the defaults."""
    kept = select(EventWeights).where(EventWeights.event_id == event_id)
    row = session.scalar(kept.execution_options(populate_existing=True))
    return Weights(**{one.name: getattr(row, one.name) for one in fields(Weights)}) if row else Weights()


def _levels(languages: dict[str, str]) -> dict[str, planner.Level]:
    return {code: planner.Level[level] for code, level in languages.items()}


def stand_of(stand: Stand, rounds: int) -> planner.Stand:
    """A booked stand as the planner knows it, open in every round."""
    return planner.Stand(
        id=str(stand.id),
        languages=_levels(stand.languages),
        seats=(stand.seats,) * rounds,
        position=(stand.x / UNITS_A_STEP, stand.y / UNITS_A_STEP),
    )


def candidate_of(attendee: Attendee, rounds: int) -> planner.Candidate:
    """A candidate as the planner knows them."""
    first = attendee.first_round if attendee.first_round is not None else 0
    last = attendee.last_round if attendee.last_round is not None else rounds - 1
    # An event may have become shorter since the candidate answered: then there may be no round left for them.
    window = (min(first, rounds), min(last, rounds - 1))
    return planner.Candidate(id=str(attendee.id), languages=_levels(attendee.languages), rounds=window)


def interpreter_of(engagement: Engagement, rounds: int) -> planner.Interpreter:
    """An interpreter as the planner knows them, in the rounds that they gave."""
    interpreter = engagement.interpreter
    return planner.Interpreter(
        id=str(interpreter.id),
        pairs=tuple((pair.first, pair.second) for pair in interpreter.pairs),
        rounds=tuple(number for number in sorted(engagement.rounds) if number < rounds),
        stretch=(interpreter.longest_stretch, interpreter.stretch_window),
    )


def planned_of(plan: Plan) -> tuple[Conversation, ...]:
    """The conversations of a kept plan as the planner knows them."""
    return tuple(
        Conversation(
            candidate=str(one.invitation_id),
            stand=str(one.booking_id),
            round=one.round,
            interpreter=str(one.interpreter_id) if one.interpreter_id else None,
        )
        for one in plan.conversations
    )


class Scorer:
    """Scores candidates at the stands of an event, in the order of the stands.

    Vacancies that weigh alike for everybody are weighed once a candidate: at a large event there are many of them.
    """

    def __init__(self, stands: Sequence[Stand], weights: Weights) -> None:
        self._weights = weights
        self._kinds: list[VacancyFacts] = []
        known: dict[object, int] = {}
        self._offers: list[tuple[uuid.UUID | None, list[int]]] = []
        for stand in stands:
            vacancies = msgspec.convert(stand.vacancies, list[VacancyFacts])
            self._offers.append((stand.employer_id, sorted({self._number(one, known) for one in vacancies})))

    def _number(self, vacancy: VacancyFacts, known: dict[object, int]) -> int:
        languages = tuple(sorted(vacancy.languages.items()))
        yes_or_no = (vacancy.fits_school_hours, vacancy.reachable_without_car)
        kind = (vacancy.sector, vacancy.hours, languages, *yes_or_no, frozenset(vacancy.wanted_experience))
        if kind not in known:
            known[kind] = len(self._kinds)
            self._kinds.append(vacancy)
        return known[kind]

    def score_all(self, attendee: Attendee) -> list[int]:
        """How well a candidate fits at each stand, as `score_pair` says."""
        wishes, weights = wishes_of(attendee), self._weights
        weighed = [weigh_vacancy(wishes, one, weights) for one in self._kinds]
        return [
            score(max([weighed[one] for one in kinds], default=0.0), employer in wishes.wished_employers, weights)
            for employer, kinds in self._offers
        ]


def _pairs(attendees: Sequence[Attendee], stands: Sequence[Stand], weights: Weights) -> list[planner.Pair]:
    scorer, ids = Scorer(stands, weights), [str(stand.id) for stand in stands]
    return [
        planner.Pair(str(attendee.id), stand, score)
        for attendee in attendees
        for stand, score in zip(ids, scorer.score_all(attendee), strict=True)
    ]


def wishes_of(attendee: Attendee) -> Wishes:
    """What a candidate wants, as the scores need it."""
    return Wishes(
        languages=attendee.languages,
        sectors=attendee.sectors,
        hours=attendee.hours,
        school_hours=attendee.school_hours,
        wished_employers=frozenset(attendee.wished_employers),
        did_sectors=frozenset(attendee.did_sectors),
    )
