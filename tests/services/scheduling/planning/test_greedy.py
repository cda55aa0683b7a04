"""The greedy planner: every rule kept on any problem, the goals in their order, and how it behaves while at work."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from services.scheduling.planning import (
    Conversation,
    Explainer,
    Fixed,
    InvalidInput,
    Pair,
    Problem,
    Progress,
    Rules,
    check,
    generate,
    solve_greedily,
    upper_bound,
)
from tests.services.scheduling.planning.exhaustive import best_value
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
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


@settings(max_examples=150, deadline=None)
@given(problems())
def test_any_problem_gets_a_plan_that_keeps_every_rule(problem: Problem) -> None:
    plan = solve_greedily(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert plan.status in ("optimal", "within_gap")


@settings(max_examples=150, deadline=None)
@given(problems_with_fixed())
def test_fixed_conversations_stay_or_their_clash_is_told(problem: Problem) -> None:
    plan = solve_greedily(problem, time_limit=AMPLE)
    if plan.status == "infeasible":
        assert plan.clashes
        assert not plan.conversations
    else:
        assert check(problem, plan).broken is None


@settings(max_examples=60, deadline=None)
@given(problems_with_fixed(most=2, most_rounds=2, most_pairs=4))
def test_value_lies_between_nothing_and_the_best_and_the_best_below_the_bound(problem: Problem) -> None:
    plan, best = solve_greedily(problem, time_limit=AMPLE), best_value(problem)
    assert (plan.status == "infeasible") == (best is None)
    if best is not None:
        assert plan.value <= best <= plan.bound
        assert best <= upper_bound(problem)


@settings(max_examples=100, deadline=None)
@given(problems())
def test_a_finished_plan_leaves_no_seat_that_somebody_could_simply_take(problem: Problem) -> None:
    plan = solve_greedily(problem, time_limit=AMPLE)
    assert all(empty.reason.code != "possible" for empty in Explainer(problem, plan).empty_seats())


@pytest.mark.parametrize("seed", range(40))
def test_crowded_problem_gets_a_plan_that_keeps_every_rule(seed: int) -> None:
    problem = crowded_problem(seed, candidates=14, stands=5, rounds=8, interpreters=4)
    plan = solve_greedily(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert len(plan.conversations) >= 10


@pytest.mark.parametrize("seed", range(30))
def test_crowded_tiny_problem_comes_close_to_the_best_plan(seed: int) -> None:
    problem = crowded_problem(seed, candidates=3, stands=2, rounds=2, interpreters=2)
    plan, best = solve_greedily(problem, time_limit=AMPLE), best_value(problem)
    assert best is not None
    assert 0.9 * best <= plan.value <= best <= plan.bound


@pytest.mark.parametrize("seed", range(20))
def test_what_was_planned_once_can_be_fixed(seed: int) -> None:
    problem = crowded_problem(seed, candidates=10, stands=4, rounds=6, interpreters=3)
    kept = solve_greedily(problem, time_limit=AMPLE).conversations[::2]
    problem = replace(problem, fixed=tuple(Fixed(one.candidate, one.stand, one.round) for one in kept))
    plan = solve_greedily(problem, seed=1, time_limit=AMPLE)
    assert plan.status != "infeasible"
    assert check(problem, plan).broken is None


@pytest.mark.parametrize("scarce", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_small_event_is_within_one_percent_of_the_bound(seed: int, scarce: bool) -> None:
    problem = generate("S", seed, scarce=scarce)
    plan = solve_greedily(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert plan.gap < 0.01


def test_medium_event_is_within_one_percent_of_the_bound() -> None:
    problem = generate("M", 1, scarce=True)
    plan = solve_greedily(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert plan.gap < 0.01


def test_everybody_has_a_first_conversation_before_anybody_has_a_second() -> None:
    people = tuple(candidate(f"C{at}") for at in range(6))
    problem = everybody_may_talk(Problem(3, Rules(), (stand("S1"), stand("S2")), people))
    plan = solve_greedily(problem)
    assert sorted(one.candidate for one in plan.conversations) == [f"C{at}" for at in range(6)]
    assert plan.status == "optimal"


def test_a_first_conversation_wins_over_a_better_fit() -> None:
    people = (candidate("often", rounds=(0, 1)), candidate("once", rounds=(0, 0)))
    pairs = (Pair("often", "S1", 100), Pair("often", "S2", 100), Pair("once", "S1", 0))
    stands = (stand("S1", (1, 0)), stand("S2", (0, 1)))
    plan = solve_greedily(Problem(2, Rules(), stands, people, (), pairs))
    assert {(one.candidate, one.stand) for one in plan.conversations} == {("once", "S1"), ("often", "S2")}


def test_the_better_fit_gets_the_last_seat() -> None:
    people = (candidate("C1", rounds=(0, 0)), candidate("C2", rounds=(0, 0)))
    pairs = (Pair("C1", "S1", 10), Pair("C2", "S1", 90))
    plan = solve_greedily(Problem(1, Rules(), (stand("S1", (1,)),), people, (), pairs))
    assert [one.candidate for one in plan.conversations] == ["C2"]


def test_nobody_waits_where_nobody_has_to() -> None:
    people = tuple(candidate(f"C{at}", rounds=(0, 5)) for at in range(4))
    stands = tuple(stand(f"S{at}", (1,) * 6) for at in range(3))
    plan = solve_greedily(everybody_may_talk(Problem(6, Rules(), stands, people)))
    assert len(plan.conversations) == 12
    assert plan.idle_rounds == 0


def test_interpreters_stay_at_a_stand_where_they_can() -> None:
    people = tuple(candidate(f"C{at}", UKRAINIAN, limit=1) for at in range(6))
    helpers = (interpreter("I1"), interpreter("I2"))
    pairs = tuple(Pair(f"C{at}", f"S{at % 2}", 50) for at in range(6))
    plan = solve_greedily(Problem(3, Rules(), (stand("S0"), stand("S1")), people, helpers, pairs))
    assert len(plan.conversations) == 6
    assert plan.interpreter_moves == 0


def test_interpreter_rests_after_the_stretch() -> None:
    people = tuple(candidate(f"C{at}", UKRAINIAN, (0, 9), 1) for at in range(10))
    helpers = (interpreter("I1", rounds=range(10)),)
    plan = solve_greedily(everybody_may_talk(Problem(10, Rules(), (stand("S1", (1,) * 10),), people, helpers)))
    assert len(plan.conversations) == 8  # four in each five rounds
    assert plan.status == "optimal"


def test_interpreters_hand_over_so_that_both_languages_are_served() -> None:
    helpers = (interpreter("both", (("uk", "nl"), ("ru", "nl")), (0,)), interpreter("one", (("uk", "nl"),), (0,)))
    people = (candidate("C1", UKRAINIAN, (0, 0)), candidate("C2", RUSSIAN, (0, 0)))
    pairs = (Pair("C1", "S1", 50), Pair("C2", "S2", 50))
    problem = Problem(1, Rules(), (stand("S1", (1,)), stand("S2", (1,))), people, helpers, pairs)
    plan = solve_greedily(problem)
    assert {(one.candidate, one.interpreter) for one in plan.conversations} == {("C1", "one"), ("C2", "both")}


def test_interpreter_works_in_both_directions_of_a_pair() -> None:
    helpers = (interpreter("I1", (("nl", "uk"),)),)
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), (candidate("C1", UKRAINIAN),), helpers))
    assert [one.interpreter for one in solve_greedily(problem).conversations] == ["I1"]


def test_others_move_to_another_round_for_somebody_with_one_round() -> None:
    people = (candidate("early", rounds=(0, 1)), candidate("late", rounds=(0, 0)))
    problem = everybody_may_talk(Problem(2, Rules(), (stand("S1", (1, 1)),), people))
    plan = solve_greedily(problem)
    assert {(one.candidate, one.round) for one in plan.conversations} == {("early", 1), ("late", 0)}


def test_fixed_conversation_keeps_its_round_and_gets_an_interpreter() -> None:
    people = tuple(candidate(f"C{at}", UKRAINIAN) for at in range(3))
    problem = everybody_may_talk(
        Problem(3, Rules(), (stand(),), people, (interpreter(),), fixed=(Fixed("C2", "S1", 1),))
    )
    assert Conversation("C2", "S1", 1, "I1") in solve_greedily(problem).conversations


def test_same_seed_gives_the_same_plan_and_another_seed_a_legal_one() -> None:
    problem = generate("S", 4)
    first, second, other = (solve_greedily(problem, seed=seed, time_limit=AMPLE) for seed in (7, 7, 8))
    assert replace(first, seconds=0) == replace(second, seconds=0)
    assert check(problem, other).broken is None


def test_no_time_at_all_still_gives_a_legal_plan_with_what_is_fixed() -> None:
    problem = generate("S", 1)
    chosen = solve_greedily(problem, time_limit=AMPLE).conversations[0]
    problem = replace(problem, fixed=(Fixed(chosen.candidate, chosen.stand, chosen.round),))
    plan = solve_greedily(problem, time_limit=0)
    assert plan.status == "stopped"
    assert check(problem, plan).broken is None
    assert len(plan.conversations) == 1


def test_cancelling_keeps_what_is_there() -> None:
    problem, seen = generate("M", 2), list[Progress]()
    plan = solve_greedily(
        problem,
        time_limit=AMPLE,
        progress=seen.append,
        cancelled=lambda: any(step.stage == "improving" for step in seen),
    )
    assert plan.status == "stopped"
    assert check(problem, plan).broken is None
    assert len(plan.conversations) > 300


def test_progress_names_each_stage_and_ends_it() -> None:
    seen: list[Progress] = []
    plan = solve_greedily(generate("S", 1), time_limit=AMPLE, progress=seen.append)
    stages = list(dict.fromkeys(step.stage for step in seen))
    assert stages == ["bound", "placing", "improving", "waiting", "walking"]
    assert all(0 <= step.done <= step.total for step in seen)
    assert {step.stage for step in seen if step.done == step.total} == set(stages)
    assert seen[-1].value == plan.value
    assert seen[-1].bound == plan.bound


def test_value_in_the_progress_never_falls() -> None:
    seen: list[Progress] = []
    solve_greedily(generate("S", 2), time_limit=AMPLE, progress=seen.append)
    values = [step.value for step in seen]
    assert values == sorted(values)


def test_problem_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"pairs\[0\]\.stand: no stand has the id"):
        solve_greedily(Problem(3, candidates=(candidate(),), pairs=(Pair("C1", "nowhere", 3),)))
