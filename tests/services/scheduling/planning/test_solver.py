"""The planner: every rule kept on any problem, the best value where all plans can be tried, and a bound above it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning import (
    Fixed,
    InvalidInput,
    Level,
    Pair,
    Plan,
    Problem,
    Progress,
    Rules,
    check,
    generate,
    solve_greedily,
    upper_bound,
)
from services.scheduling.planning.choices import list_choices
from services.scheduling.planning.draft import Draft
from services.scheduling.planning.groups import group_interpreters
from services.scheduling.planning.instance import Instance, span
from services.scheduling.planning.solver import Solver, make_plan
from services.scheduling.planning.watch import Watch
from tests.services.scheduling.planning.absurd import ABSURD
from tests.services.scheduling.planning.exhaustive import best_value
from tests.services.scheduling.planning.problems import (
    UKRAINIAN,
    candidate,
    crowded_problem,
    everybody_may_talk,
    interpreter,
    problems,
    problems_with_fixed,
    stand,
)

AMPLE = 600.0
"""Seconds; so that a slow machine changes no result."""
ENOUGH = 10.0
"""Seconds for problems on which the planner could go on shortening waits for long."""


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_problem_gets_the_best_plan(name: str) -> None:
    problem = ABSURD[name]
    plan = make_plan(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert plan.status == "optimal"
    assert plan.value == plan.bound == best_value(problem)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_any_problem_gets_a_plan_that_keeps_every_rule(problem: Problem) -> None:
    plan = make_plan(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert plan.status == "optimal"
    assert plan.bound <= upper_bound(problem)


@settings(max_examples=150, deadline=None)
@given(problems_with_fixed())
def test_fixed_conversations_stay_or_their_clash_is_told(problem: Problem) -> None:
    plan = make_plan(problem, time_limit=AMPLE)
    if plan.status == "infeasible":
        assert plan.clashes
        assert not plan.conversations
    else:
        assert check(problem, plan).broken is None
        there = {Fixed(one.candidate, one.stand, one.round) for one in plan.conversations}
        assert there >= set(problem.fixed)


@settings(max_examples=100, deadline=None)
@given(problems_with_fixed(most=2, most_rounds=3, most_pairs=4))
def test_value_is_that_of_the_best_plan(problem: Problem) -> None:
    plan, best = make_plan(problem, time_limit=AMPLE), best_value(problem)
    assert (plan.status == "infeasible") == (best is None)
    if best is not None:
        assert (plan.value, plan.bound, plan.status) == (best, best, "optimal")


@pytest.mark.parametrize("seed", range(30))
def test_value_of_a_crowded_tiny_problem_is_that_of_the_best_plan(seed: int) -> None:
    problem = crowded_problem(seed, candidates=3, stands=2, rounds=2, interpreters=2)
    plan = make_plan(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert (plan.value, plan.status) == (best_value(problem), "optimal")


@settings(max_examples=60, deadline=None)
@given(problems_with_fixed(most=2, most_rounds=2, most_pairs=4), st.sampled_from((0.0, 0.001, 0.003, 0.01, 0.03)))
def test_bound_is_above_the_best_plan_however_little_time_there_was(problem: Problem, seconds: float) -> None:
    plan, best = make_plan(problem, time_limit=seconds), best_value(problem)
    assert (plan.status == "infeasible") == (best is None)
    if best is not None:
        assert check(problem, plan).broken is None
        assert plan.value <= best <= plan.bound


@pytest.mark.parametrize("seed", range(30))
def test_crowded_problem_is_solved_to_the_end_and_better_than_greedily(seed: int) -> None:
    problem = crowded_problem(seed, candidates=14, stands=5, rounds=8, interpreters=4)
    plan = make_plan(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert plan.status == "optimal"
    assert plan.value >= solve_greedily(problem, time_limit=AMPLE).value


@pytest.mark.parametrize("seed", range(15))
def test_what_was_planned_once_can_be_fixed(seed: int) -> None:
    problem = crowded_problem(seed, candidates=10, stands=4, rounds=6, interpreters=3)
    before = make_plan(problem, time_limit=AMPLE)
    fixed = tuple(Fixed(one.candidate, one.stand, one.round) for one in before.conversations[::2])
    plan = make_plan(replace(problem, fixed=fixed), seed=1, time_limit=AMPLE)
    assert check(replace(problem, fixed=fixed), plan).broken is None
    assert plan.value == before.value


def test_fixed_conversations_that_no_interpreters_could_serve_are_told() -> None:
    """Each round has its interpreter, but not both rounds in a row."""
    people = tuple(candidate(f"C{at}", UKRAINIAN) for at in range(2))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), people, (interpreter(stretch=(1, 2)),)))
    problem = replace(problem, fixed=(Fixed("C0", "S1", 0), Fixed("C1", "S1", 1)))
    plan = make_plan(problem)
    assert (plan.status, plan.conversations) == ("infeasible", ())
    assert [clash.code for clash in plan.clashes] == ["no_interpreter"]
    assert {(one.candidate, one.round) for one in plan.clashes[0].conversations} == {("C0", 0), ("C1", 1)}
    rested = replace(problem, fixed=(Fixed("C0", "S1", 0), Fixed("C1", "S1", 2)))
    assert check(rested, make_plan(rested)).broken is None


@pytest.mark.parametrize("scarce", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_small_event_is_solved_to_the_end(seed: int, scarce: bool) -> None:
    problem = generate("S", seed, scarce=scarce)
    plan = make_plan(problem, time_limit=ENOUGH)
    assert check(problem, plan).broken is None
    assert plan.status == "optimal"


def test_everybody_has_a_first_conversation_before_anybody_has_a_second() -> None:
    people = tuple(candidate(f"C{at}") for at in range(6))
    problem = everybody_may_talk(Problem(3, Rules(), (stand("S1"), stand("S2")), people))
    plan = make_plan(problem)
    assert sorted(one.candidate for one in plan.conversations) == [f"C{at}" for at in range(6)]


def test_interpreters_of_two_kinds_are_shared_out() -> None:
    """Only who knows both pairs can serve the Russian; so the other one must serve the Ukrainian."""
    people = (candidate("R", {"ru": Level.C2}, (0, 0)), candidate("U", UKRAINIAN, (0, 0)))
    helpers = (interpreter("both", (("uk", "nl"), ("ru", "nl"))), interpreter("one"))
    problem = everybody_may_talk(Problem(3, Rules(), (stand("S1"), stand("S2")), people, helpers))
    assert {one.candidate: one.interpreter for one in make_plan(problem).conversations} == {"R": "both", "U": "one"}


def test_same_seed_gives_the_same_plan_and_another_seed_a_legal_one() -> None:
    problem = crowded_problem(7, candidates=25, stands=6, rounds=8, interpreters=5)
    first, second, other = (make_plan(problem, seed=seed, time_limit=AMPLE) for seed in (7, 7, 2**31 - 1))
    assert replace(first, seconds=0) == replace(second, seconds=0)
    assert check(problem, other).broken is None


def test_no_time_at_all_still_gives_a_legal_plan_with_what_is_fixed() -> None:
    problem = generate("S", 1)
    fixed = tuple(Fixed(pair.candidate, pair.stand, 3) for pair in problem.pairs[:1])
    plan = make_plan(replace(problem, fixed=fixed), time_limit=0)
    assert plan.status == "stopped"
    assert check(replace(problem, fixed=fixed), plan).broken is None
    assert len(plan.conversations) == 1


def test_plans_on_the_way_keep_every_rule_and_become_better() -> None:
    problem, told = generate("M", 1, scarce=True), list[Plan]()
    plan = make_plan(problem, time_limit=ENOUGH, publish=told.append)
    assert len(told) > 1
    assert all(check(problem, one).broken is None for one in told)
    better = [(one.value, -one.idle_rounds) for one in told]
    assert better == sorted(set(better))
    assert [one.bound for one in told] == sorted((one.bound for one in told), reverse=True)
    assert told[-1].value == plan.value
    assert told[-1].bound >= plan.bound


def test_shorter_waits_are_told_on_the_way() -> None:
    told = list[Plan]()
    plan = make_plan(generate("S", 4), time_limit=ENOUGH, publish=told.append)
    idle = [one.idle_rounds for one in told if one.value == plan.value]
    assert plan.idle_rounds == min(idle) < max(idle)


def test_cancelling_keeps_what_is_there() -> None:
    problem, seen = generate("M", 2), list[Progress]()
    plan = make_plan(
        problem,
        time_limit=AMPLE,
        progress=seen.append,
        cancelled=lambda: any(step.stage == "improving" for step in seen),
    )
    assert check(problem, plan).broken is None
    assert len(plan.conversations) > 300


def test_progress_names_each_stage_and_its_value_and_bound_only_get_better() -> None:
    seen: list[Progress] = []
    plan = make_plan(generate("S", 1), time_limit=ENOUGH, progress=seen.append)
    stages = list(dict.fromkeys(step.stage for step in seen))
    assert stages == ["selecting", "timing", "improving", "waiting", "walking"]
    assert all(0 <= step.done <= step.total for step in seen)
    assert [step.value for step in seen] == sorted(step.value for step in seen)
    assert [step.bound for step in seen] == sorted((step.bound for step in seen), reverse=True)
    assert all(step.value <= step.bound for step in seen)
    assert (seen[-1].value, seen[-1].bound) == (plan.value, plan.bound)


def test_problem_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"pairs\[0\]\.stand: no stand has the id"):
        make_plan(Problem(3, candidates=(candidate(),), pairs=(Pair("C1", "nowhere", 3),)))


def test_without_time_for_models_seats_are_filled_one_by_one() -> None:
    problem = generate("M", 3)
    plan = _solver_without_selection(problem).finish()
    assert check(problem, plan).broken is None
    assert len(plan.conversations) > 0.9 * sum(sum(one.seats) for one in problem.stands)


def _solver_without_selection(problem: Problem) -> Solver:
    """The solver after its models got no time at all."""
    instance = Instance(problem)
    draft = Draft(instance, group_interpreters(instance), list_choices(instance))
    solver = Solver(draft, span(0, instance.rounds - 1), Watch(5, None, None), 0, None)
    solver.seat_quickly()
    return solver
