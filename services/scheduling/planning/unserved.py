"""The smallest set of conversations that the interpreters cannot serve together.

To interpreters it matters only which team (k) is wanted in which round (t), and how often: n[k,t]. So much of it they
can serve at once, x[k,t], with f[k,g,t] of it done by group g (groups.py):

    maximise    Σ x[k,t]
    subject to  least[k,t] ≤ x[k,t] ≤ n[k,t],   x[k,t] ≤ Σ_g f[k,g,t]
                Σ_{k, t in window} f[k,g,t] ≤ most of g in the window        single rounds, and those of the stretch

A *clash* is an n that cannot be served whole; what has more in it is a clash as well. Two searches:

* **Taking away** (a deletion filter). As few rounds as make a clash; then of each n[k,t] as much as can go while the
  clash stays. Nothing can go from what is left: it is irreducible, but another one may be smaller.
* **The smallest** (implicit hitting sets). Every clash has something that an m which can be served has not: some
  n[k,t] ≥ m[k,t] + 1. The smallest n that has this for every m known so far is found by a model; when it can be served
  it is made as large as possible and is one more m, and when it cannot, no clash is smaller.

Both are held to a short time. What is returned is always a clash, mostly an irreducible one, and often the smallest.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from .crew import Crew
from .groups import group_interpreters
from .instance import Instance, bits
from .linear import LinearModel
from .rotation import name_interpreters
from .staffing import Job

Need = tuple[int, int]
"""Team and round."""
Needs = Mapping[Need, int]
"""How many conversations need this team in this round."""

Work = dict[tuple[int, int, int], int]
"""How many conversations of a team a group serves in a round."""

SECONDS = 6.0
"""For everything; half of it for taking away."""


def staff_exactly(instance: Instance, jobs: Sequence[Job]) -> Crew | None:
    """Return a crew that serves all these conversations, or None where there is none (or none found in time)."""
    service = _Service(instance, _count(jobs), time.monotonic() + SECONDS)
    found = service.serve(service.wanted)
    if found is None or found[0].total() < len(jobs):
        return None
    waiting: dict[Need, list[int]] = defaultdict(list)
    for candidate, team, number in jobs:
        waiting[team, number].append(candidate)
    served = [
        (number, waiting[team, number].pop(), group)
        for (team, group, number), times in found[1].items()
        for _ in range(min(times, len(waiting[team, number])))
    ]
    crew, named = Crew(instance), name_interpreters(service.groups, served)
    for candidate, team, number in jobs:
        crew.put(number, named[candidate, number], (candidate, team))
    return crew


def find_unserved(instance: Instance, jobs: Sequence[Job]) -> list[Job]:
    """Return as few of these conversations as are found in SECONDS that cannot be served together."""
    deadline = time.monotonic() + SECONDS
    clash = _Service(instance, _count(jobs), deadline - SECONDS / 2).take_away()
    clash = _Service(instance, _count(jobs), deadline).find_smallest(clash)
    left = Counter(clash)
    found = []
    for job in jobs:
        if left[job[1:]]:
            left[job[1:]] -= 1
            found.append(job)
    return found


def _count(jobs: Sequence[Job]) -> Counter[Need]:
    return Counter((team, number) for _, team, number in jobs)


class _Service:
    """What the interpreters of an instance can do of what is wanted, and no longer than to the deadline."""

    def __init__(self, instance: Instance, wanted: Counter[Need], deadline: float) -> None:
        self.rounds = instance.rounds
        self.groups = group_interpreters(instance)
        self.wanted = wanted
        self.deadline = deadline

    def serve(self, needs: Needs, least: Needs | None = None) -> tuple[Counter[Need], Work] | None:
        """Return as much of this as can be served, with all of `least`, and what each group does of it; None where
        that cannot be, or no best answer is found in time.
        """
        model = LinearModel()
        columns = {
            need: model.add_column(1, times, least=least.get(need, 0) if least else 0)
            for need, times in needs.items()
            if times
        }
        flows: Work = {}
        for (team, number), column in columns.items():
            able = [at for at, one in enumerate(self.groups) if team in one.teams and one.duty >> number & 1]
            for at in able:
                flows[team, at, number] = model.add_column(0, len(self.groups[at].members))
            model.add_row(0, [column], [flows[team, at, number] for at in able])
        self._limit_work(model, flows)
        solution = model.solve(self.deadline - time.monotonic())
        if solution is None or solution.proven > solution.value:
            return None
        served = Counter({need: round(solution.values[column]) for need, column in columns.items()})
        return served, {key: round(solution.values[column]) for key, column in flows.items()}

    def is_clash(self, needs: Needs) -> bool:
        """Say whether this is known to be more than can be served."""
        found = self.serve(needs)
        return found is not None and found[0].total() < sum(needs.values())

    def take_away(self) -> Counter[Need]:
        """Return a clash from which nothing can go, or from which little could go when time was over."""
        needs = self._take_rounds_away()
        for need in list(needs):
            fewest, most = 0, needs[need]
            while fewest < most:  # `most` of this need, with the others as they are, is a clash
                middle = (fewest + most) // 2
                needs[need] = middle
                if self.is_clash(needs):
                    most = middle
                else:
                    fewest = middle + 1
            needs[need] = most
        return +needs

    def find_smallest(self, clash: Counter[Need]) -> Counter[Need]:
        """Return the smallest clash, or the one that is given when it is not found in time or is as small."""
        servable: list[Counter[Need]] = []
        while time.monotonic() < self.deadline:
            needs = self._exceed(servable)
            if needs is None or needs.total() >= clash.total():
                return clash
            grown = self.serve(self.wanted, least=needs)
            if grown is not None:
                servable.append(grown[0])
            elif self.is_clash(needs):
                return needs
            else:
                return clash
        return clash

    def _take_rounds_away(self) -> Counter[Need]:
        """The wanted ones of as few rounds in a row as make a clash; of a single one where that is enough."""
        for number in range(self.rounds):
            if self.is_clash(self._within(number, number)):
                return self._within(number, number)
        last = next((at for at in range(self.rounds) if self.is_clash(self._within(0, at))), self.rounds - 1)
        first = next((at for at in range(last, 0, -1) if self.is_clash(self._within(at, last))), 0)
        return self._within(first, last)

    def _within(self, first: int, last: int) -> Counter[Need]:
        return Counter({need: times for need, times in self.wanted.items() if first <= need[1] <= last})

    def _exceed(self, servable: Sequence[Counter[Need]]) -> Counter[Need] | None:
        """The smallest part of what is wanted that has something which each of these has not.

        b[k,t,v] is 1 when n[k,t] ≥ v; so b[k,t,v] ≤ b[k,t,v − 1].
        """
        model = LinearModel()
        at_least: dict[tuple[Need, int], int] = {}
        for need, times in self.wanted.items():
            for number in range(1, times + 1):
                at_least[need, number] = model.add_column(-1)
                if number > 1:
                    model.add_row(0, [at_least[need, number]], [at_least[need, number - 1]])
        for served in servable:
            more = [at_least[need, served[need] + 1] for need in self.wanted if served[need] < self.wanted[need]]
            model.add_row(-1, [], more)
        solution = model.solve(self.deadline - time.monotonic())
        if solution is None or solution.proven > solution.value:
            return None
        chosen = set(solution.chosen())
        return Counter(need for (need, _), column in at_least.items() if column in chosen)

    def _limit_work(self, model: LinearModel, flows: Work) -> None:
        in_round: dict[tuple[int, int], list[int]] = defaultdict(list)
        for (_, group, number), column in flows.items():
            in_round[group, number].append(column)
        for at, one in enumerate(self.groups):
            for window, most in one.limits(self.rounds):
                columns = [column for number in bits(window) for column in in_round[at, number]]
                if columns:
                    model.add_row(most, columns)
