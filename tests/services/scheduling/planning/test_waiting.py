"""Waits and moves: conversations stay, idle rounds become fewer, and bounds hold against trying everything."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning.check import check
from services.scheduling.planning.choices import list_choices
from services.scheduling.planning.draft import Draft
from services.scheduling.planning.formats import from_json, to_json
from services.scheduling.planning.groups import group_interpreters
from services.scheduling.planning.idle import count_idle
from services.scheduling.planning.idle_bound import IdleBound
from services.scheduling.planning.instance import Instance
from services.scheduling.planning.moves import Walks
from services.scheduling.planning.moves_bound import bound_moves
from services.scheduling.planning.patterns import (
    FORBIDDEN,
    LISTED,
    bound_cheapest,
    find_cheapest,
    list_patterns,
)
from services.scheduling.planning.plan import Conversation, Plan
from services.scheduling.planning.problem import Fixed, Problem
from services.scheduling.planning.solver import make_plan
from services.scheduling.planning.timing import Timing, one_by_one
from services.scheduling.planning.waiting import Waits
from services.scheduling.planning.writing import name_draft, write_board
from tests.services.scheduling.planning.problems import crowded_problem, problems, problems_with_fixed

ROUNDS = 5


def make_draft(problem: Problem) -> Draft:
    """The conversations of a best plan, in any rounds that the model happens to give them."""
    instance = Instance(problem)
    draft = Draft(instance, group_interpreters(instance), list_choices(instance))
    everything = (1 << instance.rounds) - 1
    timing = Timing(draft, range(len(draft.choices)), one_by_one(everything))
    solution = timing.solve(60)
    assert solution is not None
    draft.replace(everything, timing.read(solution))
    return draft


def try_everything(problem: Problem, plan: Plan) -> int:
    """The fewest idle rounds of the same conversations with the same need of interpreters, in whatever rounds."""
    rounds = range(problem.rounds)
    best = plan.idle_rounds
    helpers = [None, *(one.id for one in problem.interpreters)]
    whole = [(one.candidate, one.stand) for one in plan.conversations]
    for numbers in product(rounds, repeat=len(whole)):
        moved = [Conversation(*both, number) for both, number in zip(whole, numbers, strict=True)]
        idle = sum(
            count_idle([one.round for one in moved if one.candidate == who]) for who in {one.candidate for one in moved}
        )
        if idle < best and any(_is_legal(problem, plan, moved, names) for names in product(helpers, repeat=len(moved))):
            best = idle
    return best


def _is_legal(problem: Problem, plan: Plan, moved: list[Conversation], names: tuple[str | None, ...]) -> bool:
    served = [(one.interpreter is None) for one in plan.conversations]
    if any((name is None) != direct for name, direct in zip(names, served, strict=True)):
        return False
    named = tuple(replace(one, interpreter=name) for one, name in zip(moved, names, strict=True))
    found = check(problem, Plan(named, 0, 10**9, 0, 0, 0.0, "within_gap"))
    return found.broken is None or found.broken.startswith("The plan gives")


def places(plan: Plan) -> set[tuple[str, str]]:
    return {(one.candidate, one.stand) for one in plan.conversations}


MASKS = st.lists(st.integers(1, (1 << ROUNDS) - 1), min_size=1, max_size=3)


def every_pattern(masks: list[int]) -> Iterator[tuple[int, ...]]:
    for rounds in permutations(range(ROUNDS), len(masks)):
        if all(mask >> number & 1 for mask, number in zip(masks, rounds, strict=True)):
            yield rounds


@given(MASKS)
def test_every_pattern_is_listed_once(masks: list[int]) -> None:
    found = list_patterns(masks, 10**6)
    assert sorted(found) == sorted(every_pattern(masks))
    assert [count_idle(one) for one in found] == sorted(count_idle(one) for one in found)
    assert set(list_patterns(masks, 2)) <= set(found)


def test_patterns_of_a_long_day_are_not_all_listed() -> None:
    found = list_patterns([(1 << 14) - 1] * 12, 30)
    assert len(found) == len(set(found)) == LISTED
    assert {count_idle(one) for one in found} == {0}


@given(MASKS, st.lists(st.integers(0, 9), min_size=15, max_size=15), st.integers(0, 5))
def test_the_table_finds_a_cheapest_pattern(masks: list[int], drawn: list[int], idle: int) -> None:
    prices = np.array(drawn[: len(masks) * ROUNDS], dtype=np.int64).reshape(1, len(masks), ROUNDS)
    for at, mask in enumerate(masks):
        prices[0, at, [number for number in range(ROUNDS) if not mask >> number & 1]] = FORBIDDEN
    costs = {
        pattern: idle * count_idle(pattern) + sum(int(prices[0, at, number]) for at, number in enumerate(pattern))
        for pattern in every_pattern(masks)
    }
    least, rounds = find_cheapest(prices, idle)
    if costs:
        assert least[0] == min(costs.values())
        assert costs[tuple(rounds[0].tolist())] == least[0]
        assert bound_cheapest(prices[0], idle) <= least[0]
    else:
        assert least[0] >= FORBIDDEN


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 5))
def test_waits_become_shorter_and_nothing_else_changes(problem: Problem, seed: int) -> None:
    draft = make_draft(problem)
    before = write_board(name_draft(draft), 10**9, 0, "within_gap")
    waits = Waits(draft, seed)
    bound = IdleBound(draft).improve(waits.count(), 5)
    assert waits.shorten(0, lambda _: True, lambda: 5.0)
    after = write_board(name_draft(draft), 10**9, 0, "within_gap", bound)
    assert check(problem, after).broken is None
    assert places(after) == places(before)
    assert after.value == before.value
    assert bound <= after.idle_rounds <= before.idle_rounds


@settings(max_examples=25, deadline=None)
@given(problems(most=3, most_rounds=3, most_pairs=4))
def test_bounds_hold_against_trying_everything(problem: Problem) -> None:
    draft = make_draft(problem)
    plan = write_board(name_draft(draft), 10**9, 0, "within_gap")
    fewest = try_everything(problem, plan)
    assert IdleBound(draft).improve(plan.idle_rounds, 5) <= fewest
    Waits(draft).shorten(0, lambda _: True, lambda: 5.0)
    assert fewest <= Waits(draft).count() <= plan.idle_rounds
    board = name_draft(draft)
    bound = bound_moves(board, 5)
    shortest = min(_moves(problem, write_board(board, 10**9, 0, "within_gap")))
    assert bound is not None
    assert bound <= shortest <= Walks(board).count()


@settings(max_examples=60, deadline=None)
@given(problems_with_fixed(most=3, most_rounds=3, most_pairs=4), st.sampled_from((0.0, 0.01, 0.1, 600.0)))
def test_bounds_that_a_plan_gives_hold_against_trying_everything(problem: Problem, seconds: float) -> None:
    plan = make_plan(problem, time_limit=seconds)
    if plan.status == "infeasible":
        assert plan.clashes
        return
    assert plan.idle_bound is not None
    assert plan.idle_bound <= try_everything(problem, plan)
    assert plan.moves_bound is None or plan.moves_bound <= min(_moves(problem, plan))


def _moves(problem: Problem, plan: Plan) -> Iterator[int]:
    """The moves of every way to hand out the conversations."""
    helpers = [one.id for one in problem.interpreters]
    options = [[None] if one.interpreter is None else helpers for one in plan.conversations]
    for names in product(*options):
        named = tuple(replace(one, interpreter=name) for one, name in zip(plan.conversations, names, strict=True))
        if _is_legal(problem, plan, list(named), names):
            yield check(problem, replace(plan, conversations=named)).interpreter_moves


def test_fixed_conversations_keep_their_rounds() -> None:
    problem = crowded_problem(3, 12, 4, 6, 3)
    free = make_plan(problem, time_limit=20)
    ends = [one for one in free.conversations if one.round in (0, 5)][:4]
    fixed = replace(problem, fixed=tuple(Fixed(one.candidate, one.stand, one.round) for one in ends))
    plan = make_plan(fixed, time_limit=20)
    assert ends
    assert check(fixed, plan).broken is None


def test_a_plan_in_a_file_keeps_its_bounds() -> None:
    plan = make_plan(crowded_problem(4, 8, 3, 5, 2), time_limit=20)
    assert plan.idle_bound is not None
    assert plan.moves_bound is not None
    assert from_json(Plan, to_json(plan)) == plan


def test_a_stop_leaves_the_draft_as_it_is() -> None:
    draft = make_draft(crowded_problem(1, 12, 4, 6, 3))
    before = dict(draft.taken)
    assert Waits(draft).count() > 0
    assert not Waits(draft).shorten(0, lambda _: False, lambda: 5.0)
    assert draft.taken == before


def test_the_same_seed_gives_the_same_rounds() -> None:
    drafts = [make_draft(crowded_problem(2, 16, 5, 7, 3)) for _ in range(2)]
    for draft in drafts:
        Waits(draft, 7).shorten(0, lambda _: True, lambda: 60.0)
    assert drafts[0].taken == drafts[1].taken
