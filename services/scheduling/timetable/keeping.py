"""Keeping what the planner made as a draft."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.scheduling.events.models import Event
from services.scheduling.planning import plan as planner
from services.scheduling.planning.problem import Level, Problem
from services.scheduling.timetable.explaining import Explained
from services.scheduling.timetable.models import Conversation, Plan
from shared import clock


def keep_plan(
    session: Session,
    event: Event,
    problem: Problem,
    made: planner.Plan,
    explained: Explained,
    from_round: int | None = None,
    past: Collection[uuid.UUID] = (),
) -> Plan:
    """Keep what the planner made of `problem` as the event's next draft.

    Of a re-plan only the rounds from `from_round` on are taken from it; the conversations `past`, of the published
    plan, are copied as they are.
    """
    newest = session.scalar(select(func.max(Plan.number)).where(Plan.event_id == event.id)) or 0
    plan = Plan(
        organisation_id=event.organisation_id,
        event_id=event.id,
        number=newest + 1,
        value=made.value,
        bound=made.bound,
        idle_rounds=made.idle_rounds,
        idle_bound=made.idle_bound,
        interpreter_moves=made.interpreter_moves,
        moves_bound=made.moves_bound,
        without_conversation=explained.missing,
        reasons=explained.reasons,
        from_round=from_round,
        made_at=clock.now(),
        conversations=[],
    )
    session.add(plan)
    session.flush()
    to_come = [one for one in made.conversations if one.round >= (from_round or 0)]
    plan.conversations.extend([*_copy(session, plan, past), *_conversations(plan, problem, to_come)])
    session.flush()
    return plan


def _copy(session: Session, plan: Plan, past: Collection[uuid.UUID]) -> Iterable[Conversation]:
    names = ("organisation_id", "invitation_id", "booking_id", "round", "seat", "interpreter_id", "language", "score")
    for one in session.scalars(select(Conversation).where(Conversation.id.in_(past))) if past else ():
        yield Conversation(plan_id=plan.id, **{name: getattr(one, name) for name in names})


def _conversations(plan: Plan, problem: Problem, made: Iterable[planner.Conversation]) -> Iterable[Conversation]:
    # Languages are those that were planned with: somebody may have cancelled, or been corrected, while the plan was
    # made. Then it is a draft that says that it is outdated.
    scores = {(pair.candidate, pair.stand): pair.score for pair in problem.pairs}
    candidates = {one.id: _usable(one.languages, problem) for one in problem.candidates}
    stands = {one.id: _usable(one.languages, problem) for one in problem.stands}
    pairs = {one.id: one.pairs for one in problem.interpreters}
    seats: dict[tuple[str, int], int] = defaultdict(int)
    for one in sorted(made, key=lambda one: (one.round, one.stand, one.candidate)):
        seats[one.stand, one.round] += 1
        yield Conversation(
            organisation_id=plan.organisation_id,
            plan_id=plan.id,
            invitation_id=uuid.UUID(one.candidate),
            booking_id=uuid.UUID(one.stand),
            round=one.round,
            seat=seats[one.stand, one.round],
            interpreter_id=uuid.UUID(one.interpreter) if one.interpreter else None,
            language=language_spoken(
                candidates[one.candidate], stands[one.stand], pairs[one.interpreter] if one.interpreter else None
            ),
            score=scores.get((one.candidate, one.stand), 0),
        )


def _usable(languages: Mapping[str, Level], problem: Problem) -> dict[str, Level]:
    """Those that are known well enough to talk in."""
    return {code: level for code, level in languages.items() if level >= problem.rules.min_level}


def language_spoken(
    candidate: Mapping[str, Level], stand: Mapping[str, Level], pairs: Sequence[tuple[str, str]] | None
) -> str:
    """What the candidate speaks in a conversation: the shared language they know best, or one the interpreter has."""
    if pairs is None:
        known = [code for code in candidate if code in stand]
        return max(known, key=lambda code: (min(candidate[code], stand[code]), candidate[code], code))
    joined = [
        (one, other) for pair in pairs for one, other in (pair, pair[::-1]) if one in candidate and other in stand
    ]
    return max(joined, key=lambda pair: (candidate[pair[0]], stand[pair[1]], pair))[0]
