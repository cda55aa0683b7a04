"""Shorter waits by models: a few candidates at a time have their conversations in other rounds (see shortening.py).

They are freed, everybody else stays. Every way to place the conversations of a freed candidate in seats that are free
then (patterns.py) is a column z[q]:

    minimise    Σ idle[q]·z[q]
    subject to  Σ_{q of c} z[q] = 1                                 for every freed candidate c
                Σ_{q with stand s in round t} z[q] ≤ seats of s in t that the others leave
                Σ_{q with team k in round t} z[q] ≤ Σ_g f[k,g,t]
                Σ_k f[k,g,t] ≤ members of g,  Σ_{k, t in window} f[k,g,t] ≤ most·members of g, less what the others need

As seats are scarce, few patterns fit, and such a model is solved in a fraction of a second. Who is freed: somebody who
waits, and others who are at the same stands, those with no other stands first, with some chance in it. As long as that
helps, few are enough; when it no longer does, more are freed at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random

from .draft import NOBODY, Draft
from .idle import count_idle
from .instance import DIRECT, bits
from .linear import LinearModel
from .patterns import Pattern, list_patterns

FEWEST_FREED, MOST_FREED = 12.0, 80.0
MORE, LESS = 1.03, 0.9
"""By how much more or fewer are freed after a step that brought nothing, or that was too large."""
LARGE, LARGE_EACH = 2_000, 3
"""Columns of a model that is larger than wanted: at most, and for each conversation in the plan."""
CHANCE = 1.5
"""How much of the choice of those freed is chance: 0 is none."""
PATTERNS = 30
"""Patterns of one candidate in one model, about; those with the fewest idle rounds."""
BRANCHES = 20
"""Looked at in one model: most need none."""
PATIENCE, PATIENCE_EACH = 5, 5
"""Steps without a shorter wait after which there is none to be expected: in all, and for each idle round."""

Placed = dict[int, tuple[int, int]]
"""Round and group by choice, as in a draft."""


class Waits:
    """The waits in a draft. What must take place in its round, as the past must, stays as it is, interpreters too."""

    def __init__(self, draft: Draft, seed: int = 0) -> None:
        self.draft = draft
        self._random = Random(seed)  # noqa: S311 - drawing lots, no secret
        self._freed = FEWEST_FREED
        self._at_stand: dict[int, list[int]] = defaultdict(list)
        self._own: dict[int, list[int]] = defaultdict(list)
        for at in sorted(draft.taken):
            choice = draft.choices[at]
            self._own[choice.candidate].append(at)
            self._at_stand[choice.stand].append(choice.candidate)

    def count(self) -> int:
        """The idle rounds of all candidates together."""
        return sum(map(self._idle, self._own))

    def shorten(self, least: int, go_on: Callable[[int], bool], left: Callable[[], float]) -> bool:
        """Shorten waits until there are no more than `least`, or none to be expected; False when stopped before.

        `go_on` is told how many idle rounds went; `left` says how many seconds there are.
        """
        before = now = self.count()
        steps = 0
        settled: set[int] = set()
        while now > least and steps < PATIENCE + PATIENCE_EACH * now:
            if not go_on(before - now):
                return False
            waiting = [who for who in self._own if who not in settled and self._idle(who)]
            if not waiting:
                return True
            first = self._random.choice(waiting)
            near = self._list_near(first)
            freed = self._choose(first, near)
            gained = self._remake(freed, left())
            now -= gained
            steps = 0 if gained else steps + 1
            if gained:
                settled.clear()
            elif len(freed) == len(near) + 1:  # chance has no part in it: the next time would bring nothing either
                settled.add(first)
        return True

    def _idle(self, candidate: int) -> int:
        return count_idle([self.draft.taken[at][0] for at in self._own[candidate]])

    def _list_near(self, first: int) -> list[int]:
        """Others at the same stands."""
        stands = {self.draft.choices[at].stand for at in self._own[first]}
        return sorted({who for stand in stands for who in self._at_stand[stand]} - {first})

    def _choose(self, first: int, near: list[int]) -> list[int]:
        """This candidate, and some of those who are near."""
        stands = {self.draft.choices[at].stand for at in self._own[first]}
        shared = {who: self._share(self._own[who], stands) + CHANCE * self._random.random() for who in near}
        return [first, *sorted(near, key=lambda who: -shared[who])[: round(self._freed) - 1]]

    def _share(self, own: Sequence[int], stands: set[int]) -> float:
        return sum(self.draft.choices[at].stand in stands for at in own) / len(own)

    def _remake(self, freed: list[int], seconds: float) -> int:
        """Place all conversations of these candidates anew; by how much their waits became shorter."""
        model = _Freed(self.draft, {candidate: self._own[candidate] for candidate in freed})
        placed = model.solve(seconds, self._random.randrange(1000))
        gained = 0
        if placed is not None:
            old = {at: self.draft.taken[at] for at in placed}
            before = sum(map(self._idle, freed))
            self.draft.taken.update(placed)
            gained = before - sum(map(self._idle, freed))
            if gained < 0:
                self.draft.taken.update(old)
        if placed is None or model.columns > min(LARGE, LARGE_EACH * len(self.draft.taken)):
            self._freed = max(FEWEST_FREED, self._freed * LESS)
        elif gained == 0:
            self._freed = min(MOST_FREED, self._freed * MORE)
        return max(0, gained)


class _Freed:
    """The model for some candidates, with the choices of each."""

    def __init__(self, draft: Draft, own: dict[int, list[int]]) -> None:
        self.draft = draft
        self.own = own
        self._model = LinearModel()
        self._patterns: list[tuple[int, Pattern]] = []
        self._flows: dict[tuple[int, int, int], int] = {}
        self._moving = {at for choices in own.values() for at in choices if not draft.choices[at].must}
        self._at_seat: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._of_team: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._seats = self._count_seats()
        self._add_patterns()
        self._add_interpreters()

    @property
    def columns(self) -> int:
        """The size of the model."""
        return self._model.columns

    def solve(self, seconds: float, seed: int) -> Placed | None:
        """The new rounds and groups of the choices that moved or could have; None when no time was left to find any."""
        solution = self._model.solve(seconds, seed, BRANCHES)
        if solution is None:
            return None
        left = {key: round(solution.values[column]) for key, column in self._flows.items()}
        placed = {}
        for (candidate, pattern), value in zip(self._patterns, solution.values, strict=False):
            if value > 0.5:
                for at, number in zip(self.own[candidate], pattern, strict=True):
                    if at in self._moving:
                        placed[at] = number, self.draft.take_group(left, self.draft.choices[at].team, number)
        return placed

    def _count_seats(self) -> dict[int, list[int]]:
        """The seats that the others leave, of each stand and round."""
        choices = self.draft.choices
        stands = {choices[at].stand for at in self._moving}
        seats = {stand: list(self.draft.instance.seats[stand]) for stand in stands}
        for at, (number, _) in self.draft.taken.items():
            if at not in self._moving and choices[at].stand in stands:
                seats[choices[at].stand][number] -= 1
        return seats

    def _add_patterns(self) -> None:
        for candidate, choices in self.own.items():
            columns = [self._add_pattern(candidate, pattern) for pattern in self._list_patterns(choices)]
            self._model.add_row(1, columns)
            self._model.add_row(-1, (), columns)
        for (stand, number), columns in self._at_seat.items():
            if len(columns) > self._seats[stand][number]:
                self._model.add_row(self._seats[stand][number], columns)

    def _list_patterns(self, choices: Iterable[int]) -> list[Pattern]:
        taken = self.draft.taken
        found = list_patterns([self._rounds(at) for at in choices], PATTERNS)
        now = tuple(taken[at][0] for at in choices)
        return found if now in found else [*found, now]

    def _rounds(self, at: int) -> int:
        if at not in self._moving:
            return 1 << self.draft.taken[at][0]
        choice = self.draft.choices[at]
        return choice.rounds & sum(1 << number for number, seats in enumerate(self._seats[choice.stand]) if seats > 0)

    def _add_pattern(self, candidate: int, pattern: Pattern) -> int:
        column = self._model.add_column(-count_idle(pattern))
        self._patterns.append((candidate, pattern))
        for at, number in zip(self.own[candidate], pattern, strict=True):
            if at in self._moving:
                choice = self.draft.choices[at]
                self._at_seat[choice.stand, number].append(column)
                if choice.team != DIRECT:
                    self._of_team[choice.team, number].append(column)
        return column

    def _add_interpreters(self) -> None:
        groups = self.draft.groups
        of_group: dict[tuple[int, int], list[int]] = defaultdict(list)
        for (team, number), columns in self._of_team.items():
            flows = []
            for at, group in enumerate(groups):
                if team in group.teams and group.duty >> number & 1:
                    flows.append(self._model.add_column(0, len(group.members)))
                    self._flows[team, at, number] = flows[-1]
                    of_group[at, number].append(flows[-1])
            self._model.add_row(0, columns, flows)
        work = self._count_work()
        for at, group in enumerate(groups):
            for window, most in group.limits(self.draft.instance.rounds):
                columns = [column for number in bits(window) for column in of_group[at, number]]
                if columns:
                    self._model.add_row(most - sum(work[at][number] for number in bits(window)), columns)

    def _count_work(self) -> dict[int, list[int]]:
        """How much work of the others each group has, round by round."""
        work = self.draft.work()
        for at in self._moving:
            number, group = self.draft.taken[at]
            if group != NOBODY:
                work[group][number] -= 1
        return work
