"""Planning the rest of the day anew: what has been stays, what was announced stays where it can.

The planner wants a problem that the published plan keeps, and what is otherwise since. Both are made of the tables as
they are now: the problem is widened until the published plan fits into it again, and the changes take that back.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.scheduling import planning
from services.scheduling.events.models import Arrival, Attendee, Event, Stand
from services.scheduling.events.rules import load_attendees, require_to_come, rounds_of
from services.scheduling.interpreters.models import Engagement
from services.scheduling.interpreters.rules import load_engagements
from services.scheduling.planning.languages import bridge, spoken, talk_directly
from services.scheduling.planning.plan import Cancelled, Conversation, Report
from services.scheduling.planning.plan import Plan as Made
from services.scheduling.planning.problem import (
    Candidate,
    CandidateRounds,
    Changes,
    Interpreter,
    InterpreterRounds,
    Pair,
    Problem,
    StandSeats,
)
from services.scheduling.planning.problem import Stand as PlannersStand
from services.scheduling.timetable.errors import DayOver, NothingPublished
from services.scheduling.timetable.explaining import Explained, Wish, explain_plan, read_wishes
from services.scheduling.timetable.keeping import keep_plan
from services.scheduling.timetable.models import Plan
from services.scheduling.timetable.outcome import ABSENT
from services.scheduling.timetable.questions import build_problem, candidate_of, interpreter_of, planned_of, stand_of
from services.scheduling.timetable.rules import find_plan
from shared import clock

TIME_LIMIT = 20.0
"""Seconds of solving: on the day people wait for it. A first answer is there within a second or two."""


@dataclass(frozen=True)
class Presence:
    """Who is there, as the door knows it, and what can still be planned."""

    from_round: int
    """the first round that has not begun, counted from 0"""
    rounds_left: int
    coming: int
    arrived: int
    absent: frozenset[uuid.UUID]
    """invitations of those who should be here and have not come"""
    walk_ins: int
    """those who are there, or may still come, and are not in the published plan"""

    @property
    def leaves_out(self) -> bool:
        """What to do with those who have not come, unless the organiser says otherwise: where nobody was scanned,
        the door is not in use, and nothing is known.
        """
        return self.arrived > 0


def first_round_to_come(event: Event) -> int:
    """The first round that has not begun; the number of rounds when all have."""
    begun = [one for one in rounds_of(event) if one.starts_at <= clock.now()]
    return len(begun)


def require_day(session: Session, event: Event) -> Plan:
    """The plan to start from. Raises NothingPublished, DayOver, EventOver."""
    require_to_come(event)
    published = find_plan(session, event.id, published=True)
    if published is None:
        raise NothingPublished
    if first_round_to_come(event) >= len(rounds_of(event)):
        raise DayOver
    return published


def load_presence(session: Session, event: Event, published: Plan) -> Presence:
    """Who is there now; three queries, whatever the size of the event."""
    from_round, attendees = first_round_to_come(event), load_attendees(session, event.id)
    arrived = set(session.scalars(select(Arrival.invitation_id).where(Arrival.event_id == event.id)))
    planned = {one.invitation_id for one in published.conversations}
    absent = frozenset(one.id for one in attendees if one.id not in arrived and (one.first_round or 0) < from_round)
    return Presence(
        from_round=from_round,
        rounds_left=len(rounds_of(event)) - from_round,
        coming=len(attendees),
        arrived=sum(one.id in arrived for one in attendees),
        absent=absent,
        walk_ins=sum(one.id not in planned and one.id not in absent for one in attendees),
    )


@dataclass(frozen=True)
class RestOfDay:
    """The rounds from `from_round` on, from the published plan."""

    problem: Problem
    published: Made
    changes: Changes
    from_round: int
    past: Sequence[uuid.UUID]
    """conversations of the published plan that have been, or are going on"""
    left_out: frozenset[str]
    gone: frozenset[str]
    """candidates of the published plan who do not come any more"""
    wishes: Sequence[Wish]
    """those that were not met in the rounds before"""
    had: frozenset[str]
    """candidates who had a conversation in the rounds before, also one that the planner is not told of"""

    @classmethod
    def read(cls, session: Session, event: Event, leave_out_absent: bool) -> "RestOfDay":
        """The day as it is now. Raises NothingPublished, DayOver, EventOver."""
        published = require_day(session, event)
        presence = load_presence(session, event, published)
        left_out = frozenset(str(one) for one in presence.absent) if leave_out_absent else frozenset[str]()
        now = build_problem(session, event)
        before = _widen(session, event, now, published)
        planned = _fitting(before, planned_of(published))
        before = _without_met(before, set(planned_of(published)) - set(planned))
        met = {(one.candidate, one.stand) for one in planned_of(published) if one.round < presence.from_round}
        return cls(
            problem=before,
            published=_state(before, planned),
            changes=_take_back(before, now, left_out),
            from_round=presence.from_round,
            past=[one.id for one in published.conversations if one.round < presence.from_round],
            left_out=left_out,
            gone=frozenset(_ids(before.candidates) - _ids(now.candidates)),
            wishes=[
                wish
                for wish in read_wishes(session, event)
                if met.isdisjoint((wish.candidate, stand) for stand in wish.stands)
            ],
            had=frozenset(candidate for candidate, _ in met),
        )

    def solve(self, progress: Report, cancelled: Cancelled) -> Made:
        """Make the plan; the best so far for who cancels. Raises PlannerFailed."""
        return planning.plan_anew(
            self.problem,
            self.published,
            self.changes,
            from_round=self.from_round,
            time_limit=TIME_LIMIT,
            progress=progress,
            cancelled=cancelled,
        )

    def explain(self, made: Made) -> Explained:
        """What the plan leaves open from now on, and why."""
        changed = planning.change_problem(self.problem, self.published, self.changes, self.from_round)
        placed = {one.candidate for one in made.conversations} | self.had
        explained = explain_plan(changed, made, self.wishes, self.from_round, but_not=self.gone | self.left_out)
        missing = [one for one in explained.missing if one["invitation"] not in placed]
        absent = [{"invitation": one, "reason": ABSENT} for one in sorted(self.left_out - placed)]
        return replace(explained, missing=missing + absent)

    def keep(self, session: Session, event: Event, made: Made, explained: Explained) -> Plan:
        """Keep it as the event's next draft; what has been is copied from the published plan, not made again."""
        return keep_plan(session, event, self.problem, made, explained, self.from_round, self.past)


