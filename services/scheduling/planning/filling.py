"""A quick answer: fill the free seats of a board, the best conversation first, then exchange what stands in the way.

What a conversation brings falls with every one that its candidate has (the ladder), so the best one is looked up in a
heap and put back when it has become worth less. An exchange takes somebody's new conversation off for one that is
worth more, and finds another place for the first where there is one. Whatever is locked stays.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator

from .board import Board
from .instance import DIRECT, bits

MOST_TRIED, MOST_EXCHANGES = 500, 12
"""People for whom an exchange is tried, and how many are tried for each."""

PASSES = 2

Wish = tuple[int, int, int]
"""What the conversation would bring, negative; candidate and stand."""


class Filler:
    """Fills one board from its instance's pairs."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._open: dict[int, list[tuple[int, int]]] = {}

    def fill(self, go_on: Callable[[], bool]) -> None:
        """Fill and exchange as long as that brings something and `go_on()` says so."""
        self._place(self._list_wishes())
        for _ in range(PASSES):
            if not (go_on() and self._exchange(go_on)):
                break
            self._place(self._list_wishes())

    def _list_wishes(self) -> list[Wish]:
        """Every conversation for which there is a seat at a time when the candidate is free."""
        board = self.board
        return [
            (-board.gain(candidate, option), candidate, stand)
            for candidate, options in enumerate(board.instance.options)
            if board.free[candidate] and not board.is_full(candidate)
            for stand, option in options.items()
            if board.free[candidate] & board.room[stand] and stand not in board.met[candidate]
        ]

    def _place(self, wishes: list[Wish]) -> None:
        board = self.board
        heapq.heapify(wishes)
        while wishes:
            worth, candidate, stand = heapq.heappop(wishes)
            if board.is_full(candidate) or stand in board.met[candidate]:
                continue
            option = board.instance.options[candidate][stand]
            now = -board.gain(candidate, option)
            if now > worth:
                heapq.heappush(wishes, (now, candidate, stand))
            elif rounds := board.rounds_for(candidate, option):
                board.place(candidate, stand, next(bits(rounds)))

    def _exchange(self, go_on: Callable[[], bool]) -> bool:
        """One try for those who could have one more, those with the fewest conversations first."""
        board = self.board
        waiting = [who for who, free in enumerate(board.free) if free and not board.is_full(who)]
        waiting = sorted(waiting, key=lambda who: (len(board.day[who]), who))[:MOST_TRIED]
        self._note_open()
        better = False
        for candidate in waiting:
            if not go_on():
                break
            better |= self._squeeze_in(candidate)
        return better

    def _note_open(self) -> None:
        """Who may be taken off, by stand; they may be gone from there by the time they are asked for."""
        self._open = defaultdict(list)
        for who, day in enumerate(self.board.day):
            for number, stand in day.items():
                if (who, number) not in self.board.locked:
                    self._open[stand].append((number, who))

    def _squeeze_in(self, candidate: int) -> bool:
        """The best conversation that can be had by taking off one that is worth less."""
        board = self.board
        for _, stand, number, other in heapq.nlargest(MOST_EXCHANGES, self._list_exchanges(candidate)):
            before, mark = board.value, board.mark()
            board.remove(other, number)
            if board.place(candidate, stand, number):
                self._seat_again(other)
                if board.value > before:
                    return True
            board.rollback(mark)
        return False

    def _list_exchanges(self, candidate: int) -> Iterator[tuple[int, int, int, int]]:
        """What is gained at least, stand, round, and who would go."""
        board = self.board
        free = board.free[candidate]
        for stand, option in board.instance.options[candidate].items():
            if stand in board.met[candidate]:
                continue
            gain = board.gain(candidate, option)
            for number, other in self._open[stand]:
                if not free >> number & 1 or board.day[other].get(number) != stand:
                    continue
                saved = gain - board.loss(other, stand)
                if saved > 0 and self._is_served(option.team, number, board.instance.options[other][stand].team):
                    yield saved, stand, number, other

    def _is_served(self, team: int, number: int, freed: int) -> bool:
        """Whether there may be an interpreter, the one of a conversation that goes included."""
        return team == DIRECT or freed != DIRECT or self.board.crew.can_serve(team, number)

    def _seat_again(self, other: int) -> None:
        """Give somebody who lost a conversation the best one that is to be had."""
        board = self.board
        options = [option for stand, option in board.instance.options[other].items() if stand not in board.met[other]]
        for option in sorted(options, key=lambda option: -option.score):
            if rounds := board.rounds_for(other, option):
                board.place(other, option.stand, next(bits(rounds)))
                return
