"""Chains, and what is done with them: every exchange keeps all rules, the tables say what the draft says."""

from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.scheduling.planning.annealing import Annealing
from services.scheduling.planning.chains import Chains, count_idle_rounds
from services.scheduling.planning.check import check
from services.scheduling.planning.draft import Draft
from services.scheduling.planning.generate import generate
from services.scheduling.planning.instance import bits
from services.scheduling.planning.plan import Plan
from services.scheduling.planning.problem import Problem
from services.scheduling.planning.seating import Seating
from services.scheduling.planning.shortening import shorten_waits
from services.scheduling.planning.solver import make_plan
from services.scheduling.planning.waiting import Waits
from services.scheduling.planning.watch import Watch
from services.scheduling.planning.writing import name_draft, write_board
from tests.services.scheduling.planning.problems import crowded_problem, problems, problems_with_fixed
from tests.services.scheduling.planning.test_waiting import make_draft, places


def write(draft: Draft) -> Plan:
    return write_board(name_draft(draft), 10**9, 0, "within_gap")


def list_days(draft: Draft) -> dict[int, set[int]]:
    days: dict[int, set[int]] = {}
    for at, (number, _) in draft.taken.items():
        days.setdefault(draft.choices[at].candidate, set()).add(number)
    return days


@settings(max_examples=60, deadline=None)
@given(problems_with_fixed(), st.randoms(use_true_random=False))
def test_an_exchange_keeps_every_rule_or_changes_nothing(problem: Problem, random: Random) -> None:
    assume(make_plan(problem).status != "infeasible")
    draft = make_draft(problem)
    chains = Chains(draft, Random(random.randrange(10**6)))
    stays = {at: draft.taken[at] for at in draft.taken if draft.choices[at].must}
    for _ in range(20):
        if not draft.taken:
            break
        at = random.choice(sorted(draft.taken))
        now, _ = draft.taken[at]
        before = dict(draft.taken)
        idle = Waits(draft).count()
        told: list[int] = []

        def note(longer: int, told: list[int] = told) -> bool:
            told.append(longer)
            return True

        to = random.randrange(problem.rounds)
        done = to != now and chains.exchange(at, to, now, note)
        if done:
            assert draft.taken[at][0] == to
            assert {draft.taken[one][0] for one in before if draft.taken[one][0] != before[one][0]} <= {now, to}
            assert Waits(draft).count() - idle == told[-1]
        else:
            assert draft.taken == before
        assert check(problem, write(draft)).broken is None
        assert {who: set(bits(day)) for who, day in enumerate(chains.day) if day} == list_days(draft)
    assert {at: draft.taken[at] for at in stays} == stays


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 99))
def test_what_was_taken_out_is_seated_again_by_the_rules(problem: Problem, seed: int) -> None:
    draft = make_draft(problem)
    whole, best = set(draft.taken), draft.value()
    for at in sorted(whole)[::2]:
        del draft.taken[at]
    gone = len(whole) - len(draft.taken)
    seating = Seating(draft, sorted(whole), seed)
    assert len(seating.missing) == gone
    seated = seating.try_to_seat(200)
    assert len(seating.missing) == gone - seated
    assert set(draft.taken) | set(seating.missing) == whole
    assert check(problem, write(draft)).broken is None
    assert (draft.value() == best) is (not seating.missing)


def test_nobody_gets_more_conversations_than_the_limit() -> None:
    draft = make_draft(crowded_problem(3, 12, 4, 6, 3))
    person = draft.choices[min(draft.taken)].candidate
    draft.instance.limit[person] = draft.count_conversations(draft.taken)[person]
    more = [at for at, one in enumerate(draft.choices) if one.candidate == person and at not in draft.taken]
    assert more
    seating = Seating(draft, more, 0)
    assert seating.try_to_seat(100) == 0
    assert seating.missing == more


@pytest.mark.parametrize("scarce", [False, True])
def test_annealing_knows_how_many_idle_rounds_are_left(scarce: bool) -> None:
    problem = generate("S", 4, scarce=scarce)
    draft = make_draft(problem)
    before = write(draft)
    annealing = Annealing(draft, 0)
    assert annealing.idle == before.idle_rounds
    assert annealing.cool(0.6, 6_000, 0, lambda: True)
    after = write(draft)
    assert check(problem, after).broken is None
    assert places(after) == places(before)
    assert annealing.idle == after.idle_rounds < before.idle_rounds / 3


def test_annealing_stops_when_it_is_told_to() -> None:
    draft = make_draft(crowded_problem(0, 12, 4, 6, 3))
    annealing = Annealing(draft, 0)
    taken = dict(draft.taken)
    assert annealing.idle > 0
    assert not annealing.cool(0.6, 10**9, 0, lambda: False)
    assert draft.taken == taken


def test_waits_are_proven_to_be_as_short_as_can_be() -> None:
    problem = generate("S", 3)
    draft = make_draft(problem)
    done, bound = shorten_waits(draft, Watch(600, None, None), 0, 0.9, 0.95, lambda: None)
    assert done
    assert bound == Waits(draft).count()


def test_nothing_is_lost_when_time_is_up_before_anything_became_better() -> None:
    draft = make_draft(crowded_problem(0, 12, 4, 6, 3))
    taken = dict(draft.taken)
    done, bound = shorten_waits(draft, Watch(0, None, None), 0, 0.9, 0.95, lambda: None)
    assert not done
    assert draft.taken == taken
    assert 0 <= bound <= Waits(draft).count()


@given(st.sets(st.integers(0, 24)))
def test_idle_rounds_of_a_day(rounds: set[int]) -> None:
    expected = max(rounds) - min(rounds) + 1 - len(rounds) if rounds else 0
    assert count_idle_rounds(sum(1 << number for number in rounds)) == expected
