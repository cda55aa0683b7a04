"""What `handdruk plan` says of clashes, and of what a plan leaves open: a sentence each, with the names of the file."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from services.scheduling.planning import Clash, Explainer, Reason

CLASHES = {
    "not_listed": "they are not a pair that may talk",
    "no_language": "they share no language, and no interpreter knows a pair that joins theirs",
    "outside_rounds": "the candidate is not there in that round",
    "same_round": "one candidate, twice in the same round",
    "same_stand": "one candidate, twice at the same stand",
    "too_many": "more than the {limit} conversations that the candidate may have",
    "no_seats": "more than the {limit} seats of that stand in that round",
    "no_interpreter": "no interpreters were found who could serve all of these within pairs, rounds and stretch",
}
ALONE = {
    "no_rounds": "there in no round",
    "none_allowed": "may have none",
    "no_wishes": "not listed with any stand",
    "no_language": "no common language, and no interpreter joins theirs",
    "no_interpreter": "the interpreters work elsewhere or rest in the rounds that fit",
    "stand_closed": "the stands have no seats in the rounds that fit",
    "seats_taken": "all seats are taken in the rounds that fit",
    "nobody_listed": "nobody is listed who may talk there",
    "nobody_needs": "nobody needs their pairs of languages",
    "rest": "working more would be more than the stretch allows",
}
COUNTED = {
    "no_language": "without a language or an interpreter for it",
    "met_already": "meet in another round",
    "absent": "not there",
    "limit_reached": "have all that is allowed",
    "busy": "talk elsewhere",
    "no_interpreter": "for whom the interpreters work elsewhere or rest",
    "seats_taken": "find the seats taken",
}
"""Of how many candidates it is true."""


def describe_clash(clash: Clash) -> str:
    """A clash as a sentence."""
    named = "; ".join(f"{one.candidate} at {one.stand} in round {one.round}" for one in clash.conversations)
    reason = CLASHES.get(clash.code, clash.code).format(limit=clash.limit)
    return f"The fixed conversations clash: {named}: {reason}."


def describe_open(explainer: Explainer) -> Iterator[str]:
    """A sentence for everybody without a conversation, for every empty seat and for every idle interpreter."""
    for name, reason in explainer.without_conversation().items():
        yield f"Candidate {name} has no conversation: {_describe(reason)}."
    for empty in explainer.empty_seats():
        seats = "1 seat is" if empty.seats == 1 else f"{empty.seats} seats are"
        yield f"Stand {empty.stand}, round {empty.round}: {seats} empty: {_describe(empty.reason)}."
    for idle in explainer.idle_interpreters():
        rounds = ", ".join(map(str, idle.rounds))
        yield f"Interpreter {idle.interpreter} has no work in rounds {rounds}: {_describe(idle.reason)}."


def list_open(explainer: Explainer) -> dict[str, list[dict[str, Any]]]:
    """The same as data."""
    return {
        "without_conversation": [
            {"candidate": name, "reason": asdict(reason)} for name, reason in explainer.without_conversation().items()
        ],
        "empty_seats": [asdict(empty) for empty in explainer.empty_seats()],
        "idle_interpreters": [asdict(idle) for idle in explainer.idle_interpreters()],
    }


def _describe(reason: Reason) -> str:
    if reason.code == "possible":
        where = "{candidate} could talk at {stand} in round {round}".format_map(reason.figures)
        return f"nothing is in the way, {where}"
    counted = {code: count for code, count in reason.figures.items() if code in COUNTED}
    if counted:
        parts = sorted(counted.items(), key=lambda item: -int(str(item[1])))
        return "; ".join(f"{count} {COUNTED[code]}{_name(reason.people, code)}" for code, count in parts)
    return ALONE.get(reason.code, reason.code) + _name(reason.people, reason.code)


def _name(people: Mapping[str, tuple[str, ...]], code: str) -> str:
    return f" ({', '.join(people[code])})" if people.get(code) else ""
