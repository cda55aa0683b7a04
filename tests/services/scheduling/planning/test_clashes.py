"""Fixed conversations that cannot stand together: the plan says infeasible, and which ones clash and why."""

from dataclasses import replace

import pytest

from services.scheduling.planning import (
    Clash,
    Conversation,
    Fixed,
    Pair,
    Problem,
    Rules,
    check,
    generate,
    solve_greedily,
)
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    stand,
)

PROBLEM = everybody_may_talk(
    Problem(
        rounds=3,
        rules=Rules(max_conversations=2),
        stands=(stand("S1"), stand("S2"), stand("S3", (1, 1, 0))),
        candidates=(
            candidate("C1"),
            candidate("C2", rounds=(1, 2), limit=1),
            candidate("Ukr1", UKRAINIAN),
            candidate("Ukr2", UKRAINIAN),
            candidate("Rus", RUSSIAN),
        ),
        interpreters=(interpreter("I1", stretch=(1, 2)),),
    )
)


def clashes(*fixed: Fixed, problem: Problem = PROBLEM) -> list[Clash]:
    problem = replace(problem, fixed=fixed)
    plan, other = make_plan(problem), solve_greedily(problem)
    assert plan.clashes == other.clashes
    if plan.status == "infeasible":
        assert check(problem, plan).broken is not None
    else:
        assert check(problem, plan).broken is None
    return list(plan.clashes)


@pytest.mark.parametrize(
    ("code", "limit", "fixed"),
    [
        ("outside_rounds", None, [Fixed("C2", "S1", 0)]),
        ("no_language", None, [Fixed("Rus", "S1", 0)]),
        ("same_round", None, [Fixed("C1", "S1", 0), Fixed("C1", "S2", 0)]),
        ("same_stand", None, [Fixed("C1", "S1", 0), Fixed("C1", "S1", 1)]),
        ("too_many", 1, [Fixed("C2", "S1", 1), Fixed("C2", "S2", 2)]),
        ("too_many", 2, [Fixed("C1", "S1", 1), Fixed("C1", "S2", 2), Fixed("C1", "S3", 0)]),
        ("no_seats", 1, [Fixed("C1", "S1", 1), Fixed("C2", "S1", 1)]),
        ("no_seats", 0, [Fixed("C1", "S3", 2)]),
        ("no_interpreter", None, [Fixed("Ukr1", "S1", 0), Fixed("Ukr2", "S2", 0)]),
        ("no_interpreter", None, [Fixed("Ukr1", "S1", 0), Fixed("Ukr2", "S2", 1)]),
    ],
)
def test_clash_is_told_with_its_conversations(code: str, limit: int | None, fixed: list[Fixed]) -> None:
    named = tuple(Conversation(one.candidate, one.stand, one.round) for one in fixed)
    assert clashes(*fixed) == [Clash(code, named, limit)]


def test_pair_that_may_not_talk_cannot_be_fixed() -> None:
    problem = replace(PROBLEM, pairs=(Pair("C1", "S2", 5),))
    assert [clash.code for clash in clashes(Fixed("C1", "S1", 0), problem=problem)] == ["not_listed"]


def test_several_clashes_are_told_together() -> None:
    found = clashes(Fixed("C2", "S1", 0), Fixed("C1", "S1", 0), Fixed("C1", "S2", 0))
    assert {clash.code for clash in found} == {"outside_rounds", "same_round", "no_seats"}


def test_the_round_without_enough_interpreters_is_named_alone() -> None:
    helper = interpreter("I1", rounds=(0, 2))
    problem = replace(PROBLEM, interpreters=(helper,))
    found = clashes(Fixed("Ukr1", "S1", 0), Fixed("Ukr2", "S2", 1), problem=problem)
    assert found == [Clash("no_interpreter", (Conversation("Ukr2", "S2", 1),))]


def test_fixed_conversations_that_fit_are_no_clash() -> None:
    assert clashes(Fixed("Ukr1", "S1", 0), Fixed("Ukr2", "S2", 2), Fixed("C1", "S1", 1)) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_whole_plan_of_a_medium_event_can_be_fixed(seed: int) -> None:
    """Every interpreter works to the limit, so that those who rest must be chosen well."""
    problem = generate("M", seed)
    before = solve_greedily(problem, time_limit=600)
    fixed = tuple(Fixed(one.candidate, one.stand, one.round) for one in before.conversations)
    problem = replace(problem, fixed=fixed)
    plan = solve_greedily(problem, time_limit=600)
    assert check(problem, plan).broken is None
    assert plan.value >= before.value


def test_interpreters_for_fixed_conversations_are_searched_for() -> None:
    """Only one way works: the interpreter of two pairs must leave Ukrainian to the others and rest in between."""
    rounds, people = 4, tuple(candidate(f"U{at}", UKRAINIAN, (0, 3)) for at in range(6))
    russians = (candidate("R0", RUSSIAN, (0, 3)), candidate("R1", RUSSIAN, (0, 3)))
    helpers = (
        interpreter("both", (("uk", "nl"), ("ru", "nl")), range(4), (1, 2)),
        interpreter("one", (("uk", "nl"),), range(4), (2, 3)),
        interpreter("two", (("uk", "nl"),), range(4), (2, 3)),
    )
    stands = tuple(stand(f"S{at}", (9,) * rounds) for at in range(2))
    problem = everybody_may_talk(Problem(rounds, Rules(), stands, people + russians, helpers))
    wanted = [("R0", 0), ("R1", 3), ("U0", 0), ("U1", 0), ("U2", 1), ("U3", 1), ("U4", 3), ("U5", 3)]
    assert clashes(*(Fixed(who, "S0", number) for who, number in wanted), problem=problem) == []
