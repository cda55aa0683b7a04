"""Why an interpreter has rounds without work, in the reader's language."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from flask_babel import gettext, ngettext

from services.scheduling.timetable.naming import name_in_the_way, name_people
from services.scheduling.timetable.rules import People

KEEPS_AWAY = ("absent", "limit_reached", "busy", "met_already", "seats_taken")


def tell_idle(kept: Mapping[str, Any], people: People) -> list[str]:
    """In which rounds an interpreter has no work, and what stands in the way, the rule that keeps away most first.

    `kept`: one of the "interpreters" of Plan.reasons.
    """
    return [_tell_rounds(kept["rounds"]), *_tell_reasons(kept, people)]


def _tell_rounds(rounds: list[int]) -> str:
    many = min(len(rounds), 2)  # how many is not said, so that 21 of them are not told like one
    return ngettext("No work in round %(rounds)s.", "No work in rounds %(rounds)s.", many, rounds=name_rounds(rounds))


def name_rounds(rounds: Iterable[int]) -> str:
    """Rounds, counted from 0, as people count them, those in a row together: "1\u20133, 7"."""
    rows = [list(row) for _, row in groupby(enumerate(sorted(rounds)), key=lambda item: item[1] - item[0])]
    return ", ".join(_name_row(row[0][1] + 1, row[-1][1] + 1) for row in rows)


def _name_row(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\u2013{last}"


def _tell_reasons(kept: Mapping[str, Any], people: People) -> list[str]:
    figures = kept["figures"]
    match kept["reason"]:
        case "nobody_needs":
            return [gettext("Nobody who comes needs these languages at a stand.")]
        case "rest":
            most, window = figures["most"], figures["window"]
            rest = gettext("Time to rest: at most %(most)s of %(window)s rounds in a row.", most=most, window=window)
            return [rest]
        case "possible":
            return [gettext("There is work; the planner stopped before it was given out.")]
    counts = sorted(((code, figures[code]) for code in KEEPS_AWAY if code in figures), key=lambda item: -item[1])
    return [_keeps_away(code, number, kept["people"].get(code, ()), people) for code, number in counts]


def _keeps_away(code: str, number: int, ids: Iterable[str], people: People) -> str:
    match code:
        case "absent":
            sentence = ngettext(
                "%(num)s candidate who needs these languages is not there then.",
                "%(num)s candidates who need these languages are not there then.",
                number,
            )
        case "limit_reached":
            sentence = ngettext(
                "%(num)s candidate who needs these languages has as many conversations as one can have on a day.",
                "%(num)s candidates who need these languages have as many conversations as one can have on a day.",
                number,
            )
        case "busy":
            sentence = ngettext(
                "%(num)s candidate who needs these languages talks elsewhere then.",
                "%(num)s candidates who need these languages talk elsewhere then.",
                number,
            )
        case "met_already":
            sentence = ngettext(
                "%(num)s candidate who needs these languages meets every stand that fits at another time.",
                "%(num)s candidates who need these languages meet every stand that fits at another time.",
                number,
            )
        case _:
            return _tell_full(number, name_people(ids, people))
    return name_in_the_way(sentence, ids, people, number)


def _tell_full(number: int, sitting: str) -> str:
    """The names are not those of whom the sentence counts, but of those who sit there."""
    if not sitting:
        return ngettext(
            "For %(num)s candidate who needs these languages the stands are not open then.",
            "For %(num)s candidates who need these languages the stands are not open then.",
            number,
        )
    return ngettext(
        "For %(num)s candidate who needs these languages all seats are taken then, by %(people)s.",
        "For %(num)s candidates who need these languages all seats are taken then, by %(people)s.",
        number,
        people=sitting,
    )
