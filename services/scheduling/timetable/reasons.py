"""What a plan leaves open and why, in the reader's language: seats that stay free, and wishes that are not met.

The planner is asked about the event as it is now, so a plan that was overtaken by somebody's cancelling has no answer.
"""

import uuid
from dataclasses import dataclass

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from services.scheduling import planning
from services.scheduling.events.models import Attendee, Event, Stand
from services.scheduling.planning.plan import Plan as Made
from services.scheduling.timetable.comparing import list_wishes
from services.scheduling.timetable.errors import PlanOutdated, PlanUnknown
from services.scheduling.timetable.grid import Reason, place_and_time
from services.scheduling.timetable.models import Plan
from services.scheduling.timetable.questions import build_problem, planned_of
from services.scheduling.timetable.rules import People, is_outdated


@dataclass(frozen=True)
class FreeSeats:
    """Seats of a stand that nobody takes in a round."""

    stand: Stand
    round: int
    seats: int
    reason: str
    """the planner's code (planning/explain.py)"""
    sentences: list[str]


@dataclass(frozen=True)
class UnmetWish:
    """An employer whom a candidate asked to meet and does not meet."""

    attendee: Attendee
    stand: Stand
    reason: str
    """the planner's code (planning/explain.py)"""
    sentence: str


def ask_planner(session: Session, event: Event, plan: Plan) -> planning.Explainer:
    """The planner, ready to answer questions about the plan. Raises PlanOutdated."""
    if is_outdated(session, plan, event):
        raise PlanOutdated
    problem = build_problem(session, event)
    known = {one.id for one in problem.candidates} | {one.id for one in problem.stands}
    known |= {one.id for one in problem.interpreters}
    # In rounds that have been there may be people who are gone since: nothing is asked about them any more.
    planned = tuple(
        one for one in planned_of(plan) if known.issuperset(filter(None, (one.candidate, one.stand, one.interpreter)))
    )
    made = Made(planned, plan.value, plan.bound, plan.idle_rounds, plan.interpreter_moves, 0.0, "within_gap")
    return planning.Explainer(problem, made)


def list_free_seats(planner: planning.Explainer, people: People) -> list[FreeSeats]:
    """All seats that stay free, by stand and round, each with what keeps people away."""
    return [
        FreeSeats(
            stand=people.stands[uuid.UUID(one.stand)],
            round=one.round,
            seats=one.seats,
            reason=one.reason.code,
            sentences=_sentences_of_seat(one.reason),
        )
        for one in planner.empty_seats()
    ]


def explain_free_seat(
    planner: planning.Explainer, people: People, event: Event, booking_id: uuid.UUID, number: int
) -> Reason:
    """Why nobody takes a seat of this stand in this round (from 0). Raises PlanUnknown when there is none such."""
    found = next(
        (one for one in list_free_seats(planner, people) if one.stand.id == booking_id and one.round == number), None
    )
    if found is None:
        raise PlanUnknown
    return Reason(
        title=gettext("Free seat"),
        where=place_and_time(number, found.stand, people, event),
        language="",
        sentences=found.sentences,
    )


def list_unmet_wishes(planner: planning.Explainer, plan: Plan, people: People) -> list[UnmetWish]:
    """The wishes of those who have a conversation, but not with the employer whom they asked to meet."""
    placed = {one.invitation_id for one in plan.conversations}
    return [
        _unmet(planner, wish.attendee, wish.stand)
        for wish in list_wishes(plan, people)
        if wish.attendee.id in placed and not wish.met
    ]


def _unmet(planner: planning.Explainer, attendee: Attendee, stand: Stand) -> UnmetWish:
    reason = planner.why_not(str(attendee.id), str(stand.id)).code
    sentences = {
        "no_language": gettext("No interpreter is asked who connects the languages of both."),
        "no_interpreter": gettext("The interpreters for these languages work elsewhere in every round that fits."),
        "seats_taken": gettext("All seats are taken in the rounds that fit."),
        "stand_closed": gettext("The stands are not open in the rounds in which the candidate is there."),
        "limit_reached": gettext("The candidate has as many conversations as one can have on a day."),
        "busy": gettext("The candidate talks elsewhere in every round in which a seat is free."),
    }
    other = gettext("There is room; the planner stopped before it came to this candidate.")
    return UnmetWish(attendee, stand, reason, sentences.get(reason, other))


def _sentences_of_seat(reason: planning.Reason) -> list[str]:
    """One sentence for each rule that keeps somebody away, the one that keeps away most first."""
    if reason.code == "nobody_listed":
        return [gettext("Nobody is coming yet who could talk here.")]
    if reason.code == "possible":
        return [gettext("There is room; the planner stopped before it filled this seat.")]
    counts = {code: number for code, number in reason.figures.items() if isinstance(number, int)}
    return [_keeps_away(code, number) for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _keeps_away(code: str, number: int) -> str:
    match code:
        case "no_language":
            return ngettext(
                "For %(num)s candidate no interpreter is asked who connects the languages of both.",
                "For %(num)s candidates no interpreter is asked who connects the languages of both.",
                number,
            )
        case "met_already":
            return ngettext(
                "%(num)s candidate talks with this stand in another round.",
                "%(num)s candidates talk with this stand in another round.",
                number,
            )
        case "absent":
            return ngettext(
                "%(num)s candidate is not there in this round.",
                "%(num)s candidates are not there in this round.",
                number,
            )
        case "limit_reached":
            return ngettext(
                "%(num)s candidate has as many conversations as one can have on a day.",
                "%(num)s candidates have as many conversations as one can have on a day.",
                number,
            )
        case "busy":
            return ngettext(
                "%(num)s candidate talks elsewhere in this round.",
                "%(num)s candidates talk elsewhere in this round.",
                number,
            )
        case _:
            return ngettext(
                "For %(num)s candidate the interpreters work elsewhere in this round, or rest.",
                "For %(num)s candidates the interpreters work elsewhere in this round, or rest.",
                number,
            )
