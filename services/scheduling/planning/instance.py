"""A problem in numbers: ids become places in lists, sets of rounds and of interpreters become bits of one integer.

Bit r of a set of rounds is round r; bit i of a team is interpreter i. Python's integers have as many bits as
are needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .languages import serving, spoken, talk_directly
from .problem import Problem, Stretch

DIRECT = -1
"""In place of a team: the two sides share a language."""


@dataclass(frozen=True, slots=True)
class Option:
    """A stand that a candidate may talk to: how well it fits, and which team can interpret (`DIRECT`: none needed)."""

    stand: int
    score: int
    team: int


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers in a set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def span(first: int, last: int) -> int:
    """Return the set of the rounds from `first` to `last`, both included; empty when `last` comes before `first`."""
    return ((1 << (last + 1)) - 1) & ~((1 << first) - 1) if last >= first else 0


def windows(rounds: int, length: int) -> list[int]:
    """Return every run of `length` consecutive rounds, or the one run of all rounds where there are fewer."""
    return [span(start, min(start + length, rounds) - 1) for start in range(max(1, rounds - length + 1))]


class Instance:
    """What the stages of the planner read, and none of them changes."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rounds = problem.rounds
        self.stand_at = {stand.id: number for number, stand in enumerate(problem.stands)}
        self.candidate_at = {candidate.id: number for number, candidate in enumerate(problem.candidates)}
        self.seats = [stand.seats for stand in problem.stands]
        self.present = [span(*candidate.rounds) for candidate in problem.candidates]
        self.limit = [
            min(_own_or(candidate.max_conversations, problem.rules.max_conversations), present.bit_count())
            for candidate, present in zip(problem.candidates, self.present, strict=True)
        ]
        self.duty = [sum(1 << number for number in interpreter.rounds) for interpreter in problem.interpreters]
        self.stretch: list[Stretch] = [
            interpreter.stretch or problem.rules.stretch for interpreter in problem.interpreters
        ]
        self.windows = [windows(problem.rounds, length) for _, length in self.stretch]
        most = max([*self.limit, len(problem.fixed)], default=0)
        self.steps = (list(problem.rules.ladder) + [0] * (most + 1))[: most + 1]
        self.teams: list[int] = []
        self.options = self._find_options()

    def _find_options(self) -> list[dict[int, Option]]:
        """For every candidate the stands that may be talked to, by number, the best fitting first."""
        least = self.problem.rules.min_level
        stands = [spoken(stand.languages, least) for stand in self.problem.stands]
        candidates = [spoken(candidate.languages, least) for candidate in self.problem.candidates]
        teams: dict[tuple[frozenset[str], frozenset[str]], int | None] = {}
        numbers: dict[int, int] = {}
        found: list[list[Option]] = [[] for _ in candidates]
        for pair in self.problem.pairs:
            candidate, stand = self.candidate_at[pair.candidate], self.stand_at[pair.stand]
            both = candidates[candidate], stands[stand]
            if both not in teams:
                teams[both] = self._find_team(*both, numbers)
            team = teams[both]
            if team is not None:
                found[candidate].append(Option(stand, pair.score, team))
        self.teams = list(numbers)
        return [
            {option.stand: option for option in sorted(options, key=lambda option: (-option.score, option.stand))}
            for options in found
        ]

    def _find_team(self, one: frozenset[str], other: frozenset[str], numbers: dict[int, int]) -> int | None:
        """The number of the team between these languages, `DIRECT`, or None where nobody can help."""
        if talk_directly(one, other):
            return DIRECT
        mask = sum(1 << number for number in serving(self.problem.interpreters, one, other))
        return numbers.setdefault(mask, len(numbers)) if mask else None

    @cached_property
    def wanted_by(self) -> list[list[int]]:
        """For every stand the candidates who may talk there."""
        found: list[list[int]] = [[] for _ in self.seats]
        for candidate, options in enumerate(self.options):
            for stand in options:
                found[stand].append(candidate)
        return found

    @cached_property
    def crew_order(self) -> list[int]:
        """For every interpreter a rank: who serves few teams and rounds comes first, so that the others stay free."""
        order = sorted(
            range(len(self.duty)),
            key=lambda i: (sum(team >> i & 1 for team in self.teams), self.duty[i].bit_count(), i),
        )
        ranks = [0] * len(order)
        for rank, interpreter in enumerate(order):
            ranks[interpreter] = rank
        return ranks


def _own_or(own: int | None, general: int) -> int:
    return general if own is None else own
