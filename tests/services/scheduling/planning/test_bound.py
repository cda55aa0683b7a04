"""The bound: above every plan, and not far above the best."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from services.scheduling.planning import Pair, Problem, Rules, generate, solve_greedily, upper_bound
from services.scheduling.planning.process import bound_of_pairs
from tests.services.scheduling.planning.exhaustive import best_value
from tests.services.scheduling.planning.problems import (
    UKRAINIAN,
    candidate,
    crowded_problem,
    everybody_may_talk,
    interpreter,
    problems_with_fixed,
    stand,
)


@pytest.mark.parametrize("seed", range(40, 60))
def test_no_plan_of_a_tiny_problem_is_above_the_bound(seed: int) -> None:
    problem = crowded_problem(seed, candidates=3, stands=3, rounds=2, interpreters=1)
    best = best_value(problem)
    assert best is not None
    assert best <= upper_bound(problem)


@settings(max_examples=60, deadline=None)
@given(problems_with_fixed(most=2, most_rounds=3, most_pairs=4))
def test_no_plan_of_any_tiny_problem_is_above_the_bounds(problem: Problem) -> None:
    best = best_value(problem) or 0
    assert best <= upper_bound(problem)
    assert best <= bound_of_pairs(problem)


@pytest.mark.parametrize("seed", range(10))
def test_no_plan_that_we_find_is_above_the_bound(seed: int) -> None:
    problem = crowded_problem(seed, candidates=25, stands=6, rounds=8, interpreters=5)
    bound = upper_bound(problem)
    assert all(solve_greedily(problem, seed=again).value <= bound for again in (0, 1))


def test_bound_of_nothing_is_zero() -> None:
    assert upper_bound(Problem(0)) == 0
    assert upper_bound(everybody_may_talk(Problem(3, Rules(), (), (candidate(),)))) == 0


def test_bound_counts_limits_of_candidates() -> None:
    stands = tuple(stand(f"S{at}") for at in range(5))
    problem = everybody_may_talk(Problem(3, Rules(), stands, (candidate(limit=2),)))
    assert upper_bound(problem) == 1000 + 300 + 2 * 50
    one_round = replace(problem, candidates=(candidate(rounds=(1, 1)),))
    assert upper_bound(one_round) == 1000 + 50


def test_bound_counts_seats() -> None:
    people = tuple(candidate(f"C{at}") for at in range(10))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(seats=(2, 0, 2)),), people))
    assert upper_bound(problem) == 4 * 1050


def test_bound_counts_no_seats_in_rounds_when_nobody_is_there() -> None:
    people = tuple(candidate(f"C{at}", rounds=(0, 1)) for at in range(2))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(seats=(0, 1, 5)),), people))
    assert upper_bound(problem) == 1050


def test_bound_counts_the_rest_of_interpreters() -> None:
    people = tuple(candidate(f"C{at}", UKRAINIAN, (0, 9)) for at in range(20))
    helper = interpreter(rounds=range(10), stretch=(2, 3))
    problem = everybody_may_talk(Problem(10, Rules(), (stand(seats=(5,) * 10),), people, (helper,)))
    assert upper_bound(problem) == 7 * 1050  # rounds 0, 1, 3, 4, 6, 7 and 9


def test_bound_leaves_out_who_has_no_language() -> None:
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), (candidate(languages={}),), (interpreter(),)))
    assert upper_bound(problem) == 0


def test_bound_knows_no_worth_in_free_conversations() -> None:
    problem = Problem(3, Rules(ladder=()), (stand(),), (candidate(),), (), (Pair("C1", "S1", 0),))
    assert upper_bound(problem) == 0


def test_bound_is_the_same_every_time_and_tight_on_a_small_event() -> None:
    problem = generate("S", 2)
    bound = upper_bound(problem)
    assert bound == upper_bound(problem)
    assert solve_greedily(problem, time_limit=600).value > 0.99 * bound
