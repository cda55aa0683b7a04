"""What a plan leaves open and why, asked of the planner once, when the plan is made, and kept with the plan.

At a large event the planner needs seconds for all these questions; a page that shows the answers only reads them.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from services.scheduling import planning
from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_attendees, load_stands
from services.scheduling.planning.plan import Plan as Made
from services.scheduling.planning.problem import Problem


@dataclass(frozen=True)
class Wish:
    """A candidate who asked to meet an employer, and the stands where that could be: the first one is shown."""

    candidate: str
    stands: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """What is kept with the plan: `missing` as Plan.without_conversation, `reasons` as Plan.reasons."""

    missing: list[dict[str, Any]]
    reasons: dict[str, list[dict[str, Any]]]


def read_wishes(session: Session, event: Event) -> list[Wish]:
    """Every wish for an employer who is there, by candidate."""
    stands: dict[Any, list[str]] = {}
    for stand in load_stands(session, event.id):
        stands.setdefault(stand.employer_id, []).append(str(stand.id))
    return [
        Wish(str(attendee.id), tuple(stands[employer]))
        for attendee in load_attendees(session, event.id)
        for employer in attendee.wished_employers
        if employer in stands
    ]


def explain_plan(
    problem: Problem, made: Made, wishes: Iterable[Wish], from_round: int = 0, but_not: Container[str] = ()
) -> Explained:
    """Ask the planner what the plan leaves open from `from_round` on; nothing is asked about the candidates `but_not`.

    `reasons` has unmet wishes of those who have a conversation ("wishes"), seats that stay free ("seats"), and
    interpreters who have rounds without work ("interpreters").
    """
    planner = planning.Explainer(problem, made)
    meets: dict[str, set[str]] = {}
    for one in made.conversations:
        meets.setdefault(one.candidate, set()).add(one.stand)
    return Explained(
        missing=[
            {"invitation": name, **_keep_names(reason)}
            for name, reason in planner.without_conversation().items()
            if name not in but_not
        ],
        reasons={
            "wishes": [
                {"invitation": wish.candidate, "stand": wish.stands[0], **_keep_names(reason)}
                for wish in wishes
                if wish.candidate in meets
                and wish.candidate not in but_not
                and meets[wish.candidate].isdisjoint(wish.stands)
                for reason in [planner.why_not(wish.candidate, wish.stands[0])]
            ],
            "seats": [
                {"stand": one.stand, "round": one.round, "seats": one.seats, **_keep(one.reason)}
                for one in planner.empty_seats(from_round)
            ],
            "interpreters": [
                {"interpreter": one.interpreter, "rounds": list(one.rounds), **_keep(one.reason)}
                for one in planner.idle_interpreters(from_round)
            ],
        },
    )


def _keep_names(reason: planning.Reason) -> dict[str, Any]:
    """A reason with one rule, and those who stand in the way by it."""
    people = list(reason.people.get(reason.code, ()))
    return {"reason": reason.code, "people": people} if people else {"reason": reason.code}


def _keep(reason: planning.Reason) -> dict[str, Any]:
    """A reason with all its figures and names."""
    return {"reason": reason.code, "figures": dict(reason.figures), "people": dict(reason.people)}
