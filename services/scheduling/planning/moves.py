"""Fewer and shorter walks for interpreters: the same conversations, handed to each other within a round.

A move is counted when an interpreter's next conversation is at another stand than the one before. Of two plans
with as many moves, the one with the shorter way is better.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from .board import Board
from .instance import bits

PASSES = 8
Cost = tuple[int, float]
"""Moves and way."""
NOTHING: Cost = (0, 1e-9)
"""Less than this is rounding, not a shorter way."""


NOWHERE = -1


class Walks:
    """The ways of all interpreters of one board. While this is at work, conversations stay where they are."""

    def __init__(self, board: Board) -> None:
        self.crew = board.crew
        self._positions = [stand.position for stand in board.instance.problem.stands]
        self._stands: list[dict[int, int]] = [{} for _ in self.crew.work]
        for number, jobs in enumerate(self.crew.jobs):
            for interpreter, (candidate, _) in jobs.items():
                self._stands[interpreter][number] = board.day[candidate][number]

    def count(self) -> int:
        """Return the moves of all interpreters together."""
        return sum(
            stands[before] != stands[after] for stands in self._stands for before, after in pairwise(sorted(stands))
        )

    def shorten(self, go_on: Callable[[int], bool]) -> bool:
        """Hand conversations over as long as that saves walking; False when `go_on(rounds done)` stopped it."""
        done = 0
        for _ in range(PASSES):
            improved = False
            for number, jobs in enumerate(self.crew.jobs):
                for interpreter in sorted(jobs):
                    if not go_on(done):
                        return False
                    improved |= self._hand_over(interpreter, number)
                done += 1
            if not improved:
                break
        return True

    def _hand_over(self, interpreter: int, number: int) -> bool:
        """Exchange with the colleague with whom most is saved, if with anybody."""
        job = self.crew.jobs[number].get(interpreter)
        if job is None:
            return False
        best: tuple[Cost, int] | None = None
        for colleague in bits(self.crew.teams[job[1]] & ~(1 << interpreter)):
            if self._may_exchange(interpreter, colleague, number):
                saved = self._saving(interpreter, colleague, number)
                if saved > (best[0] if best else NOTHING):
                    best = saved, colleague
        if best is None:
            return False
        self._exchange(interpreter, best[1], number)
        return True

    def _may_exchange(self, one: int, other: int, number: int) -> bool:
        """Say whether `other`, who knows the languages, has time or has a conversation that `one` could take over."""
        theirs = self.crew.jobs[number].get(other)
        if theirs is None:
            return self.crew.open[number] >> other & 1 == 1
        return self.crew.teams[theirs[1]] >> one & 1 == 1

    def _saving(self, one: int, other: int, number: int) -> Cost:
        """What an exchange in this round saves, in moves and in way."""
        mine = self._stands[one][number]
        theirs = self._stands[other].get(number, NOWHERE)
        parts = (
            self._part(one, number, mine),
            self._part(other, number, theirs),
            self._part(one, number, theirs),
            self._part(other, number, mine),
        )
        moves, way = (parts[0][at] + parts[1][at] - parts[2][at] - parts[3][at] for at in (0, 1))
        return int(moves), way

    def _part(self, interpreter: int, number: int, stand: int) -> Cost:
        """What the way around this round costs, if the interpreter is at this stand in it."""
        work = self.crew.work[interpreter]
        earlier, later = work & ((1 << number) - 1), work >> (number + 1)
        stands = self._stands[interpreter]
        before = stands[earlier.bit_length() - 1] if earlier else NOWHERE
        after = stands[number + (later & -later).bit_length()] if later else NOWHERE
        legs = ((before, after),) if stand == NOWHERE else ((before, stand), (stand, after))
        moves, way = 0, 0.0
        for start, goal in legs:
            if start != goal and NOWHERE not in (start, goal):
                moves += 1
                way += math.dist(self._positions[start], self._positions[goal])
        return moves, way

    def _exchange(self, one: int, other: int, number: int) -> None:
        jobs = self.crew.jobs[number]
        mine, theirs = jobs[one], jobs.get(other)
        self.crew.put(number, one, theirs)
        self.crew.put(number, other, mine)
        self.crew.log.clear()
        self._stands[other], self._stands[one] = self._swap_stands(one, other, number)

    def _swap_stands(self, one: int, other: int, number: int) -> tuple[dict[int, int], dict[int, int]]:
        """The ways of `other` and `one` after the exchange."""
        mine, theirs = dict(self._stands[one]), dict(self._stands[other])
        stand = mine.pop(number)
        if number in theirs:
            mine[number] = theirs[number]
        theirs[number] = stand
        return theirs, mine
