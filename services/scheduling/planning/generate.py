"""Invented problems of a chosen size, the same for the same seed on every machine: to measure and to try out.

As at a real Meet & Greet half of the pairs need an interpreter, and there are seats for most but not for all who would
like one: a good plan fills nearly every seat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from .problem import Candidate, Interpreter, Level, Pair, Problem, Rules, Stand

Size = Literal["S", "M", "L"]


@dataclass(frozen=True, slots=True)
class Measure:
    """How large a generated problem is; `wishes` is the number of stands that a candidate may talk to."""

    candidates: int
    stands: int
    rounds: int
    interpreters: int
    wishes: int
    sectors: int


MEASURES: dict[Size, Measure] = {
    "S": Measure(candidates=60, stands=12, rounds=10, interpreters=6, wishes=8, sectors=4),
    "M": Measure(candidates=300, stands=40, rounds=12, interpreters=20, wishes=16, sectors=6),
    "L": Measure(candidates=3_000, stands=150, rounds=20, interpreters=120, wishes=40, sectors=12),
}

WELL_IN_DUTCH = 0.42
"""The part of the candidates, to the person: with shares drawn by lot small problems would differ too much."""
SPOKEN_BY_CANDIDATES = (("uk", 0.85), ("ru", 0.65), ("en", 0.3), ("pl", 0.1), ("ti", 0.05), ("ar", 0.05))
SPOKEN_AT_STANDS = (("en", 0.55), ("pl", 0.15), ("de", 0.2), ("ru", 0.06), ("uk", 0.04))
INTERPRETED = (("uk", "nl"), ("ru", "nl"), ("uk", "en"), ("ru", "en"), ("ar", "nl"), ("ti", "nl"), ("pl", "nl"))
WEIGHTS = (8, 6, 3, 3, 1, 1, 1)


def generate(
    size: Size,
    seed: int = 1,
    *,
    scarce: bool = False,
    candidates: int | None = None,
    stands: int | None = None,
    rounds: int | None = None,
    interpreters: int | None = None,
) -> Problem:
    """Return an invented Meet & Greet, with other numbers than those of its size where they are given.

    `scarce`: a third of the interpreters of the size.
    """
    usual = MEASURES[size]
    measure = replace(
        usual,
        candidates=_own_or(candidates, usual.candidates),
        stands=_own_or(stands, usual.stands),
        rounds=_own_or(rounds, usual.rounds),
        interpreters=_own_or(interpreters, round(usual.interpreters / 3) if scarce else usual.interpreters),
    )
    random = Random(f"{size}/{seed}/{scarce}")  # noqa: S311 - drawing lots, no secret
    places = tuple(_stand(f"S{number + 1}", measure, random) for number in range(measure.stands))
    fluent = set(random.sample(range(measure.candidates), round(WELL_IN_DUTCH * measure.candidates)))
    people = tuple(
        _candidate(f"C{number + 1}", number in fluent, measure, random) for number in range(measure.candidates)
    )
    helpers = tuple(_interpreter(f"I{number + 1}", measure, random) for number in range(measure.interpreters))
    return Problem(measure.rounds, Rules(), places, people, helpers, _pairs(people, places, measure, random))


def _stand(name: str, measure: Measure, random: Random) -> Stand:
    languages = {"nl": Level.C2}
    for code, share in SPOKEN_AT_STANDS:
        if random.random() < share:
            languages[code] = random.choice((Level.A2, Level.B1, Level.B2, Level.C1))
    seats = [random.choice((1, 2))] * measure.rounds
    if seats and random.random() < 0.15:  # a break for the people of the stand
        seats[random.randrange(measure.rounds)] = 0
    return Stand(name, languages, tuple(seats), (random.randrange(20), random.randrange(12)))


def _candidate(name: str, is_fluent: bool, measure: Measure, random: Random) -> Candidate:
    languages: dict[str, Level] = {}
    for code, share in SPOKEN_BY_CANDIDATES:
        if random.random() < share:
            languages[code] = _candidate_level(code, random)
    if not languages:
        languages["uk"] = Level.C2
    if is_fluent:
        languages["nl"] = random.choices((Level.B1, Level.B2, Level.C1, Level.C2), (24, 8, 3, 1))[0]
    elif random.random() < 0.6:
        languages["nl"] = random.choice((Level.A1, Level.A2))
    first, last = 0, measure.rounds - 1
    if random.random() < 0.15:
        first = random.randint(0, measure.rounds // 2)
    if random.random() < 0.15:
        last = random.randint(measure.rounds // 2, measure.rounds) - 1
    own_limit = random.choice((1, 2, 3, 4)) if random.random() < 0.1 else None
    return Candidate(name, languages, (first, last), own_limit)


def _candidate_level(code: str, random: Random) -> Level:
    if code == "en":
        return random.choices(list(Level), (10, 30, 30, 20, 8, 2))[0]
    return random.choice((Level.C1, Level.C2))


def _interpreter(name: str, measure: Measure, random: Random) -> Interpreter:
    known = sorted(set(random.choices(INTERPRETED, WEIGHTS, k=3)))
    return Interpreter(name, tuple(known), tuple(range(measure.rounds)), (3, 4) if random.random() < 0.1 else None)


def _pairs(
    candidates: Sequence[Candidate], stands: Sequence[Stand], measure: Measure, random: Random
) -> tuple[Pair, ...]:
    """Every candidate likes some sectors more than others; the best fitting stands are the ones that may talk."""
    sectors = [random.randrange(measure.sectors) for _ in stands]
    found: list[Pair] = []
    for candidate in candidates:
        taste = [random.random() for _ in range(measure.sectors)]
        scores = [min(100, int(70 * taste[sectors[at]] + 40 * random.random())) for at in range(len(stands))]
        best = sorted(range(len(stands)), key=lambda at: (-scores[at], at))[: measure.wishes]
        found.extend(Pair(candidate.id, stands[at].id, scores[at]) for at in sorted(best))
    return tuple(found)


def _own_or(own: int | None, usual: int) -> int:
    return usual if own is None else own
