"""Stopped at any moment, by somebody or by time, the planner has a plan that keeps every rule, the past included."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning import (
    Changes,
    Conversation,
    Fixed,
    Plan,
    Problem,
    change_problem,
    check,
    generate,
    plan_anew,
    solve,
    solve_greedily,
    watch,
)
from services.scheduling.planning.generate_changes import change_of_the_day
from services.scheduling.planning.replan import replan
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.problems import crowded_problem

AMPLE = 600.0
"""Seconds: far more than any of these tests takes."""
SEEDS = st.integers(0, 9)
FROM_ROUND = 3


@pytest.fixture(scope="module", autouse=True)
def _asked_at_every_step() -> Iterator[None]:
    """The planner asks whether somebody cancelled before every step, not ten times a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "PAUSE", 0.0)
        yield


def after_asking(times: int) -> Callable[[], bool]:
    """Cancel when asked so many times, and from then on."""
    asked = iter(range(times))
    return lambda: next(asked, None) is None


@cache
def crowded(seed: int) -> Problem:
    """A problem with something fixed."""
    free = crowded_problem(seed, candidates=12, stands=4, rounds=6, interpreters=3)
    some = solve_greedily(free, time_limit=AMPLE).conversations[::5]
    return replace(free, fixed=tuple(Fixed(one.candidate, one.stand, one.round) for one in some))


@cache
def medium() -> Problem:
    return generate("M", 4, scarce=True)


@cache
def on_the_day(find: Callable[..., Problem], *seed: int) -> tuple[Problem, Plan, Changes]:
    """The same on the day, with a plan that leaves something to be done."""
    problem = find(*seed)
    plan = solve_greedily(problem, time_limit=AMPLE)
    return problem, plan, change_of_the_day(problem, plan, FROM_ROUND, seed=4, ill=0.3)


def assert_good(problem: Problem, plans: list[Plan]) -> None:
    """Every rule is kept, by the last plan and by all on the way, and none is worse than the one before."""
    assert [check(problem, one).broken for one in plans] == [None] * len(plans)
    assert [one.value for one in plans] == sorted(one.value for one in plans)


def past(plan: Plan) -> set[Conversation]:
    return {one for one in plan.conversations if one.round < FROM_ROUND}


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(0, 60))
def test_cancelled_at_any_step(seed: int, asked: int) -> None:
    told: list[Plan] = []
    plan = make_plan(crowded(seed), time_limit=AMPLE, cancelled=after_asking(asked), publish=told.append)
    assert_good(crowded(seed), [*told, plan])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(0, 60))
def test_cancelled_at_any_step_of_the_day(seed: int, asked: int) -> None:
    problem, before, changes = on_the_day(crowded, seed)
    told: list[Plan] = []
    plan = replan(
        problem,
        before,
        changes,
        from_round=FROM_ROUND,
        time_limit=AMPLE,
        cancelled=after_asking(asked),
        publish=told.append,
    )
    assert_good(change_problem(problem, before, changes, FROM_ROUND), [*told, plan])
    assert {frozenset(past(one)) for one in (*told, plan)} == {frozenset(past(before))}


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 0.3))
def test_time_is_up_at_any_moment(seed: int, seconds: float) -> None:
    told: list[Plan] = []
    plan = make_plan(crowded(seed), time_limit=seconds, publish=told.append)
    assert_good(crowded(seed), [*told, plan])


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 0.3))
def test_time_is_up_at_any_moment_of_the_day(seed: int, seconds: float) -> None:
    problem, before, changes = on_the_day(crowded, seed)
    told: list[Plan] = []
    plan = replan(problem, before, changes, from_round=FROM_ROUND, time_limit=seconds, publish=told.append)
    assert_good(change_problem(problem, before, changes, FROM_ROUND), [*told, plan])
    assert past(plan) == past(before)


@pytest.mark.parametrize("asked", [0, 1, 3, 6, 10, 15, 25])
def test_other_process_is_killed_at_any_moment(asked: int) -> None:
    plan = solve(medium(), time_limit=AMPLE, cancelled=after_asking(asked))
    assert_good(medium(), [plan])


@pytest.mark.parametrize("asked", [0, 1, 3, 6, 10, 15, 25])
def test_other_process_is_killed_at_any_moment_of_the_day(asked: int) -> None:
    problem, before, changes = on_the_day(medium)
    plan = plan_anew(problem, before, changes, from_round=FROM_ROUND, time_limit=AMPLE, cancelled=after_asking(asked))
    assert_good(change_problem(problem, before, changes, FROM_ROUND), [plan])
    assert past(plan) == past(before)
