"""What a plan leaves open and why, in the reader's language: free seats, wishes not met, interpreters without work.

The planner was asked when the plan was made (explaining.py). When the plan was overtaken since by somebody's
cancelling, its reasons are not told any more.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from services.scheduling.events.models import Attendee, Event, Stand
from services.scheduling.timetable.errors import PlanOutdated, PlanUnexplained, PlanUnknown
from services.scheduling.timetable.grid import Reason, place_and_time
from services.scheduling.timetable.models import Plan
from services.scheduling.timetable.naming import name_in_the_way
from services.scheduling.timetable.rules import People, is_outdated
from services.scheduling.timetable.unneeded import tell_idle

Kept = dict[str, list[dict[str, Any]]]
"""Plan.reasons."""


@dataclass(frozen=True)
class FreeSeats:
    """Seats of a stand that nobody takes in a round."""

    stand: Stand
    round: int
    seats: int
    reason: str
    """the planner's code (planning/explain.py)"""
    sentences: list[str]

    @property
    def key(self) -> str:
        """How the address of a reason names it."""
        return f"{self.stand.id}.{self.round}"


@dataclass(frozen=True)
class UnmetWish:
    """An employer whom a candidate asked to meet and does not meet."""

    attendee: Attendee
    stand: Stand
    reason: str
    """the planner's code (planning/explain.py)"""
    sentence: str


@dataclass(frozen=True)
class IdleInterpreter:
    """An interpreter who has rounds without work."""

    id: uuid.UUID
    name: str
    rounds: list[int]
    reason: str
    """the planner's code (planning/unneeded.py)"""
    sentences: list[str]


def load_reasons(session: Session, event: Event, plan: Plan) -> Kept:
    """What was kept with the plan. Raises PlanOutdated, PlanUnexplained."""
    if is_outdated(session, plan, event):
        raise PlanOutdated
    if plan.reasons is None:
        raise PlanUnexplained
    return plan.reasons


def list_free_seats(kept: Kept, people: People) -> list[FreeSeats]:
    """All seats that stay free, by stand and round, each with what keeps people away."""
    return [
        FreeSeats(
            stand=people.stands[uuid.UUID(one["stand"])],
            round=one["round"],
            seats=one["seats"],
            reason=one["reason"],
            sentences=_sentences_of_seat(one, people),
        )
        for one in kept["seats"]
        if uuid.UUID(one["stand"]) in people.stands and one["round"] in people.starts
    ]


def keys_of_free_seats(kept: Kept) -> set[str]:
    """How the addresses of the reasons of free seats name them."""
    return {f"{one['stand']}.{one['round']}" for one in kept["seats"]}


def explain_free_seat(kept: Kept, people: People, event: Event, key: str) -> Reason:
    """Why nobody takes a seat of this stand in this round. Raises PlanUnknown when there is none such."""
    wanted = {"seats": [one for one in kept["seats"] if key == f"{one['stand']}.{one['round']}"]}
    found = next(iter(list_free_seats(wanted, people)), None)
    if found is None:
        raise PlanUnknown
    return Reason(
        title=gettext("Free seat"),
        where=place_and_time(found.round, found.stand, people, event),
        language="",
        sentences=found.sentences,
    )


def list_unmet_wishes(kept: Kept, people: People) -> list[UnmetWish]:
    """The wishes of those who have a conversation, but not with the employer whom they asked to meet."""
    found = []
    for one in kept["wishes"]:
        attendee, stand = people.attendees.get(uuid.UUID(one["invitation"])), people.stands.get(uuid.UUID(one["stand"]))
        if attendee is not None and stand is not None:
            found.append(UnmetWish(attendee, stand, one["reason"], _tell_unmet(one, people)))
    return found


def list_idle_interpreters(kept: Kept, people: People) -> list[IdleInterpreter]:
    """The interpreters who have rounds without work, each with what stands in the way, by name."""
    found = [
        IdleInterpreter(
            id=uuid.UUID(one["interpreter"]),
            name=people.interpreters[uuid.UUID(one["interpreter"])],
            rounds=one["rounds"],
            reason=one["reason"],
            sentences=tell_idle(one, people),
        )
        for one in kept["interpreters"]
        if uuid.UUID(one["interpreter"]) in people.interpreters
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def _tell_unmet(one: dict[str, Any], people: People) -> str:
    sentences = {
        "no_language": gettext("No interpreter is asked who connects the languages of both."),
        "no_interpreter": gettext("The interpreters for these languages work elsewhere in every round that fits."),
        "seats_taken": gettext("All seats are taken in the rounds that fit."),
        "stand_closed": gettext("The stands are not open in the rounds in which the candidate is there."),
        "limit_reached": gettext("The candidate has as many conversations as one can have on a day."),
        "busy": gettext("The candidate talks elsewhere in every round in which a seat is free."),
        "not_listed": gettext("They were to talk in a conversation that is not possible any more."),
    }
    other = gettext("There is room; the planner stopped before it came to this candidate.")
    return name_in_the_way(sentences.get(one["reason"], other), one.get("people", ()), people)


def _sentences_of_seat(one: dict[str, Any], people: People) -> list[str]:
    """One sentence for each rule that keeps somebody away, the one that keeps away most first."""
    if one["reason"] == "nobody_listed":
        return [gettext("Nobody is coming yet who could talk here.")]
    if one["reason"] == "possible":
        return [gettext("There is room; the planner stopped before it filled this seat.")]
    counts = sorted(one["figures"].items(), key=lambda item: (-item[1], item[0]))
    return [
        name_in_the_way(_keeps_away(code, number), one["people"].get(code, ()), people, number)
        for code, number in counts
    ]


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
