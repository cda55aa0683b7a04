"""The greedy planner's proven upper bound on the value of any plan, by prices (Lagrangian relaxation).

The planner itself has a better one (selecting.py).

Put a price, zero or more, on every seat-round of a stand and on every round worked by an interpreter. For
**any** such prices

    bound = Σ stands: price × places  +  Σ interpreter groups: price × rounds they can work
          + Σ candidates: the best that this candidate could choose if each conversation cost the price of the
            stand and, where it is not direct, the price of the cheapest interpreter who could serve it

is at least the value of every plan. Proof: take a plan that keeps the rules. Its conversations at a stand are
at most `places`, and those of a group of interpreters at most the rounds that the group can work, so, prices
being ≥ 0, the first two sums are at least what the plan's conversations pay together. What a candidate has in
the plan (ladder + scores − payments) is one of the choices over which the third sum takes the best, because it
has at most `limit` conversations, all at different stands of its options, and pays for the interpreter it has,
who is not cheaper than the cheapest. Add both: the payments cancel out and the value of the plan remains on the
smaller side. (Rounds do not occur: two conversations in one round would be allowed to this relaxation, which
makes it larger, never smaller. `fixed` is left out likewise.)

`places` of a stand counts, per round, no more seats than there are candidates present who may talk there. The
rounds that an interpreter can work are counted by taking every round as early as the stretch allows; for
windows of consecutive rounds that is the most possible.

Good prices are found by subgradient steps: dearer where more is asked than there is, cheaper where less. How
they are found is of no consequence to the proof, since any prices will do; the sums are in whole thousandths,
so nothing is rounded away.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .crew import Crew
from .instance import Instance
from .problem import Problem

THOUSANDTHS = 1_000
STEPS = 160
FIRST_PACE = 0.6
PACE_SHRINKS = 0.75
PATIENCE = 2
LONGEST_STEP = 600.0 * THOUSANDTHS

GoOn = Callable[[int, int], bool]
"""Asked with the steps done and the bound so far; False ends the search."""


@dataclass(slots=True)
class Prices:
    """Prices in thousandths of a point, and the bound that they prove. `teams` ends with 0, the price of `DIRECT`."""

    stands: list[int]
    teams: list[int]
    bound: int

    @classmethod
    def none(cls, instance: Instance) -> "Prices":
        """Everything for nothing."""
        return cls([0] * len(instance.seats), [0] * (len(instance.teams) + 1), 0)


@dataclass(slots=True)
class _Asked:
    """What all candidates would choose at some prices: how often each stand and each team, and what is left to them."""

    stands: list[int]
    teams: list[int]
    worth: int


def upper_bound(problem: Problem) -> int:
    """Return a number that no plan for this problem, whoever makes it, can exceed in value."""
    return find_prices(Instance(problem)).bound


def find_prices(instance: Instance, go_on: GoOn | None = None) -> Prices:
    """Look for prices that prove a low bound, the same ones for the same problem."""
    market = _Market(instance)
    best = market.prove()
    pace, since = FIRST_PACE, 0
    for done in range(STEPS):
        if (go_on and not go_on(done, best.bound)) or not market.change_prices(pace):
            break
        found = market.prove()
        since += 1
        if found.bound < best.bound:
            best, since = found, 0
        elif since >= PATIENCE:
            pace, since = pace * PACE_SHRINKS, 0
    return best


class _Market:
    """Supply of places and of interpreters' rounds, their prices, and what the candidates would buy."""

    def __init__(self, instance: Instance) -> None:
        self.places = [_count_places(instance, stand) for stand in range(len(instance.seats))]
        self.rounds, self.groups_of = _group_interpreters(instance)
        self.limits = instance.limit
        self.ladder = [step * THOUSANDTHS for step in instance.steps]
        self.wishes = [
            [(option.score * THOUSANDTHS, option.stand, option.team) for option in options.values()]
            for options in instance.options
        ]
        self.stand_prices = [0.0] * len(self.places)
        self.group_prices = [0.0] * len(self.rounds)
        self.asked = _Asked([], [], 0)
        self.total = 0
        self.near = LONGEST_STEP

    def prove(self) -> Prices:
        """Work out the bound at the present prices (rounded to whole thousandths)."""
        stands = [round(price) for price in self.stand_prices]
        groups = [round(price) for price in self.group_prices]
        teams = [min(groups[group] for group in found) for found in self.groups_of] + [0]
        self.asked = self._ask(stands, teams)
        supply = _product(stands, self.places) + _product(groups, self.rounds)
        self.total = supply + self.asked.worth
        return Prices(stands, teams, self.total // THOUSANDTHS)

    def _ask(self, stands: list[int], teams: list[int]) -> _Asked:
        """Let every candidate choose. For k conversations the k best are taken, and the best k of all."""
        asked = _Asked([0] * len(stands), [0] * len(teams), 0)
        for wishes, limit in zip(self.wishes, self.limits, strict=True):
            offers = [(worth - stands[stand] - teams[team], stand, team) for worth, stand, team in wishes]
            offers.sort(reverse=True)
            for (net, stand, team), step in zip(offers[:limit], self.ladder, strict=False):
                if net + step <= 0:  # the ladder never rises and the offers fall: nothing better can follow
                    break
                asked.worth += net + step
                asked.stands[stand] += 1
                asked.teams[team] += 1
        return asked

    def change_prices(self, pace: float) -> bool:
        """Make dearer what is asked too much, cheaper what is asked too little; False where supply meets demand.

        The length of the step is Polyak's, with the gap guessed to be `pace`, in coordinates scaled by the supply.
        """
        stands = [float(asked - places) for asked, places in zip(self.asked.stands, self.places, strict=True)]
        groups = self._excess_of_groups()
        norm = _pull(stands, self.places, self.stand_prices) + _pull(groups, self.rounds, self.group_prices)
        if not norm:
            return False
        step = pace * self.total / norm
        before = self.group_prices
        self.stand_prices = _moved(self.stand_prices, stands, self.places, step)
        self.group_prices = _moved(before, groups, self.rounds, step)
        moves = [abs(new - old) for new, old in zip(self.group_prices, before, strict=True)]
        self.near = max([THOUSANDTHS, *moves])
        return True

    def _excess_of_groups(self) -> list[float]:
        """What is asked of each group of interpreters beyond its rounds, when teams go to the cheapest.

        Groups whose prices differ by less than the last step count as equally cheap: a team fills them one after the
        other, and what does not fit weighs on all of them, so that their prices rise together and do not take turns.
        """
        left = [float(rounds) for rounds in self.rounds]
        over = [0.0] * len(left)
        for team in sorted(range(len(self.groups_of)), key=lambda team: len(self.groups_of[team])):
            asked = float(self.asked.teams[team])
            groups = self._cheapest_groups(team)
            for group in groups:
                taken = min(asked, left[group])
                left[group] -= taken
                asked -= taken
            supply = sum(self.rounds[group] for group in groups)
            for group in groups:
                over[group] += asked * self.rounds[group] / supply if supply else asked
        return [more - rest for more, rest in zip(over, left, strict=True)]

    def _cheapest_groups(self, team: int) -> list[int]:
        groups = sorted(self.groups_of[team], key=lambda group: self.group_prices[group])
        limit = self.group_prices[groups[0]] + self.near
        return [group for group in groups if self.group_prices[group] <= limit]


def _count_places(instance: Instance, stand: int) -> int:
    """Conversations that a stand can have: its seats, or those present who may talk there where they are fewer."""
    wanted = instance.wanted_by[stand]
    return sum(
        min(seats, sum(instance.present[candidate] >> number & 1 for candidate in wanted))
        for number, seats in enumerate(instance.seats[stand])
    )


def _group_interpreters(instance: Instance) -> tuple[list[int], list[list[int]]]:
    """Put interpreters of the same teams together: the rounds each group can work, and the groups of each team."""
    crew = Crew(instance)
    numbers: dict[tuple[int, ...], int] = {}
    rounds: list[int] = []
    groups_of: list[list[int]] = [[] for _ in instance.teams]
    for interpreter in range(len(instance.duty)):
        teams = tuple(at for at, mask in enumerate(instance.teams) if mask >> interpreter & 1)
        if teams not in numbers:
            numbers[teams] = len(rounds)
            rounds.append(0)
            for team in teams:
                groups_of[team].append(numbers[teams])
        rounds[numbers[teams]] += _count_rounds(crew, interpreter)
    return rounds, groups_of


def _count_rounds(crew: Crew, interpreter: int) -> int:
    """The most rounds that the interpreter can work: each as early as the stretch allows."""
    work = 0
    while spare := crew.spare_rounds(interpreter, work):
        work |= spare & -spare
    return work.bit_count()


def _pull(excess: list[float], supply: list[int], prices: list[float]) -> float:
    """The squared length of the way that prices want to go, where they are free to go it."""
    return sum(
        more * more / max(1, there)
        for more, there, price in zip(excess, supply, prices, strict=True)
        if more > 0 or price > 0
    )


def _moved(prices: list[float], excess: list[float], supply: list[int], step: float) -> list[float]:
    return [
        max(0.0, price + max(-LONGEST_STEP, min(LONGEST_STEP, step * more / max(1, there))))
        for price, more, there in zip(prices, excess, supply, strict=True)
    ]


def _product(ones: list[int], others: list[int]) -> int:
    return sum(one * other for one, other in zip(ones, others, strict=True))
