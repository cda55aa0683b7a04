"""Better by exchanges: somebody takes a seat, somebody else makes room, and both sides make the best of it.

Only the greedy planner (greedy.py) does this; how the planner itself goes on is in seating.py and neighbourhoods.py.

One exchange puts a conversation on the board that is not there yet, takes off what stands in its way, and lets
everybody who lost something, person or seat, find the best that is free. It stays when the value did not become
less: equal exchanges keep the search moving.
"""

from collections.abc import Callable
from random import Random

from .board import Board
from .instance import DIRECT, Option, bits
from .placing import Placer

Left = tuple[int, int, int]
"""A conversation taken off: candidate, stand, round."""

MORE_THAN_LIMIT = 4
"""So many stands beyond the own limit are tried for a candidate: the ones that are worth most at the prices."""


class Improver:
    """Exchanges on one board. The same random numbers give the same plan."""

    def __init__(self, board: Board, placer: Placer, random: Random) -> None:
        self.board = board
        self.placer = placer
        self.random = random
        self._tries = [
            (candidate, option)
            for candidate, limit in enumerate(board.instance.limit)
            for option in placer.rank(candidate)[: limit + MORE_THAN_LIMIT if limit else 0]
        ]

    def improve(self, exchanges: int, go_on: Callable[[int], bool]) -> bool:
        """Try so many exchanges; False when `go_on(exchanges done)` stopped it. The value never becomes less."""
        board = self.board
        for done in range(exchanges if self._tries else 0):
            if not go_on(done):
                return False
            board.forget_steps()
            before = board.value
            candidate, option = self.random.choice(self._tries)
            if not self._exchange(candidate, option) or board.value < before:
                board.rollback((0, 0))
        return True

    def _exchange(self, candidate: int, option: Option) -> bool:
        """Force one conversation onto the board and repair what that broke; False where it cannot be forced."""
        board = self.board
        if option.stand in board.met[candidate]:
            return False
        left: list[Left] = []
        if board.is_full(candidate) and not self._give_up_own(candidate, left):
            return False
        if not self.placer.insert(candidate, option) and not self._push_in(candidate, option, left):
            return False
        for who, _, _ in left:
            self.placer.place_best(who, patient=False)
        for _, stand, number in left:
            self._fill_seat(stand, number)
        return True

    def _give_up_own(self, candidate: int, left: list[Left]) -> bool:
        """Take off the conversation that this candidate misses least."""
        board = self.board
        own = [
            (number, stand) for number, stand in board.day[candidate].items() if (candidate, number) not in board.locked
        ]
        if not own:
            return False
        number, _ = min(own, key=lambda entry: (board.loss(candidate, entry[1]), entry))
        self._take_off(candidate, number, left)
        return True

    def _push_in(self, candidate: int, option: Option, left: list[Left]) -> bool:
        """Seat the candidate in a round drawn by lot, taking off whoever sits there or uses the interpreter."""
        board = self.board
        rounds = [
            number
            for number in bits(board.instance.present[candidate])
            if board.instance.seats[option.stand][number] and (candidate, number) not in board.locked
        ]
        if not rounds:
            return False
        number = self.random.choice(rounds)
        if number in board.day[candidate]:
            self._take_off(candidate, number, left)
        if not board.room[option.stand] >> number & 1:
            others = board.occupants(option.stand, number)
            if not others:
                return False
            self._take_off(min(others, key=lambda who: (board.loss(who, option.stand), who)), number, left)
        if board.place(candidate, option.stand, number):
            return True
        return self._free_interpreter(option, number, left) and board.place(candidate, option.stand, number)

    def _free_interpreter(self, option: Option, number: int, left: list[Left]) -> bool:
        """Take off the least missed conversation whose interpreter could do this one."""
        if option.team == DIRECT:
            return False
        board = self.board
        team = board.crew.teams[option.team]
        users = [
            who
            for interpreter, (who, _) in board.crew.jobs[number].items()
            if team >> interpreter & 1 and (who, number) not in board.locked
        ]
        if not users:
            return False
        who = min(users, key=lambda who: (board.loss(who, board.day[who][number]), who))
        self._take_off(who, number, left)
        return True

    def _take_off(self, candidate: int, number: int, left: list[Left]) -> None:
        left.append((candidate, self.board.remove(candidate, number), number))

    def _fill_seat(self, stand: int, number: int) -> None:
        """Give a free seat to whoever adds most by taking it."""
        board = self.board
        if not board.room[stand] >> number & 1:
            return
        takers = [
            (board.gain(who, board.instance.options[who][stand]), -who)
            for who in board.instance.wanted_by[stand]
            if board.free[who] >> number & 1 and not board.is_full(who) and stand not in board.met[who]
        ]
        for _, who in sorted(takers, reverse=True):
            if board.place(-who, stand, number):
                return
