"""Reasons: why a conversation is here, and which rule stands in the way of one that is not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

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
    assert explain().why_none("Rus") == Reason("no_language", {"stands": 3, "wishes": 3})
    reason = explain().why_not("Rus", "S1")
    assert reason.code == "no_language"
    assert reason.figures["candidate_languages"] == ("ru",)
    assert reason.figures["stand_languages"] == ("nl",)


def test_taken_seats_are_told() -> None:
    pairs = (Pair("C1", "S1", 1), Pair("C2", "S1", 1), Pair("Ukr", "S1", 1))
    problem = replace(PROBLEM, stands=(stand("S1", (1, 1, 0)),), pairs=pairs)
    found = explain(Conversation("C2", "S1", 0), Conversation("C1", "S1", 1), problem=problem)
    assert found.why_none("Ukr") == Reason("seats_taken", {"stands": 1, "wishes": 1})
    assert found.why_not("Ukr", "S1") == Reason("seats_taken", {"rounds": (0, 1)})


def test_closed_stand_is_told() -> None:
    assert explain().why_not("C2", "S3") == Reason("stand_closed", {"first_round": 0, "last_round": 1})


def test_interpreter_at_work_or_at_rest_is_told() -> None:
    people = (candidate("A", UKRAINIAN), candidate("B", UKRAINIAN, (0, 1)))
    problem = everybody_may_talk(replace(PROBLEM, candidates=people))
    reason = explain(Conversation("A", "S1", 0, "I1"), problem=problem).why_not("B", "S2")
    assert reason.code == "no_interpreter"
    assert reason.figures["rounds"] == (0, 1)


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
    assert found.why_empty("S2", 2) == Reason("met_already", {"met_already": 1, "no_language": 1, "absent": 1})
    assert explain(problem=replace(problem, pairs=())).why_empty("S1", 0) == Reason("nobody_listed")


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
