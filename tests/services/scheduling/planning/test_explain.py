"""Reasons: why a conversation is here, and which rule stands in the way of one that is not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning import (
    Conversation,
    Explainer,
    Fixed,
    Pair,
    Plan,
    Problem,
    Reason,
    Rules,
    check,
    generate,
    solve_greedily,
)
from services.scheduling.planning.obstacles import OBSTACLES
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    plan_of,
    problems,
    stand,
)

STANDS = (stand("S1"), stand("S2"), stand("S3", (0, 0, 1)))
PEOPLE = (candidate("C1"), candidate("Ukr", UKRAINIAN), candidate("Rus", RUSSIAN), candidate("C2", rounds=(0, 1)))
PROBLEM = everybody_may_talk(Problem(3, Rules(), STANDS, PEOPLE, (interpreter("I1", stretch=(1, 2)),)))


IDLE_CODES = ("absent", "limit_reached", "busy", "met_already", "seats_taken")


def explain(*conversations: Conversation, problem: Problem = PROBLEM) -> Explainer:
    plan = plan_of(problem, *conversations)
    assert check(problem, plan).broken is None
    return Explainer(problem, plan)


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


def test_direct_conversation_names_language_fit_and_turn() -> None:
    pairs = (Pair("C1", "S1", 20), Pair("C1", "S2", 90), Pair("C1", "S3", 50))
    first, last = Conversation("C1", "S2", 0), Conversation("C1", "S3", 2)
    found = explain(first, last, problem=replace(PROBLEM, pairs=pairs))
    assert found.why_here(first) == (
        Reason("fit", {"score": 90, "rank": 1, "of": 3}),
        Reason("shared_language", {"languages": ("nl",)}),
        Reason("turn", {"number": 1, "of": 2, "worth": 1000, "later_rounds": (2,)}),
    )
    assert found.why_here(last)[2:] == (
        Reason("turn", {"number": 2, "of": 2, "worth": 300, "later_rounds": ()}),
        Reason("waits", {"rounds": 1}),
    )


def test_interpreted_conversation_names_who_and_where_from() -> None:
    stands = (STANDS[0], replace(STANDS[1], position=(3, 4)), STANDS[2])
    people = (candidate("A", UKRAINIAN), candidate("B", UKRAINIAN), candidate("C", UKRAINIAN))
    problem = everybody_may_talk(replace(PROBLEM, stands=stands, candidates=people, interpreters=(interpreter(),)))
    day = [Conversation("A", "S1", 0, "I1"), Conversation("B", "S1", 1, "I1"), Conversation("C", "S2", 2, "I1")]
    found = explain(*day, problem=problem)
    languages = {"interpreter": "I1", "candidate_language": "uk", "stand_language": "nl"}
    assert found.why_here(day[0])[1:3] == (
        Reason("interpreted", languages),
        Reason("interpreter_begins", {"interpreter": "I1"}),
    )
    assert found.why_here(day[1])[2] == Reason("interpreter_stays", {"interpreter": "I1"})
    assert found.why_here(day[2])[2] == Reason(
        "interpreter_comes", {"interpreter": "I1", "from_stand": "S1", "distance": 5.0}
    )


def test_fixed_conversation_says_so_first() -> None:
    problem = replace(PROBLEM, fixed=(Fixed("C1", "S1", 1),))
    one = Conversation("C1", "S1", 1)
    assert codes(explain(one, problem=problem).why_here(one))[0] == "fixed"


def test_no_rounds_no_wishes_and_nothing_allowed_are_told() -> None:
    people = (candidate("never", rounds=(0, -1)), candidate("none", limit=0), candidate("unlisted"))
    pairs = (Pair("never", "S1", 1), Pair("none", "S1", 1))
    found = explain(problem=replace(PROBLEM, candidates=people, pairs=pairs))
    assert found.without_conversation() == {
        "never": Reason("no_rounds"),
        "none": Reason("none_allowed"),
        "unlisted": Reason("no_wishes"),
    }


def test_missing_language_is_told() -> None:
    assert explain().why_none("Rus") == Reason("no_language", {"stands": 3, "wishes": 3, "stand": "S1"})
    reason = explain().why_not("Rus", "S1")
    assert reason.code == "no_language"
    assert reason.figures["candidate_languages"] == ("ru",)
    assert reason.figures["stand_languages"] == ("nl",)


def test_taken_seats_are_told() -> None:
    pairs = (Pair("C1", "S1", 1), Pair("C2", "S1", 1), Pair("Ukr", "S1", 1))
    problem = replace(PROBLEM, stands=(stand("S1", (1, 1, 0)),), pairs=pairs)
    found = explain(Conversation("C2", "S1", 0), Conversation("C1", "S1", 1), problem=problem)
    sitting = {"seats_taken": ("C2", "C1")}
    assert found.why_none("Ukr") == Reason("seats_taken", {"stands": 1, "wishes": 1, "stand": "S1"}, sitting)
    assert found.why_not("Ukr", "S1") == Reason("seats_taken", {"rounds": (0, 1)}, sitting)


def test_closed_stand_is_told() -> None:
    assert explain().why_not("C2", "S3") == Reason("stand_closed", {"first_round": 0, "last_round": 1})


def test_interpreter_at_work_or_at_rest_is_told() -> None:
    people = (candidate("A", UKRAINIAN), candidate("B", UKRAINIAN, (0, 1)))
    problem = everybody_may_talk(replace(PROBLEM, candidates=people))
    reason = explain(Conversation("A", "S1", 0, "I1"), problem=problem).why_not("B", "S2")
    assert reason.code == "no_interpreter"
    assert reason.figures["rounds"] == (0, 1)
    assert reason.people == {"no_interpreter": ("I1",)}


def test_candidate_elsewhere_at_the_only_free_time_is_told() -> None:
    stands = (stand("S1"), stand("S2", (0, 1, 0)))
    problem = replace(PROBLEM, stands=stands, pairs=(Pair("C1", "S1", 1), Pair("C1", "S2", 1)))
    reason = explain(Conversation("C1", "S1", 1), problem=problem).why_not("C1", "S2")
    assert (reason.code, reason.figures["rounds"]) == ("busy", (1,))


@pytest.mark.parametrize(("stand_id", "code"), [("S1", "met_already"), ("S2", "limit_reached")])
def test_own_conversations_in_the_way_are_told(stand_id: str, code: str) -> None:
    problem = replace(PROBLEM, rules=Rules(max_conversations=1))
    assert explain(Conversation("C1", "S1", 0), problem=problem).why_not("C1", stand_id).code == code


def test_seat_that_could_be_taken_is_offered() -> None:
    assert explain().why_empty("S1", 0) == Reason("possible", {"candidate": "C1", "stand": "S1", "round": 0})
    assert explain().why_none("C1") == Reason("possible", {"candidate": "C1", "stand": "S1", "round": 0})


def test_empty_seat_tells_what_keeps_most_people_away() -> None:
    problem = replace(PROBLEM, rules=Rules(max_conversations=1), stands=(STANDS[0], STANDS[1]))
    problem = everybody_may_talk(problem)
    found = explain(Conversation("C1", "S2", 0), Conversation("C2", "S1", 1), problem=problem)
    assert found.why_empty("S1", 2).code == "possible"
    rest = replace(problem, candidates=(PEOPLE[0], PEOPLE[2], PEOPLE[3]))
    found = explain(Conversation("C1", "S2", 0), Conversation("C2", "S1", 1), problem=everybody_may_talk(rest))
    counts, names = {"no_language": 1, "met_already": 1, "absent": 1}, ("Rus", "C1", "C2")
    assert found.why_empty("S2", 2) == Reason(
        "no_language", counts, {code: (name,) for code, name in zip(counts, names, strict=True)}
    )
    assert explain(problem=replace(problem, pairs=())).why_empty("S1", 0) == Reason("nobody_listed")


# ── interpreters without work ─────────────────────────────────────────────────────────────────────────────────

HELPED = everybody_may_talk(
    Problem(3, Rules(), (stand("S1"),), (candidate("A", UKRAINIAN), candidate("B", UKRAINIAN)), (interpreter(),))
)


def why_idle(*conversations: Conversation, problem: Problem = HELPED, from_round: int = 0) -> Reason | None:
    found = explain(*conversations, problem=problem).why_idle("I1", from_round)
    return found.reason if found else None


def test_interpreter_with_work_in_every_round_is_not_idle() -> None:
    stands = (stand("S1"), stand("S2"))
    day = (Conversation("A", "S1", 0, "I1"), Conversation("B", "S1", 1, "I1"), Conversation("A", "S2", 2, "I1"))
    found = explain(*day, problem=everybody_may_talk(replace(HELPED, stands=stands)))
    assert found.why_idle("I1") is None
    assert found.idle_interpreters() == []


def test_interpreter_whom_nobody_needs_is_told() -> None:
    problem = everybody_may_talk(replace(HELPED, candidates=(candidate("A"), candidate("R", RUSSIAN))))
    [idle] = explain(Conversation("A", "S1", 1), problem=problem).idle_interpreters()
    assert (idle.interpreter, idle.rounds, idle.reason) == ("I1", (0, 1, 2), Reason("nobody_needs"))


def test_interpreter_who_must_rest_is_told() -> None:
    problem = replace(HELPED, interpreters=(interpreter(rounds=(0, 1), stretch=(1, 2)),))
    assert why_idle(Conversation("A", "S1", 0, "I1"), problem=problem) == Reason("rest", {"most": 1, "window": 2})


def test_those_who_need_the_interpreter_are_told_with_what_keeps_them_away() -> None:
    people = (
        candidate("early", UKRAINIAN, (0, 0)),
        candidate("served", UKRAINIAN, limit=1),
        candidate("met", UKRAINIAN),
        candidate("Dutch"),
    )
    problem = everybody_may_talk(replace(HELPED, candidates=people))
    day = (Conversation("met", "S1", 0, "I1"), Conversation("served", "S1", 1, "I1"))
    counts, names = {"absent": 1, "limit_reached": 1, "met_already": 1}, ("early", "served", "met")
    expected = Reason("absent", counts, {code: (name,) for code, name in zip(counts, names, strict=True)})
    assert why_idle(*day, problem=problem) == expected


def test_candidates_served_by_a_colleague_are_told() -> None:
    helpers = (interpreter("I1", rounds=(0,)), interpreter("I2", rounds=(0,)))
    problem = everybody_may_talk(
        replace(HELPED, stands=(stand("S1"), stand("S2")), candidates=HELPED.candidates[:1], interpreters=helpers)
    )
    assert why_idle(Conversation("A", "S1", 0, "I2"), problem=problem) == Reason("busy", {"busy": 1}, {"busy": ("A",)})


def test_full_stands_are_told_with_those_who_sit_there() -> None:
    people = (candidate("A", UKRAINIAN), candidate("C1"), candidate("C2"), candidate("C3"))
    problem = everybody_may_talk(replace(HELPED, candidates=people))
    day = [Conversation(f"C{number + 1}", "S1", number) for number in range(3)]
    sitting = {"seats_taken": ("C1", "C2", "C3")}
    assert why_idle(*day, problem=problem) == Reason("seats_taken", {"seats_taken": 1, "stands": ("S1",)}, sitting)
    assert why_idle(*day, problem=problem, from_round=2) == Reason(
        "seats_taken", {"seats_taken": 1, "stands": ("S1",)}, {"seats_taken": ("C3",)}
    )


def test_work_that_could_be_done_is_offered() -> None:
    assert why_idle() == Reason("possible", {"candidate": "A", "stand": "S1", "round": 0})


# ── whatever the problem ──────────────────────────────────────────────────────────────────────────────────────


@st.composite
def thinned_plans(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A problem, and a plan for it from which conversations were taken."""
    problem = draw(problems())
    made = solve_greedily(problem)
    left = tuple(one for one in made.conversations if draw(st.booleans()))
    return problem, plan_of(problem, *left)