def _widen(session: Session, event: Event, now: Problem, published: Plan) -> Problem:
    """The problem as it is now, with room for everything that was published and has a round."""
    planned = [one for one in planned_of(published) if one.round < now.rounds]
    stands, candidates = _with_gone(session, now, planned)
    engagements = {str(one.interpreter_id): one for one in load_engagements(session, event.id)}
    listed = {(pair.candidate, pair.stand) for pair in now.pairs}
    scores = {(str(one.invitation_id), str(one.booking_id)): one.score for one in published.conversations}
    more = dict.fromkeys((one.candidate, one.stand) for one in planned)
    taken = Counter((one.stand, one.round) for one in planned)
    days: dict[str, list[int]] = defaultdict(list)
    for one in planned:
        days[one.candidate].append(one.round)
    return replace(
        now,
        stands=tuple(_make_room(one, taken) for one in stands),
        candidates=tuple(_lengthen(one, days[one.id]) for one in candidates),
        interpreters=tuple(_put_on_duty(now, engagements, planned)),
        pairs=(*now.pairs, *(Pair(*pair, scores[pair]) for pair in more if pair not in listed)),
    )


def _with_gone(
    session: Session, now: Problem, planned: Collection[Conversation]
) -> tuple[list[PlannersStand], list[Candidate]]:
    """Stands and candidates as they are now, and those of the plan that are not there any more."""
    stands = {uuid.UUID(one.stand) for one in planned if one.stand not in _ids(now.stands)}
    people = {uuid.UUID(one.candidate) for one in planned if one.candidate not in _ids(now.candidates)}
    gone = session.scalars(select(Stand).where(Stand.id.in_(stands)).order_by(Stand.id))
    left = session.scalars(select(Attendee).where(Attendee.id.in_(people)).order_by(Attendee.id))
    closed = [replace(stand_of(one, now.rounds), seats=(0,) * now.rounds) for one in gone]
    absent = [replace(candidate_of(one, now.rounds), rounds=(0, -1)) for one in left]
    return [*now.stands, *closed], [*now.candidates, *absent]


