"""Shorter waits, one move at a time: for the greedy planner, and on the day, where few conversations may move and
people wait for the answer. A whole plan gets shorter waits from shortening.py.
"""

from collections.abc import Callable, Collection

from .board import Board
from .instance import bits
from .placing import Placer

PASSES = 6


def count_idle(rounds: Collection[int]) -> int:
    """Return the rounds without a conversation between the first and the last of a candidate's rounds."""
    return max(rounds) - min(rounds) + 1 - len(rounds) if rounds else 0


class Tightener:
    """Moves conversations between rounds as long as all who are moved wait less together."""

    def __init__(self, board: Board, placer: Placer) -> None:
        self.board = board
        self.placer = placer
        self.idle = [count_idle(day) for day in board.day]

    def tighten(self, go_on: Callable[[int], bool]) -> bool:
        """Go through all who wait, a few times; False when `go_on(candidates done)` stopped it."""
        done = 0
        for _ in range(PASSES):
            before = sum(self.idle)
            for candidate in range(len(self.idle)):
                if self.idle[candidate]:
                    if not go_on(done):
                        return False
                    self._shorten(candidate)
                done += 1
            if sum(self.idle) == before:
                break
        return True

    def _shorten(self, candidate: int) -> None:
        """Move conversations of one candidate, one at a time, as long as that helps."""
        moved = True
        while moved and self.idle[candidate]:
            moved = any(
                self._move(candidate, number, to)
                for number in list(self.board.day[candidate])
                if (candidate, number) not in self.board.locked
                for to in self._better_rounds(candidate, number)
            )

    def _better_rounds(self, candidate: int, number: int) -> list[int]:
        """The free rounds that would shorten the wait if this conversation moved there."""
        rest = [other for other in self.board.day[candidate] if other != number]
        return [to for to in bits(self.board.free[candidate]) if count_idle([*rest, to]) < self.idle[candidate]]

    def _move(self, candidate: int, number: int, to: int) -> bool:
        """Move one conversation to the round `to`, or exchange it with somebody who sits there then."""
        board = self.board
        board.forget_steps()
        stand = board.day[candidate][number]
        for other in [None, *board.occupants(stand, to)]:
            board.remove(candidate, number)
            if other is not None:
                board.remove(other, to)
            reseated = board.place(candidate, stand, to) and (other is None or self._reseat(other, stand))
            if reseated and self._is_better():
                return True
            board.rollback((0, 0))
        return False

    def _reseat(self, other: int, stand: int) -> bool:
        return self.placer.insert(other, self.board.instance.options[other][stand])

    def _is_better(self) -> bool:
        """Say whether all who were moved wait less together, and note it if so."""
        after = {who: count_idle(self.board.day[who]) for who in self.board.touched()}
        if sum(after.values()) >= sum(self.idle[who] for who in after):
            return False
        for who, idle in after.items():
            self.idle[who] = idle
        return True
