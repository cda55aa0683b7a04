"""The greedy part: seat by seat, first everybody's first conversation, then the second ones, and so on.

What a stand or an interpreter is wanted for by others is told by the prices of bound.py: a candidate takes the
option that is worth most after paying them. Where no round fits, others are moved to another round first
(`insert`), so a conversation that is on the board stays on it and only changes its round.
"""

from collections.abc import Callable

from .board import Board
from .bound import THOUSANDTHS, Prices
from .instance import DIRECT, Option, bits

CHAIN = 2
"""How many others may be moved, one for the other, to make room for one conversation."""
TRIES = 40
"""How many of such moves are tried for one conversation before it is given up."""


class Placer:
    """Puts conversations on a board; never takes one off for good."""

    def __init__(self, board: Board, prices: Prices) -> None:
        self.board = board
        self.prices = prices
        self._load = [0] * board.instance.rounds
        self._tries = 0

    def place_all(self, go_on: Callable[[int], bool]) -> bool:
        """Give everybody a first conversation, then a second, …; False when `go_on(conversations)` stopped it.

        Each tier is gone through twice: at the prices, and then without them for what is still free.
        """
        instance = self.board.instance
        for tier in range(max(instance.limit, default=0)):
            for patient in (True, False):
                for candidate in self._order(tier):
                    if not go_on(self.board.count):
                        return False
                    self.place_best(candidate, patient)
        return True

    def _order(self, tier: int) -> list[int]:
        """Those who wait for the conversation of this tier; those with the least choice first."""
        board = self.board
        waiting = [who for who, day in enumerate(board.day) if len(day) == tier and not board.is_full(who)]
        return sorted(waiting, key=lambda who: (len(board.instance.options[who]) * board.free[who].bit_count(), who))

    def place_best(self, candidate: int, patient: bool) -> bool:
        """Give the candidate the best conversation to be had; patient: only where it is worth its price."""
        board = self.board
        step = board.instance.steps[len(board.day[candidate])] * THOUSANDTHS
        for option in self.rank(candidate):
            if patient and step + self._net(option) < 0:
                return False
            if self.insert(candidate, option):
                return True
        return False

    def rank(self, candidate: int) -> list[Option]:
        """Return the candidate's options, the one first that is worth most after paying the prices."""
        options = self.board.instance.options[candidate].values()
        return sorted(options, key=lambda option: (-self._net(option), option.stand))

    def _net(self, option: Option) -> int:
        return option.score * THOUSANDTHS - self.prices.stands[option.stand] - self.prices.teams[option.team]

    def insert(self, candidate: int, option: Option) -> bool:
        """Put this conversation on the board, moving others to other rounds where needed; say whether it was done."""
        board = self.board
        if board.is_full(candidate) or option.stand in board.met[candidate] or not board.room[option.stand]:
            return False  # a chain moves conversations between rounds, never between stands: it makes no new seat
        if option.team != DIRECT and not board.crew.rounds_for(option.team, board.instance.present[candidate]):
            return False
        self._tries = TRIES
        return self._insert(candidate, option, CHAIN)

    def _insert(self, candidate: int, option: Option, chain: int) -> bool:
        rounds = self.board.rounds_for(candidate, option)
        if rounds:
            return self.board.place(candidate, option.stand, self.best_round(candidate, rounds))
        return chain > 0 and (self._push_other(candidate, option, chain) or self._push_own(candidate, option, chain))

    def best_round(self, candidate: int, rounds: int) -> int:
        """Of the rounds that fit, the one closest to the candidate's other conversations."""
        day = self.board.day[candidate]
        if not day:
            return (rounds & -rounds).bit_length() - 1
        first, last = min(day), max(day)
        return min(bits(rounds), key=lambda number: (max(first - number, number - last, 0), number))

    def _push_other(self, candidate: int, option: Option, chain: int) -> bool:
        """Let somebody who sits at the stand when this candidate is free come in another round."""
        board = self.board
        for number in bits(board.free[candidate] & ~board.room[option.stand]):
            if option.team != DIRECT and not board.crew.can_serve(option.team, number):
                continue
            for other in board.occupants(option.stand, number):
                if self._swap_in(candidate, option, number, other, number, chain):
                    return True
        return False

    def _push_own(self, candidate: int, option: Option, chain: int) -> bool:
        """Let the candidate have another conversation in another round, when the stand has room in its round."""
        board = self.board
        for number in bits(board.room[option.stand] & board.instance.present[candidate] & ~board.free[candidate]):
            if (candidate, number) not in board.locked and self._swap_in(
                candidate, option, number, candidate, number, chain
            ):
                return True
        return False

    def _swap_in(self, candidate: int, option: Option, number: int, other: int, at: int, chain: int) -> bool:
        """Take the other's conversation off, put this one on, and find another round for the other's."""
        if self._tries <= 0:
            return False
        self._tries -= 1
        board = self.board
        mark = board.mark()
        stand = board.remove(other, at)
        moved = board.instance.options[other][stand]
        if board.place(candidate, option.stand, number) and self._insert(other, moved, chain - 1):
            return True
        board.rollback(mark)
        return False
