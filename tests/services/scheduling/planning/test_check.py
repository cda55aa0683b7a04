"""The judge: each hard rule broken by hand is found and named, and what it counts is counted right."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from services.scheduling import planning
from services.scheduling.planning import Conversation, Fixed, Level, Pair, Plan, Problem, Rules, Stand, check
from tests.services.scheduling.planning.problems import (
    DUTCH,
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    plan_of,
    stand,
)

PROBLEM = everybody_may_talk(
    Problem(
        rounds=6,
        rules=Rules(max_conversations=2, stretch=(2, 3)),
        stands=(
            stand("S1", (2, 2, 2, 2, 2, 0)),
            Stand("S2", DUTCH, (1,) * 6, (3, 4)),
            Stand("S3", DUTCH, (1,) * 6, (3, 8)),
        ),
        candidates=(
            candidate("Anna", DUTCH, (0, 5), 3),
            candidate("Їжак", UKRAINIAN, (1, 5)),
            candidate("Ruslan", RUSSIAN, (0, 5)),
        ),
        interpreters=(interpreter("Olena", rounds=range(6)), interpreter("Marta", rounds=(0, 2))),
    )
)


def sentence(*conversations: Conversation, problem: Problem = PROBLEM) -> str | None:
    return check(problem, plan_of(problem, *conversations)).broken


def meet(who: str, stand_id: str, number: int, helper: str | None = None) -> Conversation:
    return Conversation(who, stand_id, number, helper)


def test_legal_plan_passes() -> None:
    assert sentence(meet("Anna", "S1", 0), meet("Anna", "S2", 1), meet("Їжак", "S1", 1, "Olena")) is None


def test_unknown_names_are_named() -> None:
    assert sentence(meet("Nobody", "S1", 0)) == (
        'Conversation of Nobody at S1 in round 0: no candidate has the id "Nobody".'
    )
    assert sentence(meet("Anna", "S9", 0)) == 'Conversation of Anna at S9 in round 0: no stand has the id "S9".'
    assert 'no interpreter has the id "Ivan"' in (sentence(meet("Їжак", "S1", 1, "Ivan")) or "")


@pytest.mark.parametrize(("first", "second"), [("S2", "nowhere"), ("nowhere", "S2")])
def test_figures_are_counted_also_where_a_stand_is_unknown(first: str, second: str) -> None:
    plan = plan_of(PROBLEM, meet("Їжак", first, 1, "Olena"), meet("Їжак", second, 2, "Olena"))
    verdict = check(PROBLEM, plan)
    assert 'no stand has the id "nowhere"' in (verdict.broken or "")
    assert (verdict.interpreter_moves, verdict.interpreter_way) == (1, 0)


@pytest.mark.parametrize("number", [-1, 6])
def test_round_outside_the_event_is_found(number: int) -> None:
    assert sentence(meet("Anna", "S1", number)) == (
        f"Conversation of Anna at S1 in round {number}: there is no such round; the rounds are 0 to 5."
    )


def test_pair_that_is_not_listed_is_found() -> None:
    problem = replace(PROBLEM, pairs=(Pair("Anna", "S1", 1),))
    assert sentence(meet("Anna", "S2", 0), problem=problem) == (
        "Conversation of Anna at S2 in round 0: these two are not listed as a pair that may talk."
    )
    assert check(problem, plan_of(problem, meet("Anna", "S2", 0))).value == 1000


def test_candidate_who_is_not_there_yet_is_found() -> None:
    assert sentence(meet("Їжак", "S1", 0, "Olena")) == (
        "Conversation of Їжак at S1 in round 0: candidate Їжак is there in rounds 1 to 5 only."
    )


def test_candidate_in_two_places_is_found() -> None:
    assert sentence(meet("Anna", "S1", 0), meet("Anna", "S2", 0)) == "Candidate Anna has 2 conversations in round 0."


def test_same_stand_twice_is_found() -> None:
    assert sentence(meet("Anna", "S1", 0), meet("Anna", "S1", 2)) == "Candidate Anna talks to stand S1 2 times."


def test_more_conversations_than_the_rules_allow_is_found() -> None:
    problem = replace(PROBLEM, candidates=(replace(PROBLEM.candidates[0], max_conversations=None),))
    three = (meet("Anna", "S1", 0), meet("Anna", "S2", 1), meet("Anna", "S3", 2))
    assert sentence(*three) is None
    assert sentence(*three, problem=replace(problem, pairs=PROBLEM.pairs[:3])) == (
        "Candidate Anna has 3 conversations; at most 2 are allowed."
    )


def test_own_limit_of_a_candidate_counts() -> None:
    problem = replace(PROBLEM, candidates=(candidate("Anna", DUTCH, (0, 5), 0),), pairs=PROBLEM.pairs[:3])
    assert sentence(meet("Anna", "S1", 0), problem=problem) == (
        "Candidate Anna has 1 conversations; at most 0 are allowed."
    )


def test_more_conversations_than_seats_is_found() -> None:
    found = sentence(meet("Їжак", "S2", 1, "Olena"), meet("Anna", "S2", 1))
    assert found == "Stand S2 has 2 conversations in round 1, and 1 seats."
    assert sentence(meet("Anna", "S1", 5)) == "Stand S1 has 1 conversations in round 5, and 0 seats."


def test_missing_interpreter_is_found() -> None:
    assert sentence(meet("Їжак", "S1", 1)) == (
        "Conversation of Їжак at S1 in round 1: they share no language, and no interpreter is named."
    )


def test_interpreter_where_none_is_needed_is_found() -> None:
    assert sentence(meet("Anna", "S1", 1, "Olena")) == (
        "Conversation of Anna at S1 in round 1: interpreter Olena is named, but they share nl."
    )


def test_first_of_the_shared_languages_is_named() -> None:
    codes = dict.fromkeys(("uk", "ru", "pl", "nl", "fr", "en", "de", "ar"), Level.C2)
    problem = replace(PROBLEM, candidates=(candidate("Anna", codes, (0, 5)),), stands=(stand("S1", (1,) * 6, codes),))
    found = sentence(meet("Anna", "S1", 1, "Olena"), problem=replace(problem, pairs=(Pair("Anna", "S1", 1),)))
    assert found == "Conversation of Anna at S1 in round 1: interpreter Olena is named, but they share ar."


def test_language_below_the_level_does_not_count() -> None:
    weak = replace(PROBLEM, candidates=(candidate("Anna", {"nl": Level.A2}, (0, 5)),), pairs=PROBLEM.pairs[:3])
    assert "share no language" in (sentence(meet("Anna", "S1", 0), problem=weak) or "")
    assert sentence(meet("Anna", "S1", 0), problem=replace(weak, rules=Rules(min_level=Level.A2))) is None


def test_interpreter_of_other_languages_is_found() -> None:
    assert sentence(meet("Ruslan", "S1", 1, "Olena")) == (
        "Conversation of Ruslan at S1 in round 1: interpreter Olena knows no pair that joins their languages."
    )


@pytest.mark.parametrize(
    ("pairs", "joins"),
    [
        ([("uk", "nl")], True),
        ([("nl", "uk")], True),
        ([("pl", "ti"), ("nl", "uk")], True),
        ([("uk", "pl")], False),
        ([("pl", "uk")], False),
        ([("nl", "pl")], False),
        ([("pl", "nl")], False),
        ([("uk", "pl"), ("pl", "nl")], False),
        ([], False),
    ],
)
def test_interpreter_joins_languages_of_one_pair_in_both_directions(pairs: list[tuple[str, str]], joins: bool) -> None:
    problem = replace(PROBLEM, interpreters=(interpreter("Olena", pairs, range(6)),))
    found = sentence(meet("Їжак", "S1", 1, "Olena"), problem=problem) or ""
    assert ("knows no pair that joins their languages" in found) != joins


def test_interpreter_outside_the_given_rounds_is_found() -> None:
    assert sentence(meet("Їжак", "S1", 1, "Marta")) == "Interpreter Marta works in round 1, which was not given."


def test_first_round_that_was_not_given_is_named() -> None:
    problem = replace(PROBLEM, interpreters=(interpreter("Olena", rounds=(0,)),))
    both = meet("Їжак", "S1", 4, "Olena"), meet("Їжак", "S2", 1, "Olena")
    assert sentence(*both, problem=problem) == "Interpreter Olena works in round 1, which was not given."


def test_interpreter_in_two_places_is_found() -> None:
    pair = (candidate("A", UKRAINIAN, (0, 5)), candidate("B", UKRAINIAN, (0, 5)))
    problem = everybody_may_talk(replace(PROBLEM, candidates=pair))
    two = (meet("A", "S1", 1, "Olena"), meet("B", "S1", 1, "Olena"))
    assert sentence(*two, problem=problem) == "Interpreter Olena has 2 conversations in round 1."


def test_stretch_without_a_break_is_found() -> None:
    people = tuple(candidate(name, UKRAINIAN, (0, 5)) for name in "ABCD")
    problem = everybody_may_talk(replace(PROBLEM, candidates=people))
    rested = [meet("A", "S1", 0, "Olena"), meet("B", "S1", 1, "Olena"), meet("C", "S1", 3, "Olena")]
    assert sentence(*rested, problem=problem) is None
    tired = [*rested, meet("D", "S1", 2, "Olena")]
    assert sentence(*tired, problem=problem) == (
        "Interpreter Olena works in 3 of the 3 rounds from round 0 on; at most 2 are allowed."
    )


def test_own_stretch_of_an_interpreter_counts() -> None:
    people = tuple(candidate(name, UKRAINIAN, (0, 5)) for name in "AB")
    helper = interpreter("Olena", rounds=range(6), stretch=(1, 6))
    problem = everybody_may_talk(replace(PROBLEM, candidates=people, interpreters=(helper,)))
    found = sentence(meet("A", "S1", 0, "Olena"), meet("B", "S2", 5, "Olena"), problem=problem)
    assert found == "Interpreter Olena works in 2 of the 6 rounds from round 0 on; at most 1 are allowed."


def test_missing_fixed_conversation_is_found() -> None:
    problem = replace(PROBLEM, fixed=(Fixed("Anna", "S1", 2),))
    assert sentence(meet("Anna", "S1", 2), problem=problem) is None
    assert sentence(meet("Anna", "S1", 3), problem=problem) == (
        "The fixed conversation of Anna at S1 in round 2 is missing."
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"value": 99_999}, "The plan gives its value as 99999; it is 2450."),
        ({"idle_rounds": 0}, "The plan gives its number of idle rounds as 0; it is 1."),
        ({"interpreter_moves": 7}, "The plan gives its number of interpreter moves as 7; it is 0."),
        ({"bound": 5}, "The plan gives 5 as the bound, and is worth 2450 itself."),
        ({"idle_bound": 2}, "The plan gives 2 as the least number of idle rounds, and has 1 itself."),
        ({"moves_bound": 1}, "The plan gives 1 as the least number of interpreter moves, and has 0 itself."),
        ({"status": "optimal"}, "The plan calls itself optimal, but its value 2450 is below its bound 1000000000."),
        ({"status": "infeasible"}, "The plan is marked infeasible: it does not contain the fixed conversations."),
    ],
)
def test_plan_that_says_what_is_not_true_is_found(said: dict[str, object], found: str) -> None:
    people = (meet("Anna", "S1", 0), meet("Anna", "S2", 2), meet("Ruslan", "S3", 2))
    problem = replace(PROBLEM, candidates=(*PROBLEM.candidates[:2], candidate("Ruslan", DUTCH, (0, 5))))
    honest = plan_of(problem, *people)
    dishonest: Plan = replace(honest, **said)  # type: ignore[arg-type]
    assert check(problem, honest).broken is None
    assert check(problem, dishonest).broken == found


def test_figures_are_counted_by_hand() -> None:
    people = (candidate("A", UKRAINIAN, (0, 5), 4), candidate("B", UKRAINIAN, (0, 5), 4))
    stands = PROBLEM.stands
    pairs = tuple(Pair(one.id, other.id, 10 * at) for one in people for at, other in enumerate(stands, 1))
    problem = replace(PROBLEM, candidates=people, pairs=pairs, rules=Rules(ladder=(100, 30)))
    plan = plan_of(
        problem,
        meet("A", "S1", 0, "Olena"),
        meet("A", "S2", 3, "Olena"),
        meet("A", "S3", 4, "Olena"),
        meet("B", "S1", 1, "Olena"),
    )
    verdict = check(problem, plan)
    assert verdict.broken is None
    assert verdict.value == (100 + 30 + 0) + 100 + (10 + 20 + 30) + 10
    assert verdict.idle_rounds == 2
    assert verdict.interpreter_moves == 2
    assert verdict.interpreter_way == pytest.approx(5 + 4)
    assert verdict.gap == pytest.approx((plan.bound - 300) / plan.bound)


def test_moves_are_those_of_each_interpreter_by_themselves() -> None:
    helpers = (interpreter("Olena", rounds=range(6)), interpreter("Marta", rounds=range(6)))
    people = (candidate("A", UKRAINIAN, (0, 5)), candidate("B", UKRAINIAN, (0, 5)))
    problem = everybody_may_talk(replace(PROBLEM, candidates=people, interpreters=helpers))
    side_by_side = plan_of(
        problem, meet("A", "S1", 0, "Olena"), meet("A", "S2", 1, "Marta"), meet("B", "S1", 2, "Olena")
    )
    assert (check(problem, side_by_side).broken, side_by_side.interpreter_moves) == (None, 0)
    crossing = plan_of(
        problem,
        meet("A", "S1", 0, "Olena"),
        meet("A", "S2", 1, "Olena"),
        meet("B", "S2", 2, "Marta"),
        meet("B", "S3", 3, "Marta"),
    )
    assert (check(problem, crossing).broken, crossing.interpreter_moves) == (None, 2)
    assert check(problem, crossing).interpreter_way == pytest.approx(5 + 4)


def test_bounds_of_a_plan_may_be_reached_and_are_handed_on() -> None:
    plan = plan_of(PROBLEM, meet("Їжак", "S1", 1, "Olena"), meet("Їжак", "S2", 3, "Olena"))
    verdict = check(PROBLEM, replace(plan, bound=plan.value, idle_bound=1, moves_bound=1, status="optimal"))
    assert verdict.broken is None
    assert (verdict.idle_rounds, verdict.idle_bound) == (1, 1)
    assert (verdict.interpreter_moves, verdict.moves_bound) == (1, 1)
    assert (verdict.bound, verdict.gap) == (plan.value, 0)


def test_nothing_planned_is_a_plan() -> None:
    verdict = check(Problem(0), Plan((), 0, 0, 0, 0, 0.0, "optimal"))
    assert (verdict.broken, verdict.gap) == (None, 0.0)


def ours(name: str) -> set[str]:
    """What a file of the planner takes from other files of ours."""
    text = (Path(planning.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    found = {f"{'.' * one.level}{one.module or ''}" for one in nodes if isinstance(one, ast.ImportFrom)}
    found |= {alias.name for one in nodes if isinstance(one, ast.Import) for alias in one.names}
    return {one for one in found if one.split(".")[0] in ("", "services", "shared", "deploy")}


def test_judge_shares_no_code_with_the_planner() -> None:
    assert ours("check") == {".plan", ".problem"}
    assert ours("plan") == ours("problem") == set()
