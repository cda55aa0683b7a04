"""Fixed conversations that cannot stand together: the plan says infeasible, and which ones clash and why."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    unserved,
)
from services.scheduling.planning.clashes import find_clashes, name_unserved
from services.scheduling.planning.instance import Instance
from services.scheduling.planning.solver import make_plan
from services.scheduling.planning.staffing import Job
from services.scheduling.planning.unserved import staff_exactly
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    plan_of,
    problems_with_fixed,
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
    found = clashes(Fixed("C2", "S1", 0), Fixed("C1", "S1", 0), Fixed("C1", "S2", 0), Fixed("Ukr1", "S2", 0))
    assert {clash.code for clash in found} == {"outside_rounds", "same_round", "no_seats"}
    named = [conversation for clash in found for conversation in clash.conversations]
    assert Conversation("C2", "S1", 0) in named  # that it is one too many at the stand is told when it is not alone
    assert len(named) == 5


def test_only_as_many_are_named_as_pass_the_limit() -> None:
    people = tuple(candidate(f"C{at}") for at in range(5))
    problem = everybody_may_talk(replace(PROBLEM, candidates=people, stands=(stand(seats=(2, 1, 1)),)))
    [clash] = clashes(*(Fixed(one.id, "S1", 0) for one in people), problem=problem)
    assert (clash.code, clash.limit, len(clash.conversations)) == ("no_seats", 2, 3)


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


# ── the smallest ──────────────────────────────────────────────────────────────────────────────────────────────

PAIRS = st.sampled_from(((("uk", "nl"),), (("ru", "nl"),), (("uk", "nl"), ("ru", "nl"))))


@st.composite
def served_problems(draw: st.DrawFn) -> Problem:
    """Everything is plentiful but interpreters, and up to seven conversations that need one are fixed."""
    rounds = draw(st.integers(1, 4))
    helpers = tuple(
        interpreter(
            f"I{at}",
            draw(PAIRS),
            draw(st.sets(st.integers(0, rounds - 1)).map(sorted) | st.just(list(range(rounds)))),
            draw(st.sampled_from(((1, 1), (1, 2), (2, 3), (1, 3)))),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    wanted = draw(st.lists(st.tuples(st.sampled_from((UKRAINIAN, RUSSIAN)), st.integers(0, rounds - 1)), max_size=7))
    people = tuple(candidate(f"C{at}", languages, (0, rounds - 1)) for at, (languages, _) in enumerate(wanted))
    problem = everybody_may_talk(Problem(rounds, Rules(), (stand(seats=(9,) * rounds),), people, helpers))
    return replace(problem, fixed=tuple(Fixed(f"C{at}", "S1", number) for at, (_, number) in enumerate(wanted)))


def can_stay(problem: Problem, fixed: tuple[Fixed, ...], served: tuple[Conversation, ...] = ()) -> bool:
    """Is there an interpreter for each of these? By trying all, as the checker allows it."""
    if not fixed:
        return True
    one, free = fixed[0], replace(problem, fixed=())
    found = (Conversation(one.candidate, one.stand, one.round, helper.id) for helper in problem.interpreters)
    return any(
        can_stay(problem, fixed[1:], (*served, last))
        for last in found
        if check(free, plan_of(free, *served, last)).broken is None
    )


@settings(max_examples=100, deadline=None)
@given(served_problems())
def test_clash_of_interpreters_is_the_smallest_there_is(problem: Problem) -> None:
    found = clashes(*problem.fixed, problem=problem)
    missing = [clash for clash in found if clash.code == "no_language"]
    if missing:
        assert all(len(clash.conversations) == 1 for clash in missing)
        return
    smallest = next(
        (
            size
            for size in range(len(problem.fixed) + 1)
            if any(not can_stay(problem, some) for some in itertools.combinations(problem.fixed, size))
        ),
        None,
    )
    assert [len(clash.conversations) for clash in found] == ([] if smallest is None else [smallest])
    for clash in found:
        assert not can_stay(problem, fixed_of(clash))


def fixed_of(clash: Clash, *, but: int | None = None) -> tuple[Fixed, ...]:
    named = [Fixed(one.candidate, one.stand, one.round) for one in clash.conversations]
    return tuple(one for at, one in enumerate(named) if at != but)


@settings(max_examples=80, deadline=None)
@given(problems_with_fixed(most_fixed=6))
def test_clash_is_irreducible(problem: Problem) -> None:
    """With the conversations of a clash alone there is no plan, and without any one of them there is."""
    for clash in make_plan(problem, time_limit=0.0).clashes:
        assert make_plan(replace(problem, fixed=fixed_of(clash)), time_limit=0.0).status == "infeasible"
        for at in range(len(clash.conversations)):
            without = replace(problem, fixed=fixed_of(clash, but=at))
            assert check(without, make_plan(without, time_limit=0.0)).broken is None


@settings(max_examples=100, deadline=None)
@given(served_problems())
def test_model_finds_interpreters_wherever_there_are(problem: Problem) -> None:
    instance = Instance(problem)
    if any(not options for options in instance.options):
        return
    jobs = [(at, instance.options[at][0].team, one.round) for at, one in enumerate(problem.fixed)]
    crew = staff_exactly(instance, jobs)
    assert (crew is not None) == can_stay(problem, problem.fixed)
    if crew is not None:
        served = (
            Conversation(one.candidate, one.stand, one.round, f"I{crew.find(at, one.round)}")
            for at, one in enumerate(problem.fixed)
        )
        assert check(problem, plan_of(problem, *served)).broken is None


@pytest.mark.parametrize("seed", [1, 2])
def test_clash_in_a_medium_event_is_small(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All conversations of a plan are fixed, and an interpreter falls out: a few name the trouble."""
    monkeypatch.setattr(unserved, "SECONDS", 60.0)  # it takes one, but not on a machine that is busy with other things
    problem = generate("M", seed, scarce=True)
    before = solve_greedily(problem, time_limit=600)
    fixed = tuple(Fixed(one.candidate, one.stand, one.round) for one in before.conversations)
    without = (
        Instance(replace(problem, interpreters=tuple(left), fixed=fixed))
        for left in itertools.combinations(problem.interpreters, len(problem.interpreters) - 1)
    )
    instance = next(one for one in without if not find_clashes(one))  # the others know all that is needed
    [clash] = name_unserved(instance)
    assert len(clash.conversations) < len(fixed) / 10
    assert clash.code == "no_interpreter"
    jobs = jobs_of(instance, clash)
    assert staff_exactly(instance, jobs) is None
    for at in range(len(jobs)):
        assert staff_exactly(instance, jobs[:at] + jobs[at + 1 :]) is not None


def jobs_of(instance: Instance, clash: Clash) -> list[Job]:
    found = []
    for one in clash.conversations:
        candidate_at = instance.candidate_at[one.candidate]
        option = instance.options[candidate_at][instance.stand_at[one.stand]]
        found.append((candidate_at, option.team, one.round))
    return found
