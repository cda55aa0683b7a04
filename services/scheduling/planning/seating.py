"""Stage 3, first: places for the conversations that were selected and found none, by chains.

What was selected is worth the bound, so it is worth the trouble to place all of it, and where everything is full, that
takes a chain of exchanges. When none is found, conversations near by are exchanged at random and it is tried again: the
plan stays as good, and no two tries are the same.
"""

from collections.abc import Iterable
from random import Random

from .chains import Chains
from .draft import Draft
from .instance import bits

STIR = 3
"""Exchanges at random after a try that failed."""


class Seating:
    """Conversations that are still to come into a draft."""

    def __init__(self, draft: Draft, selected: Iterable[int], seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - drawing lots, no secret
        self._chains = Chains(draft, self._random)
        self._choices = draft.choices
        self.missing = [at for at in selected if at not in draft.taken and draft.choices[at].rounds]

    def try_to_seat(self, tries: int) -> int:
        """Try so many times to seat one of those who are missing; how many were seated."""
        before = len(self.missing)
        for _ in range(tries):
            if not self.missing:
                break
            turn = self._random.randrange(len(self.missing))
            if self._seat(self.missing[turn]):
                self.missing[turn] = self.missing[-1]
                self.missing.pop()
            else:
                for _ in range(STIR):
                    self._stir(self.missing[turn])
        return before - len(self.missing)

    def _seat(self, at: int) -> bool:
        choice = self._choices[at]
        if len(self._chains.own[choice.candidate]) >= self._chains.draft.instance.limit[choice.candidate]:
            return False
        possible = list(bits(choice.rounds))
        holes = [number for number in self._chains.list_holes(choice.stand) if choice.rounds >> number & 1]
        to = self._random.choice(holes if holes and self._random.random() < 0.5 else possible)
        free = [number for number in possible if number != to and not self._chains.day[choice.candidate] >> number & 1]
        others = free or [number for number in range(self._chains.rounds) if number != to]
        return bool(others) and self._chains.exchange(at, to, self._random.choice(others))

    def _stir(self, at: int) -> None:
        """Exchange something at the same stand or of the same candidate."""
        choice = self._choices[at]
        own = self._chains.own[choice.candidate]
        near = own if own and self._random.random() < 0.5 else self._chains.list_seated(choice.stand)
        if near:
            one = self._random.choice(near)
            now, _ = self._chains.draft.taken[one]
            rounds = [number for number in bits(self._choices[one].rounds) if number != now]
            if rounds:
                self._chains.exchange(one, self._random.choice(rounds), now)
