"""The board: no step breaks a rule, and every step can be taken back whole."""

from random import Random

import pytest

from services.scheduling.planning import Conversation, check
from services.scheduling.planning.board import Board
from services.scheduling.planning.instance import Instance, bits, span, windows
from tests.services.scheduling.planning.problems import crowded_problem, plan_of


def picture(board: Board) -> object:
    """Everything that a step may change, to compare."""
    crew = board.crew
    seated = [[sorted(people) for people in stand] for stand in board.sitting]
    reach = [crew.rounds_for(team, span(0, board.instance.rounds - 1)) for team in range(len(crew.teams))]
    days = [dict(sorted(day.items())) for day in board.day]
    return board.value, board.count, days, seated, board.free[:], board.room[:], crew.work[:], crew.open[:], reach


def step(board: Board, random: Random) -> None:
    """Place or remove something at random; what is not allowed is refused by the board itself."""
    who = random.randrange(len(board.day))
    if board.day[who] and random.random() < 0.1:
        board.remove(who, random.choice(sorted(board.day[who])))
    else:
        board.place(who, random.randrange(len(board.room)), random.randrange(board.instance.rounds))


def conversations(board: Board) -> list[Conversation]:
    problem = board.instance.problem
    helpers = {(who, at): name for at, jobs in enumerate(board.crew.jobs) for name, (who, _) in jobs.items()}
    return [
        Conversation(
            problem.candidates[who].id,
            problem.stands[place].id,
            at,
            problem.interpreters[helpers[who, at]].id if (who, at) in helpers else None,
        )
        for who, day in enumerate(board.day)
        for at, place in day.items()
    ]


@pytest.mark.parametrize("seed", range(15))
def test_no_step_breaks_a_rule_and_the_value_is_right(seed: int) -> None:
    problem = crowded_problem(seed, candidates=12, stands=4, rounds=6, interpreters=4)
    board, random = Board(Instance(problem)), Random(seed)
    for _ in range(300):
        step(board, random)
    plan = plan_of(problem, *conversations(board))
    assert check(problem, plan).broken is None
    assert plan.value == board.value
    assert len(plan.conversations) == board.count >= 5


@pytest.mark.parametrize("seed", range(15))
def test_rollback_restores_everything(seed: int) -> None:
    board, random = Board(Instance(crowded_problem(seed, 12, 4, 6, 4))), Random(seed)
    for _ in range(60):
        step(board, random)
    before, mark = picture(board), board.mark()
    for _ in range(60):
        step(board, random)
    assert picture(board) != before
    board.rollback(mark)
    assert picture(board) == before


def test_sets_of_rounds_are_bits() -> None:
    assert list(bits(0b101001)) == [0, 3, 5]
    assert span(1, 3) == 0b1110
    assert span(2, 1) == 0
    assert windows(5, 3) == [0b00111, 0b01110, 0b11100]
    assert windows(2, 5) == [0b11]
