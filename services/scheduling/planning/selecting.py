"""Stage 1: who talks to whom, without rounds; its optimum is the bound on every plan.

    maximise    Σ score[p]·x[p] + Σ_c Σ_k ladder[k]·u[c,k]
    subject to  Σ_k u[c,k] ≤ Σ_{p of c} x[p]              the ladder is climbed by conversations
                Σ_{p of c} x[p] ≤ limit[c]
                Σ_{p at s, rounds of p within [a,b]} x[p] ≤ seats of s in [a,b]
                Σ_{p of team t} x[p] ≤ Σ_g f[t,g]         every conversation that needs one has an interpreter
                Σ_t f[t,g] ≤ capacity[g]                  of a group of interpreters in all its rounds
                0 ≤ x, u ≤ 1,  0 ≤ f

Every plan, counted over all its rounds, is a solution, so the best solution is worth at least as much as any plan. The
ladder falls, so u[c,1] fills before u[c,2] without any further rule. Of the rows of a stand only [a,b] = all rounds is
there from the start; the others are added where a solution breaks them (Hall's condition: those who can only come
between a and b need the seats between a and b).
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .choices import Choice
from .groups import Group
from .instance import DIRECT, Instance, span
from .linear import Floats, LinearModel, Solution

MOST_ROUNDS_OF_CUTS = 20
NEAR = 5
"""Points that moving a column may cost for it to take part in rounding; whole solutions are seldom worse by more."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The choices taken, `bound` on every plan, and for every choice what taking it would cost (≤ 0: nothing)."""

    chosen: list[int]
    bound: int
    costs: Floats


class Selecting:
    """The model of this stage. Raises nothing: where HiGHS has no time, `run` returns None.

    `rounds` are those to plan (all, unless said); `before` is how many conversations candidates have in the others.
    """

    def __init__(
        self,
        instance: Instance,
        groups: Sequence[Group],
        choices: Sequence[Choice],
        rounds: int | None = None,
        before: Mapping[int, int] | None = None,
    ) -> None:
        self.instance = instance
        self.choices = choices
        self.rounds = span(0, instance.rounds - 1) if rounds is None else rounds
        self.before = before or {}
        self.model = LinearModel()
        self.at_stand: dict[int, list[int]] = defaultdict(list)
        self._add_candidates()
        for stand, columns in self.at_stand.items():
            self._add_seats(stand, columns, self.rounds)
        self._add_interpreters(groups)

    def run(self, seconds: float) -> Selection | None:
        """Solve it, with the rows that turn out to be broken, and round it where it is not whole."""
        until = time.monotonic() + seconds
        solution = self.model.relax(seconds)
        bound = None
        for _ in range(MOST_ROUNDS_OF_CUTS):
            if solution is None:
                return None
            bound = min(solution.proven, bound) if bound is not None else solution.proven
            if not self._cut(solution):
                break
            solution = self.model.relax(until - time.monotonic())
        if solution is None or bound is None:
            return None
        costs = -solution.reduced[: len(self.choices)]
        if solution.is_whole:
            return Selection(self._taken(solution), bound, costs)
        rounded = self.model.solve_near(solution, NEAR, until - time.monotonic())
        if rounded is None or rounded.value < rounded.proven:
            rounded = self.model.solve(until - time.monotonic()) or rounded
        if rounded is None:
            return Selection([], bound, costs)
        return Selection(self._taken(rounded), min(bound, rounded.proven), costs)

    def _taken(self, solution: Solution) -> list[int]:
        return [at for at in solution.chosen() if at < len(self.choices)]

    def _add_candidates(self) -> None:
        of_candidate: dict[int, list[int]] = defaultdict(list)
        for choice in self.choices:
            column = self.model.add_column(choice.score, least=int(choice.must))
            of_candidate[choice.candidate].append(column)
            self.at_stand[choice.stand].append(column)
        for candidate, columns in of_candidate.items():
            before, limit = self.before.get(candidate, 0), self.instance.limit[candidate]
            add_ladder(self.model, columns, self.instance.steps[before:limit])
            if len(columns) > limit - before:
                self.model.add_row(limit - before, columns)

    def _add_seats(self, stand: int, columns: list[int], rounds: int) -> None:
        seats = count_seats(self.instance, stand, rounds)
        if len(columns) > seats:
            self.model.add_row(seats, columns)

    def _add_interpreters(self, groups: Sequence[Group]) -> None:
        of_team: dict[int, list[int]] = defaultdict(list)
        for column, choice in enumerate(self.choices):
            if choice.team != DIRECT:
                of_team[choice.team].append(column)
        capacity = {at: group.capacity(self.rounds) for at, group in enumerate(groups)}
        add_flows(self.model, of_team, capacity, groups)

    def _cut(self, solution: Solution) -> bool:
        """Add the rows of seats that this solution breaks; whether there were any."""
        found = False
        for stand, columns in self.at_stand.items():
            taken = [column for column in columns if solution.values[column] > 1e-6]
            for rounds in self._intervals(taken):
                inside = [column for column in columns if not self.choices[column].rounds & ~rounds]
                asked = sum(float(solution.values[column]) for column in inside)
                if asked > count_seats(self.instance, stand, rounds) + 1e-6:
                    self._add_seats(stand, inside, rounds)
                    found = True
        return found

    def _intervals(self, columns: list[int]) -> list[int]:
        """The intervals between the first round of one choice and the last of another."""
        masks = {self.choices[column].rounds for column in columns}
        firsts = sorted({(mask & -mask).bit_length() - 1 for mask in masks})
        lasts = sorted({mask.bit_length() - 1 for mask in masks})
        everything = (firsts[0], lasts[-1]) if masks else None
        return [span(a, b) for a in firsts for b in lasts if a <= b and (a, b) != everything]


def add_ladder(model: LinearModel, columns: list[int], steps: Sequence[int]) -> None:
    """What the first, second, … of the conversations `columns` is worth beside its score."""
    climbed = [model.add_column(step, whole=False) for step in steps if step > 0]
    if climbed:
        model.add_row(0, climbed, columns)


def add_flows(
    model: LinearModel, of_team: dict[int, list[int]], capacity: dict[int, int], groups: Sequence[Group]
) -> dict[tuple[int, int], int]:
    """Interpreters for the conversations of each team from the groups that belong to it; the columns by (team, group).

    The columns are whole, so that a solution says who serves what.
    """
    flows: dict[tuple[int, int], int] = {}
    of_group: dict[int, list[int]] = defaultdict(list)
    for team, columns in of_team.items():
        for at, most in capacity.items():
            if most and team in groups[at].teams:
                flows[team, at] = model.add_column(0, most)
                of_group[at].append(flows[team, at])
        model.add_row(0, columns, [flows[key] for key in flows if key[0] == team])
    for at, columns in of_group.items():
        if len(columns) > 1:
            model.add_row(capacity[at], columns)
    return flows


def count_seats(instance: Instance, stand: int, rounds: int) -> int:
    """The seats of a stand in a set of rounds."""
    return sum(seats for number, seats in enumerate(instance.seats[stand]) if rounds >> number & 1)
