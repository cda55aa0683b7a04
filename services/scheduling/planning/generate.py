"""Invented problems of a chosen size, the same for the same seed on every machine: to measure and to try out."""

from collections.abc import Sequence
from dataclasses import dataclass
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

SPOKEN_BY_CANDIDATES = (("uk", 0.85), ("ru", 0.65), ("en", 0.3), ("nl", 0.7), ("pl", 0.1), ("ti", 0.05), ("ar", 0.05))
SPOKEN_AT_STANDS = (("en", 0.55), ("pl", 0.15), ("de", 0.2), ("ru", 0.06), ("uk", 0.04))
INTERPRETED = (("uk", "nl"), ("ru", "nl"), ("uk", "en"), ("ru", "en"), ("ar", "nl"), ("ti", "nl"), ("pl", "nl"))
WEIGHTS = (8, 6, 3, 3, 1, 1, 1)


def generate(size: Size, seed: int = 1, *, scarce: bool = False) -> Problem:
    """Return an invented Meet & Greet. `scarce`: interpreters come for half the rounds and know one pair each."""
    measure = MEASURES[size]
    random = Random(f"{size}/{seed}/{scarce}")  # noqa: S311 - drawing lots, no secret
    stands = tuple(_stand(f"S{number + 1}", measure, random) for number in range(measure.stands))
    candidates = tuple(_candidate(f"C{number + 1}", measure, random) for number in range(measure.candidates))
    interpreters = tuple(
        _interpreter(f"I{number + 1}", measure, scarce, random) for number in range(measure.interpreters)
    )
    pairs = _pairs(candidates, stands, measure, random)
    return Problem(measure.rounds, Rules(), stands, candidates, interpreters, pairs)


def _stand(name: str, measure: Measure, random: Random) -> Stand:
    languages = {"nl": Level.C2}
    for code, share in SPOKEN_AT_STANDS:
        if random.random() < share:
            languages[code] = random.choice((Level.A2, Level.B1, Level.B2, Level.C1))
    seats = [random.choice((1, 2))] * measure.rounds
    if random.random() < 0.15:  # a break for the people of the stand
        seats[random.randrange(measure.rounds)] = 0
    return Stand(name, languages, tuple(seats), (random.randrange(20), random.randrange(12)))


def _candidate(name: str, measure: Measure, random: Random) -> Candidate:
    languages: dict[str, Level] = {}
    for code, share in SPOKEN_BY_CANDIDATES:
        if random.random() < share:
            languages[code] = _candidate_level(code, random)
    if not languages:
        languages["uk"] = Level.C2
    first, last = 0, measure.rounds - 1
    if random.random() < 0.15:
        first = random.randrange(1, measure.rounds // 2)
    if random.random() < 0.15:
        last = random.randrange(measure.rounds // 2, measure.rounds)
    own_limit = random.choice((1, 2, 3, 4)) if random.random() < 0.1 else None
    return Candidate(name, languages, (first, last), own_limit)


def _candidate_level(code: str, random: Random) -> Level:
    if code == "nl":
        return random.choices(list(Level), (30, 34, 24, 8, 3, 1))[0]
    if code == "en":
        return random.choices(list(Level), (10, 30, 30, 20, 8, 2))[0]
    return random.choice((Level.C1, Level.C2))


def _interpreter(name: str, measure: Measure, scarce: bool, random: Random) -> Interpreter:
    known = random.choices(INTERPRETED, WEIGHTS, k=1 if scarce else 3)
    rounds = list(range(measure.rounds))
    if scarce:
        start = random.randrange(measure.rounds // 2 + 1)
        rounds = rounds[start : start + measure.rounds // 2]
    return Interpreter(name, tuple(sorted(set(known))), tuple(rounds), (3, 4) if random.random() < 0.1 else None)


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
