"""Planning anew at the door: the past stays, what was announced stays where it can, and what is free is filled."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scheduling.planning import Conversation, InvalidInput, Pair, Plan, Problem, Rules, check, generate
from services.scheduling.planning.changes import change_problem, compare, rounds_to_come
from services.scheduling.planning.generate_changes import change_of_the_day
from services.scheduling.planning.problem import CandidateRounds, Changes, Fixed, InterpreterRounds, StandSeats
from services.scheduling.planning.replan import replan
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.absurd import ABSURD, ABSURD_CHANGES, TALK
from tests.services.scheduling.planning.problems import (
    DUTCH,
    RUSSIAN,
    UKRAINIAN,
    USUAL,
    candidate,
    crowded_problem,
    everybody_may_talk,
    interpreter,
    plan_of,
    problems,
    stand,
)

PATIENCE = 600
"""Seconds: so that small problems are never stopped by the time."""
SHORT = 3
"""Seconds: for problems that need not be planned to the end."""

NOBODY = Changes()
Case = tuple[Problem, Plan, Changes, int]


@st.composite
def cases(draw: st.DrawFn, most: int = 5, most_rounds: int = 6, most_pairs: int = 25) -> Case:
    """A problem, a plan for it, changes from small to absurd, and a round from the first to the one after the last."""
    problem = draw(problems(most, most_rounds, most_pairs))
    plan = make_plan(problem, time_limit=PATIENCE)
    return problem, plan, draw(changes_of(problem)), draw(st.integers(0, problem.rounds))


def _some(draw: st.DrawFn, ids: list[str]) -> list[str]:
    """None, some or all of them."""
    return draw(st.just([]) | st.lists(st.sampled_from(ids), unique=True) | st.just(ids)) if ids else []


@st.composite
def changes_of(draw: st.DrawFn, problem: Problem) -> Changes:
    """Changes that can be made to this problem."""
    rounds = problem.rounds
    window = st.integers(0, rounds).flatmap(lambda first: st.tuples(st.just(first), st.integers(first - 1, rounds - 1)))
    duty = st.lists(st.integers(0, rounds - 1), unique=True).map(tuple) if rounds else st.just(())
    seats = st.lists(st.integers(0, 3), min_size=rounds, max_size=rounds).map(tuple)
    people, places = [one.id for one in problem.candidates], [one.id for one in problem.stands]
    helpers = [one.id for one in problem.interpreters]
    gone, closed, ill = _some(draw, people), _some(draw, places), _some(draw, helpers)
    others = [one for one in _some(draw, people) if one not in gone]
    arrived = [
        candidate(f"W{at}", draw(USUAL | st.just({})), draw(window), draw(st.none() | st.integers(0, 3)))
        for at in range(draw(st.integers(0, 2)))
    ]
    opened = [stand("new", draw(seats), draw(USUAL))] if draw(st.booleans()) else []
    came = [interpreter("new", rounds=draw(duty))] if draw(st.booleans()) else []
    wishes = [(one.id, place) for one in arrived for place in (*places, *(one.id for one in opened))]
    wishes += [(one, other.id) for one in people for other in opened]
    return Changes(
        absent_candidates=tuple(gone),
        absent_interpreters=tuple(ill),
        absent_stands=tuple(closed),
        candidate_rounds=tuple(CandidateRounds(one, draw(window)) for one in others),
        interpreter_rounds=tuple(InterpreterRounds(one, draw(duty)) for one in helpers if one not in ill),
        stand_seats=tuple(StandSeats(one, draw(seats)) for one in places if one not in closed),
        new_candidates=tuple(arrived),
        new_interpreters=tuple(came),
        new_stands=tuple(opened),
        new_pairs=tuple(Pair(*both, draw(st.integers(0, 100))) for both in wishes),
    )


SLOWLY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOWLY
@given(cases(), st.integers(0, 3))
def test_every_new_plan_keeps_all_rules_and_the_past(case: Case, seed: int) -> None:
    problem, plan, changes, from_round = case
    changed = change_problem(problem, plan, changes, from_round)
    published: list[Plan] = []
    after = replan(
        problem, plan, changes, from_round=from_round, seed=seed, time_limit=PATIENCE, publish=published.append
    )
    for one in (*published, after):
        assert check(changed, one).broken is None
        assert _past(one, from_round) == _past(plan, from_round)
        _assert_that_nobody_is_planned_in_their_absence(changed, changes, one, from_round)
    kept = [{_seat(one) for one in compare(plan, found, from_round).kept} for found in (*published, after)]
    assert all(first == kept[0] for first in kept)
    values = [one.value for one in (*published, after)]
    assert values == sorted(values)
    assert after.value >= _value_of(changed, plan, from_round, kept[0])


def _assert_that_nobody_is_planned_in_their_absence(
    changed: Problem, changes: Changes, plan: Plan, from_round: int
) -> None:
    there = rounds_to_come(changed, changes, from_round)
    later = [one for one in plan.conversations if one.round >= from_round]
    assert all(there[one.candidate] >> one.round & 1 for one in later)
    assert not {one.candidate for one in later} & set(changes.absent_candidates)
    assert not {one.interpreter for one in later} & set(changes.absent_interpreters)
    assert not {one.stand for one in later} & set(changes.absent_stands)


def _value_of(changed: Problem, plan: Plan, from_round: int, kept: set[tuple[str, str, int]]) -> int:
    """What the past and what is kept is worth by itself."""
    there = [one for one in plan.conversations if one.round < from_round or _seat(one) in kept]
    return plan_of(changed, *there).value


@SLOWLY
@given(cases(most=3, most_rounds=3, most_pairs=3))
def test_most_is_kept_with_its_interpreters_and_no_continuation_is_above_the_bound(case: Case) -> None:
    problem, plan, changes, from_round = case
    few = {pair.candidate for pair in changes.new_pairs[:2]}
    changes = replace(changes, new_pairs=tuple(pair for pair in changes.new_pairs[:2] if pair.candidate in few))
    changed = change_problem(problem, plan, changes, from_round)
    after = replan(problem, plan, changes, from_round=from_round, time_limit=PATIENCE)
    announced = {_seat(one) for one in plan.conversations if one.round >= from_round}
    kept = {_seat(one) for one in compare(plan, after, from_round).kept}
    most, best, same = 0, 0, 0
    for found in _continue(changed, changes, plan, from_round):
        seats = {_seat(one) for one in found}
        most = max(most, len(announced & seats))
        if kept <= seats:
            best = max(best, check(changed, plan_of(changed, *found)).value)
        if seats == {_seat(one) for one in after.conversations}:
            same = max(same, len(set(found) & set(plan.conversations)))
    assert len(kept) == most
    assert after.value <= best <= after.bound
    assert after.value == best
    assert len(set(after.conversations) & set(plan.conversations)) == same
    if after.status == "optimal":
        assert after.bound == best


@SLOWLY
@given(cases(most=3, most_rounds=3, most_pairs=3), st.sampled_from((0.0, 0.001, 0.003, 0.01, 0.03)))
def test_no_continuation_is_above_the_bound_however_little_time_there_was(case: Case, seconds: float) -> None:
    problem, plan, changes, from_round = case
    changes = replace(changes, new_pairs=changes.new_pairs[:2])
    changed = change_problem(problem, plan, changes, from_round)
    after = replan(problem, plan, changes, from_round=from_round, time_limit=seconds)
    assert check(changed, after).broken is None
    assert _past(after, from_round) == _past(plan, from_round)
    kept = {_seat(one) for one in compare(plan, after, from_round).kept}
    best = max(
        check(changed, plan_of(changed, *found)).value
        for found in _continue(changed, changes, plan, from_round)
        if kept <= {_seat(one) for one in found}
    )
    assert after.value <= best <= after.bound


@st.composite
def cases_with_fixed(draw: st.DrawFn) -> Case:
    """The same with some of the planned conversations fixed, and nobody new."""
    problem, plan, changes, from_round = draw(cases(most=3, most_rounds=3, most_pairs=5))
    chosen = _some(draw, sorted({one.candidate for one in plan.conversations}))
    fixed = tuple(Fixed(*_seat(one)) for one in plan.conversations if one.candidate in chosen)
    changes = replace(changes, new_candidates=(), new_stands=(), new_pairs=())
    return replace(problem, fixed=fixed), plan, changes, from_round


@SLOWLY
@given(cases_with_fixed())
def test_most_of_what_is_fixed_stays_and_then_most_of_what_was_announced(case: Case) -> None:
    problem, plan, changes, from_round = case
    changed = change_problem(problem, plan, changes, from_round)
    after = replan(problem, plan, changes, from_round=from_round, time_limit=PATIENCE)
    assert check(changed, after).broken is None
    fixed = {(one.candidate, one.stand, one.round) for one in problem.fixed}
    announced = {_seat(one) for one in plan.conversations}

    def stays(found: Iterable[Conversation]) -> tuple[int, int]:
        seats = {_seat(one) for one in found}
        return len(fixed & seats), len(announced & seats)

    assert stays(after.conversations) == max(map(stays, _continue(changed, changes, plan, from_round)))


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_problem_is_planned_anew(name: str) -> None:
    problem = ABSURD[name]
    plan = make_plan(problem, time_limit=PATIENCE)
    for from_round in range(problem.rounds + 1):
        after = replan(problem, plan, NOBODY, from_round=from_round, time_limit=PATIENCE)
        assert check(change_problem(problem, plan, NOBODY, from_round), after).broken is None
        assert after.value == after.bound == plan.value


@pytest.mark.parametrize("name", ABSURD_CHANGES)
def test_absurd_changes_are_planned_around(name: str) -> None:
    changes = ABSURD_CHANGES[name]
    plan = make_plan(TALK, time_limit=PATIENCE)
    for from_round in range(TALK.rounds + 1):
        changed = change_problem(TALK, plan, changes, from_round)
        after = replan(TALK, plan, changes, from_round=from_round, time_limit=PATIENCE)
        assert check(changed, after).broken is None
        assert _past(after, from_round) == _past(plan, from_round)
        _assert_that_nobody_is_planned_in_their_absence(changed, changes, after, from_round)


def _continue(changed: Problem, changes: Changes, plan: Plan, from_round: int) -> Iterator[tuple[Conversation, ...]]:
    """Every legal plan with this past, by trying everything."""
    there = rounds_to_come(changed, changes, from_round)
    names = (None, *(one.id for one in changed.interpreters))

    def extend(found: tuple[Conversation, ...], at: int) -> Iterator[tuple[Conversation, ...]]:
        if at == len(changed.pairs):
            yield found
            return
        yield from extend(found, at + 1)
        pair = changed.pairs[at]
        for number in range(from_round, changed.rounds):
            for name in names if there[pair.candidate] >> number & 1 else ():
                more = (*found, Conversation(pair.candidate, pair.stand, number, name))
                if check(changed, plan_of(changed, *more)).broken is None:
                    yield from extend(more, at + 1)

    yield from extend(tuple(_past(plan, from_round)), 0)


def _past(plan: Plan, from_round: int) -> list[Conversation]:
    return sorted(
        (one for one in plan.conversations if one.round < from_round), key=lambda one: (one.round, one.candidate)
    )


def _seat(one: Conversation) -> tuple[str, str, int]:
    return one.candidate, one.stand, one.round


def test_nothing_changed_and_nothing_to_gain_leaves_the_plan_as_it_is() -> None:
    problem = crowded_problem(7, candidates=8, stands=3, rounds=4, interpreters=2)
    plan = make_plan(problem, time_limit=PATIENCE)
    assert plan.status == "optimal"
    after = replan(problem, plan, NOBODY, from_round=1, time_limit=PATIENCE)
    assert after.conversations == plan.conversations
    assert after.value == after.bound == plan.value


def test_walk_in_takes_the_seat_of_a_no_show() -> None:
    people = (candidate("C1"), candidate("C2"))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(seats=(1, 1, 0)),), people))
    plan = plan_of(problem, Conversation("C1", "S1", 0), Conversation("C2", "S1", 1), bound=2100)
    changes = Changes(("C2",), new_candidates=(candidate("W1", rounds=(1, 1)),), new_pairs=(Pair("W1", "S1", 10),))
    after = replan(problem, plan, changes, from_round=1, time_limit=PATIENCE)
    assert after.conversations == (Conversation("C1", "S1", 0), Conversation("W1", "S1", 1))
    assert (after.value, after.bound, after.status) == (2060, 2060, "optimal")
    difference = compare(plan, after, 1)
    assert difference.dropped == (Conversation("C2", "S1", 1),)
    assert difference.new == (Conversation("W1", "S1", 1),)
    assert not difference.kept + difference.moved + difference.interpreters


def test_no_show_keeps_what_is_over() -> None:
    problem = everybody_may_talk(Problem(3, Rules(), (stand(), stand("S2")), (candidate(),)))
    plan = plan_of(problem, Conversation("C1", "S1", 0), Conversation("C1", "S2", 2), bound=1400)
    after = replan(problem, plan, Changes(("C1",)), from_round=1, time_limit=PATIENCE)
    assert after.conversations == (Conversation("C1", "S1", 0),)
    assert change_problem(problem, plan, Changes(("C1",)), 1).candidates[0].rounds == (0, 0)


def test_other_interpreter_stands_in_for_one_who_fell_ill() -> None:
    helpers = (interpreter("I1"), interpreter("I2"))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), (candidate("C1", UKRAINIAN),), helpers))
    plan = plan_of(problem, Conversation("C1", "S1", 2, "I1"), bound=1050)
    after = replan(problem, plan, Changes(absent_interpreters=("I1",)), from_round=1, time_limit=PATIENCE)
    assert after.conversations == (Conversation("C1", "S1", 2, "I2"),)
    assert compare(plan, after, 1).interpreters == after.conversations


def test_conversation_is_moved_only_when_it_cannot_stay() -> None:
    helpers = (interpreter("I1"), interpreter("I2", rounds=(1,)))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), (candidate("C1", UKRAINIAN),), helpers))
    plan = plan_of(problem, Conversation("C1", "S1", 2, "I1"), bound=1050)
    after = replan(problem, plan, Changes(absent_interpreters=("I1",)), from_round=0, time_limit=PATIENCE)
    assert after.conversations == (Conversation("C1", "S1", 1, "I2"),)
    assert compare(plan, after, 0).moved == ((plan.conversations[0], after.conversations[0]),)


def test_the_only_interpreter_is_ill() -> None:
    people = (candidate("C1", UKRAINIAN), candidate("C2"))
    problem = everybody_may_talk(Problem(3, Rules(), (stand(seats=(2, 2, 2)),), people, (interpreter(),)))
    plan = plan_of(problem, Conversation("C1", "S1", 1, "I1"), Conversation("C2", "S1", 1), bound=2100)
    after = replan(problem, plan, Changes(absent_interpreters=("I1",)), from_round=1, time_limit=PATIENCE)
    assert after.conversations == (Conversation("C2", "S1", 1),)
    assert after.status == "optimal"


def test_rest_of_an_interpreter_counts_what_is_over() -> None:
    people = tuple(candidate(f"C{at}", UKRAINIAN, (0, 3)) for at in range(4))
    helper = interpreter(rounds=range(4), stretch=(2, 3))
    problem = everybody_may_talk(Problem(4, Rules(), (stand(seats=(1, 1, 1, 1)),), people, (helper,)))
    past = Conversation("C0", "S1", 0, "I1"), Conversation("C1", "S1", 1, "I1")
    plan = plan_of(problem, *past, bound=10_000)
    after = replan(problem, plan, NOBODY, from_round=2, time_limit=PATIENCE)
    assert [one.round for one in after.conversations] == [0, 1, 3]
    assert after.status == "optimal"


def test_announced_interpreter_gives_way_to_somebody_who_needs_rest() -> None:
    helpers = (
        interpreter("I1", stretch=(1, 2)),
        interpreter("I2", (("uk", "nl"), ("ru", "nl"))),
        interpreter("I3", (("ru", "nl"),)),
    )
    people = (candidate("C0", UKRAINIAN), candidate("Y", RUSSIAN, (1, 1)))
    problem = everybody_may_talk(Problem(3, Rules(max_conversations=1), (stand(seats=(1, 2, 0)),), people, helpers))
    past, announced = Conversation("C0", "S1", 0, "I1"), Conversation("Y", "S1", 1, "I2")
    plan = plan_of(problem, past, announced, bound=2100)
    walk_in = Changes(new_candidates=(candidate("X", UKRAINIAN, (1, 1)),), new_pairs=(Pair("X", "S1", 50),))
    after = replan(problem, plan, walk_in, from_round=1, time_limit=PATIENCE)
    assert set(after.conversations) == {past, Conversation("Y", "S1", 1, "I3"), Conversation("X", "S1", 1, "I2")}
    assert compare(plan, after, 1).interpreters == (Conversation("Y", "S1", 1, "I3"),)


@pytest.mark.parametrize("fixed", ["C1", "C2", "C3"])
def test_fixed_conversation_stays_before_others_that_were_announced(fixed: str) -> None:
    people = tuple(candidate(f"C{at}", rounds=(0, 0)) for at in (1, 2, 3))
    problem = everybody_may_talk(Problem(1, Rules(), (stand(seats=(3,)),), people))
    problem = replace(problem, fixed=(Fixed(fixed, "S1", 0),))
    plan = plan_of(problem, *(Conversation(one.id, "S1", 0) for one in people), bound=10_000)
    after = replan(problem, plan, Changes(stand_seats=(StandSeats("S1", (1,)),)), from_round=0, time_limit=PATIENCE)
    assert after.conversations == (Conversation(fixed, "S1", 0),)


def test_who_returns_later_is_left_alone_until_then() -> None:
    stands = tuple(stand(f"S{at}", seats=(1, 1, 1, 1)) for at in range(4))
    problem = everybody_may_talk(Problem(4, Rules(), stands, (candidate(rounds=(0, 3)),)))
    plan = plan_of(problem, Conversation("C1", "S0", 0), Conversation("C1", "S1", 1), bound=10_000)
    changes = Changes(candidate_rounds=(CandidateRounds("C1", (3, 3)),))
    after = replan(problem, plan, changes, from_round=1, time_limit=PATIENCE)
    assert [one.round for one in after.conversations] == [0, 3]
    assert check(change_problem(problem, plan, changes, 1), after).broken is None


@pytest.mark.parametrize("scarce", [False, True])
def test_day_of_a_small_event(scarce: bool) -> None:
    problem = generate("S", 3, scarce=scarce)
    plan = make_plan(problem, time_limit=SHORT)
    changes = change_of_the_day(problem, plan, 3, seed=3, ill=0.34)
    assert (len(changes.absent_candidates), len(changes.new_candidates)) == (7, 5)
    assert changes.absent_interpreters
    published: list[Plan] = []
    after = replan(problem, plan, changes, from_round=3, time_limit=SHORT, publish=published.append)
    changed = change_problem(problem, plan, changes, 3)
    assert all(check(changed, one).broken is None for one in (*published, after))
    assert published[0].value >= 0.98 * after.bound
    assert after.value >= 0.99 * after.bound


def test_same_seed_gives_the_same_plan() -> None:
    problem = crowded_problem(11, candidates=12, stands=4, rounds=5, interpreters=3)
    plan = make_plan(problem, time_limit=PATIENCE)
    changes = change_of_the_day(problem, plan, 2, seed=1, ill=0.3)
    one, other = (replan(problem, plan, changes, from_round=2, seed=5, time_limit=PATIENCE) for _ in range(2))
    assert one.conversations == other.conversations


def test_without_time_there_is_still_an_answer() -> None:
    problem = generate("S", 4)
    plan = make_plan(problem, time_limit=SHORT)
    changes = change_of_the_day(problem, plan, 3, seed=4, ill=0.3)
    for stopped in (
        replan(problem, plan, changes, from_round=3, time_limit=0),
        replan(problem, plan, changes, from_round=3, cancelled=lambda: True),
    ):
        assert check(change_problem(problem, plan, changes, 3), stopped).broken is None
        assert stopped.status == "stopped"
        assert compare(plan, stopped, 3).kept


@pytest.mark.parametrize("from_round", [-1, 4])
def test_round_that_is_none_is_refused(from_round: int) -> None:
    problem = Problem(3)
    with pytest.raises(InvalidInput, match=rf"^from_round: {from_round} is not between 0 and 3$"):
        replan(problem, plan_of(problem), NOBODY, from_round=from_round)


def test_plan_that_breaks_a_rule_is_refused() -> None:
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), (candidate(languages=UKRAINIAN),)))
    plan = plan_of(problem, Conversation("C1", "S1", 0))
    with pytest.raises(InvalidInput, match=r"breaks a rule of its problem: .* share no language"):
        replan(problem, plan, NOBODY, from_round=0)


def test_generated_changes_are_the_same_for_the_same_seed() -> None:
    problem = everybody_may_talk(Problem(3, Rules(), (stand(),), tuple(candidate(f"C{at}", DUTCH) for at in range(25))))
    plan = plan_of(problem, *(Conversation(f"C{at}", "S1", at) for at in range(3)))
    changes = change_of_the_day(problem, plan, 2, seed=5)
    assert changes == change_of_the_day(problem, plan, 2, seed=5)
    assert changes != change_of_the_day(problem, plan, 2, seed=6)
    assert not {"C0", "C1"} & set(changes.absent_candidates)
    assert [one.rounds for one in changes.new_candidates] == [(2, 2), (2, 2)]