def fits(problem: Problem, plan: Plan, one: Conversation) -> bool:
    """Does the checker, which knows nothing of reasons, allow this conversation beside those of the plan?"""
    return check(problem, plan_of(problem, *plan.conversations, one)).broken is None


def possible_with(problem: Problem, plan: Plan, names: tuple[str | None, ...]) -> set[tuple[str, str, int]]:
    """All that could be added with one of these interpreters, by trying."""
    return {
        (pair.candidate, pair.stand, number)
        for pair in problem.pairs
        for number in range(problem.rounds)
        for name in names
        if fits(problem, plan, Conversation(pair.candidate, pair.stand, number, name))
    }


def named(reason: Reason) -> tuple[object, ...]:
    return tuple(reason.figures[key] for key in ("candidate", "stand", "round"))


@settings(max_examples=60, deadline=None)
@given(thinned_plans())
def test_possible_is_said_exactly_where_the_checker_allows_it(made: tuple[Problem, Plan]) -> None:
    problem, plan = made
    found = Explainer(problem, plan)
    everything = possible_with(problem, plan, (None, *(one.id for one in problem.interpreters)))
    for pair in problem.pairs:
        reason, both = found.why_not(pair.candidate, pair.stand), (pair.candidate, pair.stand)
        assert (reason.code == "possible") == any(one[:2] == both for one in everything)
        assert reason.code != "possible" or named(reason) in everything
    for empty in found.empty_seats():
        there = {one for one in everything if one[1:] == (empty.stand, empty.round)}
        assert (empty.reason.code == "possible") == bool(there)
        assert not there or named(empty.reason) in there
    for name, reason in found.without_conversation().items():
        assert (reason.code == "possible") == any(one[0] == name for one in everything)


