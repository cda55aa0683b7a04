"""Which rule keeps a candidate from a seat, in a plan as it stands. Codes and figures only; pages put them into
words.

`OBSTACLES` in the order in which they are looked at: the first one that holds is the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from .languages import serving, spoken, talk_directly
from .plan import Plan
from .problem import Problem

Figure = str | int | float | tuple[str, ...] | tuple[int, ...]

OBSTACLES = ("not_listed", "no_language", "met_already", "absent", "limit_reached", "busy", "no_interpreter")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a code, and the figures that belong to it."""

    code: str
    figures: Mapping[str, Figure] = field(default_factory=dict)


class Situation:
    """A plan, laid out so that one can ask who is where."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.stands = {stand.id: stand for stand in problem.stands}
        self.candidates = {candidate.id: candidate for candidate in problem.candidates}
        self.interpreters = {interpreter.id: interpreter for interpreter in problem.interpreters}
        self.wishes: dict[str, dict[str, int]] = {candidate.id: {} for candidate in problem.candidates}
        self.wanted_by: dict[str, list[str]] = {stand.id: [] for stand in problem.stands}
        for pair in problem.pairs:
            self.wishes[pair.candidate][pair.stand] = pair.score
            self.wanted_by[pair.stand].append(pair.candidate)
        self.day: dict[str, dict[int, str]] = {candidate.id: {} for candidate in problem.candidates}
        self.taken: dict[tuple[str, int], int] = {}
        self.work: dict[str, dict[int, str]] = {interpreter.id: {} for interpreter in problem.interpreters}
        for one in plan.conversations:
            self.day[one.candidate][one.round] = one.stand
            self.taken[one.stand, one.round] = self.taken.get((one.stand, one.round), 0) + 1
            if one.interpreter is not None:
                self.work[one.interpreter][one.round] = one.stand
        self._served = lru_cache(maxsize=None)(self._find_served)

    def limit(self, candidate: str) -> int:
        """Return how many conversations the candidate may have."""
        own = self.candidates[candidate].max_conversations
        return self.problem.rules.max_conversations if own is None else own

    def languages(self, candidate: str, stand: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return what both sides speak well enough."""
        least = self.problem.rules.min_level
        return spoken(self.candidates[candidate].languages, least), spoken(self.stands[stand].languages, least)

    def team(self, candidate: str, stand: str) -> tuple[str, ...] | None:
        """Return the interpreters who could stand between these two; None where none is needed."""
        one, other = self.languages(candidate, stand)
        return None if talk_directly(one, other) else self._served(one, other)

    def obstacle(self, candidate: str, stand: str, number: int) -> str | None:
        """Return the first rule that keeps the candidate from a free seat there, or None where no rule does."""
        team = self.team(candidate, stand)
        first, last = self.candidates[candidate].rounds
        holds = {
            "not_listed": stand not in self.wishes[candidate],
            "no_language": team == (),
            "met_already": stand in self.day[candidate].values(),
            "absent": not first <= number <= last,
            "limit_reached": len(self.day[candidate]) >= self.limit(candidate),
            "busy": number in self.day[candidate],
            "no_interpreter": team is not None and not any(self.is_free(name, number) for name in team),
        }
        return next((code for code in OBSTACLES if holds[code]), None)

    def free_seats(self, stand: str, number: int) -> int:
        """Return how many seats nobody has taken."""
        return self.stands[stand].seats[number] - self.taken.get((stand, number), 0)

    def is_free(self, interpreter: str, number: int) -> bool:
        """Say whether the interpreter could take one more conversation in this round."""
        return (
            number in self.interpreters[interpreter].rounds
            and number not in self.work[interpreter]
            and not self.needs_rest(interpreter, number)
        )

    def needs_rest(self, interpreter: str, number: int) -> bool:
        """Say whether working in this round as well would be more than the stretch allows."""
        most, window = self.interpreters[interpreter].stretch or self.problem.rules.stretch
        rounds = {*self.work[interpreter], number}
        return any(
            sum(other in rounds for other in range(start, start + window)) > most
            for start in range(number - window + 1, number + 1)
        )

    def _find_served(self, one: frozenset[str], other: frozenset[str]) -> tuple[str, ...]:
        return tuple(self.problem.interpreters[at].id for at in serving(self.problem.interpreters, one, other))
