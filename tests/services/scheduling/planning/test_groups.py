"""Groups of interpreters: how much one can do, and handing its work out so that everybody keeps the rules."""

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning import Problem, Rules
from services.scheduling.planning.groups import Group, group_interpreters
from services.scheduling.planning.instance import Instance, bits, span
from services.scheduling.planning.rotation import name_interpreters
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    crowded_problem,
    everybody_may_talk,
    interpreter,
    stand,
)

ROUNDS = 9


@st.composite
def groups(draw: st.DrawFn) -> Group:
    most = draw(st.integers(1, 5))
    length = most + draw(st.integers(0, 4))
    members = draw(st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True))
    return Group(frozenset({0}), draw(st.integers(1, 2**ROUNDS - 1)), (most, length), tuple(members))


def keeps_stretch(work: int, stretch: tuple[int, int]) -> bool:
    """By the words of the rule: in no `length` consecutive rounds more than `most`."""
    most, length = stretch
    return all(sum(work >> number & 1 for number in range(a, a + length)) <= most for a in range(ROUNDS))


@settings(max_examples=200, deadline=None)
@given(groups(), st.integers(0, 2**ROUNDS - 1))
def test_capacity_is_the_most_that_all_members_can_do(group: Group, rounds: int) -> None:
    possible = (work for work in range(2**ROUNDS) if not work & ~(rounds & group.duty))
    most = max(work.bit_count() for work in possible if keeps_stretch(work, group.stretch))
    assert group.capacity(rounds) == most * len(group.members)


@settings(max_examples=200, deadline=None)
@given(groups())
def test_limits_allow_what_members_can_do(group: Group) -> None:
    """Every member may work as early as the stretch allows, and one round later, all at once."""
    for shift in (0, 1):
        work = 0
        for number in range(shift, ROUNDS):
            if group.duty >> number & 1 and keeps_stretch(work | 1 << number, group.stretch):
                work |= 1 << number
        for rounds, most in group.limits(ROUNDS):
            assert (work & rounds).bit_count() * len(group.members) <= most


@st.composite
def served(draw: st.DrawFn) -> tuple[Group, list[tuple[int, int, int]]]:
    """A group, and as many conversations as its limits allow, in rounds drawn by lot."""
    group = draw(groups())
    limits = list(group.limits(ROUNDS))
    asked = draw(st.lists(st.sampled_from(list(bits(group.duty))), max_size=40))
    work = Counter[int]()
    for number in asked:
        if all(sum(work[n] for n in bits(rounds)) < most for rounds, most in limits if rounds >> number & 1):
            work[number] += 1
    jobs = [(number, who, 0) for number, count in work.items() for who in range(count)]
    return group, draw(st.permutations(jobs))


@settings(max_examples=300, deadline=None)
@given(served())
def test_work_within_the_limits_can_always_be_handed_out(drawn: tuple[Group, list[tuple[int, int, int]]]) -> None:
    group, jobs = drawn
    named = name_interpreters([group], jobs)
    assert set(named) == {(candidate, number) for number, candidate, _ in jobs}
    assert set(named.values()) <= set(group.members)
    by_member: dict[int, list[int]] = {member: [] for member in group.members}
    for (_, number), member in named.items():
        by_member[member].append(number)
    for rounds in by_member.values():
        assert len(rounds) == len(set(rounds))
        assert keeps_stretch(sum(1 << number for number in rounds), group.stretch)
        assert set(rounds) <= set(bits(group.duty))


def test_full_work_is_handed_out_without_a_round_to_spare() -> None:
    group = Group(frozenset({0}), span(0, ROUNDS - 1), (4, 5), (3, 5, 8))
    week = [3, 3, 3, 3, 0, 3, 3, 3, 3]
    named = name_interpreters([group], [(number, who, 0) for number, count in enumerate(week) for who in range(count)])
    assert Counter(named.values()) == {3: 8, 5: 8, 8: 8}
    assert group.capacity(span(0, ROUNDS - 1)) == 24


def test_groups_do_not_share_their_work() -> None:
    first, second = Group(frozenset({0}), 1, (1, 1), (0,)), Group(frozenset({0}), 1, (1, 1), (1,))
    assert name_interpreters([first, second], [(0, 7, 1), (0, 9, 0)]) == {(7, 0): 1, (9, 0): 0}


def test_only_the_same_interpreters_are_a_group() -> None:
    helpers = (
        interpreter("I0"),
        interpreter("I1"),
        interpreter("other rounds", rounds=(0, 1)),
        interpreter("other stretch", stretch=(1, 2)),
        interpreter("I4", (("nl", "uk"),)),
        interpreter("other pairs", (("ru", "nl"),)),
        interpreter("more pairs", (("ru", "nl"), ("uk", "nl"))),
        interpreter("useless pairs", (("pl", "ti"),)),
        interpreter("never there", rounds=()),
    )
    people = (candidate("U", UKRAINIAN), candidate("R", RUSSIAN))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), people, helpers))
    found = [group.members for group in group_interpreters(Instance(problem))]
    assert found == [(0, 1, 4), (2,), (3,), (5,), (6,)]


@pytest.mark.parametrize("seed", range(10))
def test_every_useful_interpreter_is_in_one_group(seed: int) -> None:
    instance = Instance(crowded_problem(seed, candidates=14, stands=5, rounds=8, interpreters=6))
    members = list(itertools.chain.from_iterable(group.members for group in group_interpreters(instance)))
    assert len(members) == len(set(members))
    useful = {at for at, duty in enumerate(instance.duty) if duty and any(team >> at & 1 for team in instance.teams)}
    assert set(members) == useful
