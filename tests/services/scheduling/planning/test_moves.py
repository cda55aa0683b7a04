"""Interpreters' walks: conversations change hands where that saves moves, or makes the way shorter."""

from dataclasses import replace

from services.scheduling.planning import Problem, Rules
from services.scheduling.planning.board import Board
from services.scheduling.planning.instance import Instance
from services.scheduling.planning.moves import Walks
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    stand,
)

POSITIONS = {"S0": (0, 0), "S1": (9, 0), "S2": (1, 0), "S3": (8, 0)}


def board_of(*days: dict[int, int], pairs: tuple[tuple[tuple[str, str], ...], ...] = ()) -> Board:
    """A board where interpreter number n is at the stands of the n-th day, by round."""
    stands = tuple(replace(stand(name, (9,) * 4), position=where) for name, where in POSITIONS.items())
    whole = [(name, at, place) for name, day in enumerate(days) for at, place in day.items()]
    people = tuple(
        candidate(f"C{number}", RUSSIAN if pairs and name == 0 else UKRAINIAN, (0, 3))
        for number, (name, _, _) in enumerate(whole)
    )
    helpers = tuple(
        interpreter(f"I{name}", pairs[name] if pairs else (("uk", "nl"),), range(4)) for name in range(len(days))
    )
    instance = Instance(everybody_may_talk(Problem(4, Rules(), stands, people, helpers)))
    board = Board(instance)
    for who, (name, at, place) in enumerate(whole):
        assert board.place(who, place, at)
        team = instance.options[who][place].team
        now = board.crew.find(who, at)
        board.crew.put(at, now, None)
        board.crew.put(at, name, (who, team))
    board.forget_steps()
    return board


def places(board: Board) -> list[dict[int, int]]:
    """Where each interpreter is, by round."""
    found: list[dict[int, int]] = [{} for _ in board.crew.work]
    for at, jobs in enumerate(board.crew.jobs):
        for name, (who, _) in jobs.items():
            found[name][at] = board.day[who][at]
    return found


def shorten(board: Board) -> int:
    walks = Walks(board)
    assert walks.shorten(lambda _: True)
    assert walks.count() == Walks(board).count()
    return walks.count()


def test_those_who_cross_exchange_and_stay() -> None:
    board = board_of({0: 0, 1: 1}, {0: 1, 1: 0})
    assert Walks(board).count() == 2
    assert shorten(board) == 0


def test_a_colleague_with_time_takes_over() -> None:
    board = board_of({0: 0, 1: 1, 2: 0}, {2: 1})
    assert Walks(board).count() == 2
    assert shorten(board) == 0


def test_the_shorter_way_is_taken_where_there_must_be_moves() -> None:
    board = board_of({0: 0, 1: 3}, {0: 1, 1: 2})
    assert shorten(board) == 2
    assert {0: 0, 1: 2} in places(board)
    assert {0: 1, 1: 3} in places(board)


def test_nobody_takes_over_a_language_that_they_do_not_know() -> None:
    board = board_of({0: 0, 1: 1}, {0: 1, 1: 0}, pairs=((("ru", "nl"), ("uk", "nl")), (("uk", "nl"),)))
    assert shorten(board) == 2


def test_stopping_leaves_the_rest_as_it_is() -> None:
    board = board_of({0: 0, 1: 1}, {0: 1, 1: 0})
    assert not Walks(board).shorten(lambda _: False)
    assert places(board) == [{0: 0, 1: 1}, {0: 1, 1: 0}]