@settings(max_examples=60, deadline=None)
@given(thinned_plans())
def test_idle_interpreter_could_work_exactly_where_the_checker_allows_it(made: tuple[Problem, Plan]) -> None:
    problem, plan = made
    found = {idle.interpreter: idle for idle in Explainer(problem, plan).idle_interpreters()}
    for one in problem.interpreters:
        worked = {other.round for other in plan.conversations if other.interpreter == one.id}
        assert set(found[one.id].rounds if one.id in found else ()) == set(one.rounds) - worked
        possible = possible_with(problem, plan, (one.id,))
        assert (one.id in found and found[one.id].reason.code == "possible") == bool(possible)
        assert not possible or named(found[one.id].reason) in possible
        if one.id in found and found[one.id].reason.code in IDLE_CODES:
            reason = found[one.id].reason
            counts = {code: reason.figures[code] for code in IDLE_CODES if code in reason.figures}
            needing = {
                pair.candidate for pair in problem.pairs if one.id in could_serve(problem, pair.candidate, pair.stand)
            }
            assert sum(int(str(count)) for count in counts.values()) == len(needing)
            assert set(reason.people) == set(counts)


def could_serve(problem: Problem, candidate_id: str, stand_id: str) -> list[str]:
    """Who could stand between these two if they had a round of their own, by trying."""
    one = next(one for one in problem.candidates if one.id == candidate_id)
    other = next(other for other in problem.stands if other.id == stand_id)
    alone = replace(
        problem,
        rounds=1,
        rules=replace(problem.rules, max_conversations=1, stretch=(1, 1)),
        stands=(replace(other, seats=(1,)),),
        candidates=(replace(one, rounds=(0, 0), max_conversations=1),),
        interpreters=tuple(replace(helper, rounds=(0,), stretch=(1, 1)) for helper in problem.interpreters),
    )
    empty = plan_of(alone)
    names = [helper.id for helper in problem.interpreters]
    return [name for name in names if fits(alone, empty, Conversation(one.id, other.id, 0, name))]


