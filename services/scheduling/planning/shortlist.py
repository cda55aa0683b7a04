"""A few of the best pairs for every free seat: enough for a good first answer, few enough for a quick one.

Each stand gets a shortlist of candidates for every kind of pair: without and with an interpreter, and for a first,
second, third … conversation of the candidate. So neither the many who wait for a first conversation nor those who would
need an interpreter that is not there crowd out the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from heapq import nlargest

from .languages import serving, spoken, talk_directly
from .problem import Candidate, Pair, Problem, Stand

_NOTHING: Set[str] = frozenset()
FIRST, MORE = (6, 4), (2, 1)
"""Pairs of one kind for each free seat of a stand, and beside: with a candidate who has no conversation, and others."""


@dataclass(frozen=True, slots=True)
class Free:
    """What there is to fill: rounds by candidate, rounds and seats by stand; `count` is of conversations there are."""

    rounds: Mapping[str, int]
    open: Mapping[str, int]
    seats: Mapping[str, int]
    count: Mapping[str, int]


def shorten(problem: Problem, free: Free, keep: Mapping[str, Set[str]]) -> Problem:
    """The same problem with the pairs `keep` and a shortlist of the others."""
    speech = _Speech(problem)
    kinds: dict[tuple[str, bool, int], list[tuple[int, int]]] = defaultdict(list)
    kept: list[Pair] = []
    opened, last, rounds, count, mine = free.open, "", 0, 0, _NOTHING
    for at, pair in enumerate(problem.pairs):
        candidate, stand = pair.candidate, pair.stand
        if candidate != last:  # pairs come candidate by candidate, mostly
            last, rounds, count = candidate, free.rounds[candidate], free.count.get(candidate, 0)
            mine = keep.get(candidate, _NOTHING)
        if stand in mine:
            kept.append(pair)
        elif rounds & opened[stand] and (direct := speech.is_direct(candidate, stand)) is not None:
            kinds[stand, direct, count].append((pair.score, -at))
    return replace(problem, pairs=(*kept, *_choose(problem, free, kinds)))


def _choose(
    problem: Problem, free: Free, kinds: Mapping[tuple[str, bool, int], list[tuple[int, int]]]
) -> Iterable[Pair]:
    for (stand, _, count), found in kinds.items():
        each, beside = MORE if count else FIRST
        for _, at in nlargest(each * free.seats[stand] + beside, found):
            yield problem.pairs[-at]


class _Speech:
    """Who can talk to whom, remembered by what people speak: few kinds, many people."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._numbers: dict[frozenset[str], int] = {}
        self._kinds: list[frozenset[str]] = []
        self._stands = {one.id: self._number(one) for one in problem.stands}
        self._candidates = {one.id: self._number(one) for one in problem.candidates}
        self._direct: dict[tuple[int, int], bool | None] = {}

    def is_direct(self, candidate: str, stand: str) -> bool | None:
        """Whether these two share a language; None when nobody can stand between them."""
        both = self._candidates[candidate], self._stands[stand]
        try:
            return self._direct[both]
        except KeyError:
            one, other = self._kinds[both[0]], self._kinds[both[1]]
            helped = bool(serving(self.problem.interpreters, one, other))
            self._direct[both] = talk_directly(one, other) or (False if helped else None)
            return self._direct[both]

    def _number(self, one: Stand | Candidate) -> int:
        kind = spoken(one.languages, self.problem.rules.min_level)
        if kind not in self._numbers:
            self._numbers[kind] = len(self._kinds)
            self._kinds.append(kind)
        return self._numbers[kind]
