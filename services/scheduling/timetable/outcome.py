"""What a plan is worth and whom it leaves without a conversation: one honest sentence, and each reason in full."""

import uuid
from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from services.scheduling.events.models import Attendee
from services.scheduling.timetable.models import Plan
from services.scheduling.timetable.naming import name_in_the_way
from services.scheduling.timetable.rules import People
from shared.i18n import percent

ABSENT = "not_arrived"
"""Our own reason beside those of the planner: a re-plan without those who had not come."""


@dataclass(frozen=True)
class Missing:
    """A candidate without a conversation, and the rule that stands in the way."""

    attendee: Attendee
    reason: str
    """the planner's code (planning/explain.py), or ABSENT"""
    sentence: str


def describe_missing(plan: Plan, people: People) -> list[Missing]:
    """Each candidate without a conversation, by number, with the rule that stands in the way as a sentence."""
    sentences = {
        "no_language": gettext("No interpreter is asked for the languages of this candidate."),
        "no_interpreter": gettext("The interpreters for these languages work elsewhere in every round that fits."),
        "seats_taken": gettext("All seats are taken in the rounds that fit."),
        "stand_closed": gettext("The stands are not open in the rounds in which the candidate is there."),
        "absent": gettext("The candidate is not there in any round."),
        "no_rounds": gettext("The candidate is not there in any round."),
        ABSENT: gettext("The candidate had not arrived when the plan was made."),
    }
    other = gettext("There is room; the planner stopped before it came to this candidate.")
    found = []
    for missing in plan.without_conversation:
        attendee = people.attendees.get(uuid.UUID(missing["invitation"]))
        if attendee is not None:
            sentence = sentences.get(missing["reason"], other)
            sentence = name_in_the_way(sentence, missing.get("people", ()), people)
            found.append(Missing(attendee, missing["reason"], sentence))
    return sorted(found, key=lambda one: one.attendee.number)


def share_of_best(plan: Plan) -> float:
    """What the plan is worth of the best possible, 0 to 1."""
    return plan.value / plan.bound if plan.bound else 1.0


def tell_outcome(plan: Plan) -> str:
    """What the plan is worth, who has no conversation, and why, in one sentence."""
    return gettext("%(worth)s: %(rest)s", worth=_tell_worth(plan), rest=tell_people(plan))


def _tell_worth(plan: Plan) -> str:
    share = share_of_best(plan)
    if plan.from_round is not None:
        return gettext("%(share)s of what is still possible on the day", share=percent(share))
    if share >= 1:
        return gettext("The best possible plan")
    return gettext("%(share)s of the best possible plan", share=percent(share))


def tell_waits(plan: Plan) -> str:
    """How much waiting and walking there is, beside the least that there can be where that is known."""
    waits = ngettext(
        "Candidates wait %(num)s round between conversations",
        "Candidates wait %(num)s rounds between conversations",
        plan.idle_rounds,
    )
    moves = ngettext(
        "interpreters change stands %(num)s time",
        "interpreters change stands %(num)s times",
        plan.interpreter_moves,
    )
    return gettext(
        "%(waits)s%(fewest)s; %(moves)s%(least)s.",
        waits=waits,
        fewest=_tell_least(plan.idle_rounds, plan.idle_bound),
        moves=moves,
        least=_tell_least(plan.interpreter_moves, plan.moves_bound),
    )


def _tell_least(number: int, bound: int | None) -> str:
    if bound is None or not number:
        return ""
    if number == bound:
        return gettext(" (with these conversations it cannot be less)")
    return gettext(" (with these conversations at least %(bound)s)", bound=bound)


def tell_people(plan: Plan) -> str:
    """How many conversations there are and who has none, and why, most frequent reason first; one sentence."""
    total = ngettext("%(num)s conversation", "%(num)s conversations", len(plan.conversations))
    without = Counter(one["reason"] for one in plan.without_conversation)
    if not without:
        everybody = len({one.invitation_id for one in plan.conversations})
        rest = ngettext("the candidate has at least one", "all %(num)s candidates have at least one", everybody)
        return gettext("%(total)s; %(rest)s.", total=total, rest=rest)
    rest = ngettext("%(num)s person has no conversation", "%(num)s people have no conversation", without.total())
    why = _tell_reasons(without)
    return gettext("%(total)s; %(rest)s, because %(why)s.", total=total, rest=rest, why=why)


def _tell_reasons(counts: Counter[str]) -> str:
    words = {
        "no_language": gettext("no interpreter is asked for the languages"),
        "no_interpreter": gettext("the interpreters work elsewhere in the rounds that fit"),
        "seats_taken": gettext("all seats are taken in the rounds that fit"),
        "stand_closed": gettext("no stand is open in the rounds that fit"),
        "absent": gettext("no round fits"),
        "no_rounds": gettext("no round fits"),
        ABSENT: gettext("they had not arrived"),
    }
    other = gettext("the planner stopped too early")
    grouped = Counter[str]()
    for code, number in counts.items():
        grouped[words.get(code, other)] += number
    reasons = sorted(grouped.items(), key=lambda item: (-item[1], item[0]))
    if len(reasons) == 1:
        return reasons[0][0]
    return "; ".join(f"{reason} ({number})" for reason, number in reasons)