@settings(max_examples=80, deadline=None)
@given(problems())
def test_every_plan_can_be_explained(problem: Problem) -> None:
    plan: Plan = make_plan(problem)
    found = Explainer(problem, plan)
    for one in plan.conversations:
        assert {"fit", "turn"} <= set(codes(found.why_here(one)))
    seats = sum(sum(one.seats) for one in problem.stands)
    assert sum(empty.seats for empty in found.empty_seats()) == seats - len(plan.conversations)
    known = {*OBSTACLES, "no_rounds", "none_allowed", "no_wishes", "stand_closed", "seats_taken"}
    if not any(problem.rules.ladder[:1]):  # a conversation may be worth nothing then
        known.add("possible")
    assert {reason.code for reason in found.without_conversation().values()} <= known
    talking = {one.candidate for one in plan.conversations}
    assert set(found.without_conversation()) == {one.id for one in problem.candidates} - talking


def test_explaining_a_plan_that_breaks_a_language_rule_is_refused() -> None:
    one = Conversation("C1", "S1", 0, "I1")
    with pytest.raises(ValueError, match="check it before"):
        Explainer(PROBLEM, plan_of(PROBLEM, one)).why_here(one)


def test_small_event_is_explained_whole() -> None:
    problem = generate("S", 2, scarce=True)
    plan = make_plan(problem, time_limit=5)
    found = Explainer(problem, plan)
    assert all(found.why_here(one) for one in plan.conversations)
    assert {empty.reason.code for empty in found.empty_seats()} <= set(OBSTACLES)
