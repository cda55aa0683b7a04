"""Keeping what the planner made as a draft."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.scheduling.events.models import Attendee, Event, Stand
from services.scheduling.interpreters.rules import load_engagements
from services.scheduling.planning import plan as planner
from services.scheduling.timetable.explaining import Explained
from services.scheduling.timetable.models import Conversation, Plan
from shared import clock


def keep_plan(
    session: Session,
    event: Event,
    made: planner.Plan,
    scores: Mapping[tuple[str, str], int],
    explained: Explained,
    from_round: int | None = None,
    past: Collection[uuid.UUID] = (),
) -> Plan:
    """Keep what the planner made as the event's next draft.

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
    plan.conversations.extend([*_copy(session, plan, past), *_conversations(session, event, plan, to_come, scores)])
    session.flush()
    return plan


def _copy(session: Session, plan: Plan, past: Collection[uuid.UUID]) -> Iterable[Conversation]:
    names = ("organisation_id", "invitation_id", "booking_id", "round", "seat", "interpreter_id", "language", "score")
    for one in session.scalars(select(Conversation).where(Conversation.id.in_(past))) if past else ():
        yield Conversation(plan_id=plan.id, **{name: getattr(one, name) for name in names})


def _conversations(
    session: Session,
    event: Event,
    plan: Plan,
    made: Iterable[planner.Conversation],
    scores: Mapping[tuple[str, str], int],
) -> Iterable[Conversation]:
    # Also of those who cancelled while the plan was made: it is a draft that says that it is outdated.
    attendees = _languages(session, Attendee, event.id)
    stands = _languages(session, Stand, event.id)
    pairs = {str(one.interpreter_id): one.interpreter.pairs for one in load_engagements(session, event.id)}
    seats: dict[tuple[str, int], int] = defaultdict(int)
    for one in sorted(made, key=lambda one: (one.round, one.stand, one.candidate)):
        seats[one.stand, one.round] += 1
        yield Conversation(
            organisation_id=event.organisation_id,
            plan_id=plan.id,
            invitation_id=uuid.UUID(one.candidate),
            booking_id=uuid.UUID(one.stand),
            round=one.round,
            seat=seats[one.stand, one.round],
            interpreter_id=uuid.UUID(one.interpreter) if one.interpreter else None,
            language=language_spoken(
                attendees[one.candidate],
                stands[one.stand],
                [(pair.first, pair.second) for pair in pairs[one.interpreter]] if one.interpreter else None,
            ),
            score=scores.get((one.candidate, one.stand), 0),
        )


def _languages(session: Session, table: type[Attendee] | type[Stand], event_id: uuid.UUID) -> dict[str, dict[str, str]]:
    found = session.execute(select(table.id, table.languages).where(table.event_id == event_id))
    return {str(one.id): one.languages for one in found}


def language_spoken(
    candidate: Mapping[str, str], stand: Mapping[str, str], pairs: Sequence[tuple[str, str]] | None
) -> str:
    """What the candidate speaks in a conversation: the shared language they know best, or one the interpreter has."""
    if pairs is None:
        known = [code for code in candidate if code in stand]
        return max(known, key=lambda code: (min(candidate[code], stand[code]), candidate[code], code))
    joined = [
        (one, other) for pair in pairs for one, other in (pair, pair[::-1]) if one in candidate and other in stand
    ]
    return max(joined, key=lambda pair: (candidate[pair[0]], stand[pair[1]], pair))[0]