def _make_room(stand: PlannersStand, taken: Counter[tuple[str, int]]) -> PlannersStand:
    seats = (max(seats, taken[stand.id, number]) for number, seats in enumerate(stand.seats))
    return replace(stand, seats=tuple(seats))


def _lengthen(candidate: Candidate, day: list[int]) -> Candidate:
    first, last = candidate.rounds
    present = day if first > last else [first, last, *day]
    return replace(candidate, rounds=(min(present), max(present))) if day else candidate


def _put_on_duty(
    now: Problem, engagements: dict[str, Engagement], planned: Iterable[Conversation]
) -> Iterable[Interpreter]:
    known = {one.id: one for one in now.interpreters}
    duty: dict[str, set[int]] = {}
    for one in planned:
        if one.interpreter is not None and (one.interpreter in known or one.interpreter in engagements):
            duty.setdefault(one.interpreter, set()).add(one.round)
    for name in {**known, **duty}:
        own = known.get(name) or replace(interpreter_of(engagements[name], now.rounds), rounds=())
        yield replace(own, rounds=tuple(sorted({*own.rounds, *duty.get(name, ())})))


def _fitting(problem: Problem, planned: Iterable[Conversation]) -> tuple[Conversation, ...]:
    """Without those of rounds that are no more, and without those whose two sides do not understand each other any
    more, since somebody's languages were corrected. Of the past they stay in the plan; the planner need not know.
    """
    least = problem.rules.min_level
    stands = {one.id: spoken(one.languages, least) for one in problem.stands}
    people = {one.id: spoken(one.languages, least) for one in problem.candidates}
    helpers = {one.id: one for one in problem.interpreters}

    def understand(one: Conversation) -> bool:
        sides = people[one.candidate], stands[one.stand]
        if one.interpreter is None:
            return talk_directly(*sides)
        return (
            one.interpreter in helpers
            and not talk_directly(*sides)
            and bridge(helpers[one.interpreter], *sides) is not None
        )

    return tuple(one for one in planned if one.round < problem.rounds and understand(one))


def _without_met(problem: Problem, unfitting: Collection[Conversation]) -> Problem:
    """Those whom the planner is not told of have met all the same, or were to meet and cannot: not a second time."""
    met = {(one.candidate, one.stand) for one in unfitting}
    return replace(problem, pairs=tuple(one for one in problem.pairs if (one.candidate, one.stand) not in met))


def _state(problem: Problem, planned: tuple[Conversation, ...]) -> Made:
    """The plan with what is true of it now: weights and scores may be others than when it was made."""
    counted = planning.check(problem, Made(planned, 0, 0, 0, 0, 0.0, "within_gap"))
    return Made(
        planned, counted.value, counted.value, counted.idle_rounds, counted.interpreter_moves, 0.0, "within_gap"
    )


def _take_back(before: Problem, now: Problem, left_out: frozenset[str]) -> Changes:
    """What is otherwise than the widened problem says: that is, how it really is."""
    stands = {one.id: one for one in now.stands}
    candidates = {one.id: one for one in now.candidates if one.id not in left_out}
    interpreters = {one.id: one for one in now.interpreters}
    return Changes(
        absent_candidates=tuple(one.id for one in before.candidates if one.id not in candidates),
        absent_interpreters=tuple(one.id for one in before.interpreters if one.id not in interpreters),
        absent_stands=tuple(one.id for one in before.stands if one.id not in stands),
        candidate_rounds=tuple(
            CandidateRounds(one.id, candidates[one.id].rounds)
            for one in before.candidates
            if one.id in candidates and candidates[one.id].rounds != one.rounds
        ),
        interpreter_rounds=tuple(
            InterpreterRounds(one.id, interpreters[one.id].rounds)
            for one in before.interpreters
            if one.id in interpreters and interpreters[one.id].rounds != one.rounds
        ),
        stand_seats=tuple(
            StandSeats(one.id, stands[one.id].seats)
            for one in before.stands
            if one.id in stands and stands[one.id].seats != one.seats
        ),
    )


def _ids(things: Iterable[PlannersStand | Candidate]) -> set[str]:
    return {one.id for one in things}
