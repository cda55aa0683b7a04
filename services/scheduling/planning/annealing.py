"""Shorter waits by many small exchanges: simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983).

A conversation of somebody, often somebody who waits, is given another round by a chain (chains.py). An exchange that
makes all waits together Δ rounds longer is done with the chance exp(−Δ / temperature): at first many are, so that the
plan loosens, and fewer and fewer while it cools down. How long that takes, shortening.py says.
"""

import math
from collections.abc import Callable
from random import Random

from .chains import Chains, count_idle_rounds
from .draft import Draft
from .instance import bits

COLD = 0.12
"""The temperature at the end: one round more is done once in 4,000 times."""
WHO_WAITS = 0.5
"""The share of the exchanges that begin with somebody who waits."""


class Annealing:
    """The waits in a draft."""

    def __init__(self, draft: Draft, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - drawing lots, no secret
        self._chains = Chains(draft, self._random)
        self._choices = draft.choices
        self._taken = draft.taken
        self._people = sorted(self._chains.own)
        self._temperature = COLD
        self._longer = 0
        self.idle = sum(map(self._wait, self._people))

    def cool(self, hot: float, tries: int, least: int, go_on: Callable[[], bool]) -> bool:
        """Try so many exchanges while it cools down, until `least` idle rounds are left; False when stopped before."""
        done = 0
        while self.idle > least and done < tries:
            if not go_on():
                return False
            self._temperature = hot * (COLD / hot) ** (done / tries)
            waiting = [who for who in self._people if self._wait(who)]
            for _ in range(max(32, len(waiting) // 2)):
                self._try(waiting if self._random.random() < WHO_WAITS else self._people)
                done += 1
        return True

    def _wait(self, who: int) -> int:
        return count_idle_rounds(self._chains.day[who])

    def _try(self, people: list[int]) -> None:
        """Give one conversation of one of these people another round, in which that person waits no longer."""
        who = self._random.choice(people)
        at = self._random.choice(self._chains.own[who])
        day, (now, _) = self._chains.day[who], self._taken[at]
        rest, wait = day & ~(1 << now), count_idle_rounds(day)
        rounds = [
            number
            for number in bits(self._choices[at].rounds & ~(1 << now))
            if day >> number & 1 or count_idle_rounds(rest | 1 << number) <= wait
        ]
        if rounds and self._chains.exchange(at, self._random.choice(rounds), now, self._accept):
            self.idle += self._longer

    def _accept(self, longer: int) -> bool:
        self._longer = longer
        return longer <= 0 or self._random.random() < math.exp(-longer / self._temperature)
