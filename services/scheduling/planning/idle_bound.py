"""A proven bound on idle rounds: no plan with the same conversations, in whatever rounds, has fewer.

It is the model of waiting.py for all candidates and all their patterns at once, relaxed. Let u ≥ 0 be any prices of
seats and of interpreters, by round. Every plan is a solution of the model, so

    idle of any plan ≥ Σ_c min over all patterns q of c of (idle[q] + prices of what q uses) − what all there is costs,

where the minimum comes from the table of patterns.py, and the last term is the bound of linear.py on the seats and
interpreters without the patterns. Both are sums of whole millionths, so the bound holds whatever the solver rounded.
Good prices come from the relaxed model with few patterns; the patterns that are cheapest at these prices are added to
it, and so on, as long as there are any and there is time (column generation).
"""

import math
import time
from collections import defaultdict

import numpy as np

from .draft import Draft
from .idle import count_idle
from .instance import DIRECT, bits
from .linear import MILLIONTHS, Floats, Ints, LinearModel
from .patterns import FORBIDDEN, MOST_AT_ONCE, Pattern, bound_cheapest, find_cheapest


class IdleBound:
    """The bound for the conversations in a draft, whatever their rounds; `best` is the best so far, at least 0."""

    def __init__(self, draft: Draft) -> None:
        self._model = _Everybody(draft)
        self._open = True
        self.best = max(0, self._model.prove(np.zeros(self._model.rows)))

    def improve(self, idle: int, seconds: float, steps: float = math.inf) -> int:
        """Go on for so long and so many steps, or until `idle`, what there is, is met."""
        until = time.monotonic() + seconds
        while self.best < idle and self._open and steps > 0:
            steps -= 1
            prices = self._model.price(until - time.monotonic())
            if prices is None:
                break
            self.best = max(self.best, self._model.prove(prices))
            self._open = self._model.add_cheapest(prices)
        return self.best


class _Everybody:
    """The relaxed model with some patterns of every candidate; `_resources` is the same model without any."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._own: dict[int, list[int]] = defaultdict(list)
        for at in sorted(draft.taken):
            self._own[draft.choices[at].candidate].append(at)
        self._sizes: dict[int, list[int]] = defaultdict(list)
        for candidate, choices in self._own.items():
            self._sizes[len(choices)].append(candidate)
        self._seen: set[tuple[int, Pattern]] = set()
        self._seat: dict[tuple[int, int], int] = {}
        self._served: dict[tuple[int, int], int] = {}
        self._model = LinearModel()
        self._resources = LinearModel()
        for model in (self._model, self._resources):
            self.rows = self._add_resources(model)
        self._all = {who: (self._model.add_row(1, ()), self._model.add_row(-1, ())) for who in self._own}
        for candidate, choices in self._own.items():
            self._add(candidate, tuple(draft.taken[at][0] for at in choices))

    def price(self, seconds: float) -> Floats | None:
        """The prices of the relaxed model: first of the resources, then of the candidates; None when time is up."""
        solution = self._model.relax(seconds)
        return None if solution is None else np.maximum(solution.prices, 0)

    def prove(self, prices: Floats) -> int:
        """The bound that these prices of the resources prove."""
        total = -self._resources.prove_millionths(prices[: self.rows])
        for size in self._sizes:
            costs = self._cost(size, prices)
            if size > MOST_AT_ONCE:
                total += sum(bound_cheapest(cost, MILLIONTHS) for cost in costs)
            else:
                total += sum(map(int, find_cheapest(costs, MILLIONTHS)[0]))
        return -(-total // MILLIONTHS)

    def add_cheapest(self, prices: Floats) -> bool:
        """Add a cheapest pattern of each candidate; whether there was one that the model did not have."""
        added = False
        for size, candidates in self._sizes.items():
            if size <= MOST_AT_ONCE:
                _, rounds = find_cheapest(self._cost(size, prices), MILLIONTHS)
                for candidate, pattern in zip(candidates, rounds.tolist(), strict=True):
                    added |= self._add(candidate, tuple(pattern))
        return added

    def _cost(self, size: int, prices: Floats) -> Ints:
        """The prices of all rounds of all conversations of the candidates with so many, in whole millionths."""
        whole: Ints = np.round(prices * MILLIONTHS).astype(np.int64)
        rounds = self.draft.instance.rounds
        costs = np.full((len(self._sizes[size]), size, rounds), FORBIDDEN, dtype=np.int64)
        for place, candidate in enumerate(self._sizes[size]):
            for turn, at in enumerate(self._own[candidate]):
                for number in bits(self.draft.choices[at].rounds):
                    costs[place, turn, number] = sum(whole[row] for row in self._rows(at, number))
        return costs

    def _rows(self, at: int, number: int) -> list[int]:
        """What a choice uses in a round."""
        choice = self.draft.choices[at]
        seat = self._seat[choice.stand, number]
        return [seat] if choice.team == DIRECT else [seat, self._served[choice.team, number]]

    def _add(self, candidate: int, pattern: Pattern) -> bool:
        if (candidate, pattern) in self._seen:
            return False
        self._seen.add((candidate, pattern))
        column = self._model.add_column(-count_idle(pattern))
        used = [row for at, number in zip(self._own[candidate], pattern, strict=True) for row in self._rows(at, number)]
        most, least = self._all[candidate]
        self._model.enter(column, [*used, most], [least])
        return True

    def _add_resources(self, model: LinearModel) -> int:
        """Rows for seats and interpreters; how many."""
        draft = self.draft
        instance = draft.instance
        choices = [draft.choices[at] for at in draft.taken]
        for stand, number in sorted({(choice.stand, number) for choice in choices for number in bits(choice.rounds)}):
            self._seat[stand, number] = model.add_row(instance.seats[stand][number], ())
        of_team: dict[tuple[int, int], list[int]] = defaultdict(list)
        of_group: dict[tuple[int, int], list[int]] = defaultdict(list)
        needed = {(one.team, number) for one in choices if one.team != DIRECT for number in bits(one.rounds)}
        for team, number in sorted(needed):
            for at, group in enumerate(draft.groups):
                if team in group.teams and group.duty >> number & 1:
                    flow = model.add_column(0, len(group.members), whole=False)
                    of_team[team, number].append(flow)
                    of_group[at, number].append(flow)
        for team, number in sorted(needed):
            self._served[team, number] = model.add_row(0, (), of_team[team, number])
        last = len(self._seat) + len(self._served)
        for at, group in enumerate(draft.groups):
            for window, most in group.limits(instance.rounds):
                columns = [column for number in bits(window) for column in of_group[at, number]]
                if columns:
                    model.add_row(most, columns)
                    last += 1
        return last
