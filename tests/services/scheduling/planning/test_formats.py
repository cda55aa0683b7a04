"""Problem and plan as JSON: there and back, and every mistake named by its path."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from services.scheduling.planning import (
    Clash,
    Conversation,
    InvalidInput,
    Level,
    Plan,
    Problem,
    from_json,
    generate,
    to_json,
)
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.problems import problems_with_fixed

PROBLEM = """
{"rounds": 3,
 "rules": {"min_level": "B1", "ladder": [1000, 300, 100], "max_conversations": 5, "stretch": [4, 5]},
 "stands": [{"id": "S1", "languages": {"nl": "C2", "en": "B2"}, "seats": [2, 0, 2], "position": [3, 1.5]}],
 "candidates": [{"id": "Їжакевич-Ґалаґан", "languages": {"uk": "C2"}, "rounds": [0, 2], "max_conversations": 4}],
 "interpreters": [{"id": "I1", "pairs": [["uk", "nl"]], "rounds": [0, 1], "stretch": [1, 2]}],
 "pairs": [{"candidate": "Їжакевич-Ґалаґан", "stand": "S1", "score": 64}],
 "fixed": [{"candidate": "Їжакевич-Ґалаґан", "stand": "S1", "round": 0}]}
"""
PLAN = """
{"conversations": [{"candidate": "C1", "stand": "S1", "round": 2, "interpreter": "I1"},
                   {"candidate": "C2", "stand": "S1", "round": 2, "interpreter": null}],
 "value": 51240, "bound": 51260, "idle_rounds": 31, "interpreter_moves": 58, "seconds": 1.4, "status": "within_gap"}
"""


def changed(source: str, path: tuple[str | int, ...], value: object) -> str:
    """The file with one value put in another's place; `...` takes it out."""
    whole: Any = json.loads(source)
    place = whole
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(whole)


def refusal(kind: type[Problem] | type[Plan], text: str | bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        from_json(kind, text)
    return str(refused.value)


def test_problem_of_the_design_is_read() -> None:
    problem = from_json(Problem, PROBLEM)
    assert problem.stands[0].languages == {"nl": Level.C2, "en": Level.B2}
    assert problem.stands[0].position == (3, 1.5)
    assert problem.candidates[0].id == "Їжакевич-Ґалаґан"
    assert problem.interpreters[0].pairs == (("uk", "nl"),)
    assert problem.fixed[0].round == 0


def test_fixed_and_own_limits_may_be_left_out() -> None:
    text = changed(PROBLEM, ("fixed",), ...)
    text = changed(text, ("candidates", 0, "max_conversations"), ...)
    problem = from_json(Problem, changed(text, ("interpreters", 0, "stretch"), ...))
    assert problem.fixed == ()
    assert problem.candidates[0].max_conversations is None
    assert problem.interpreters[0].stretch is None


@settings(max_examples=100, deadline=None)
@given(problems_with_fixed())
def test_problem_survives_the_way_there_and_back(problem: Problem) -> None:
    assert from_json(Problem, to_json(problem)) == problem


def test_plan_survives_the_way_there_and_back() -> None:
    plan = make_plan(generate("S", 3), time_limit=5)
    assert from_json(Plan, to_json(plan).encode()) == plan


def test_plan_with_clashes_survives_the_way_there_and_back() -> None:
    clashes = (Clash("no_seats", (Conversation("李", "O'Brien", 2),), 1), Clash("not_listed", ()))
    plan = Plan((), 0, 0, 0, 0, 0.1, "infeasible", clashes)
    assert from_json(Plan, to_json(plan)) == plan


def test_plan_of_the_design_is_read() -> None:
    plan = from_json(Plan, PLAN)
    assert plan.conversations[1] == Conversation("C2", "S1", 2, None)
    assert plan.gap == pytest.approx(20 / 51260)


PROBLEM_MISTAKES: list[tuple[tuple[str | int, ...], object, str]] = [
    (("candidates", 0, "languages", "xx"), "B7", 'candidates[0].languages.xx: unknown level "B7"'),
    (("candidates", 0, "languages", "xx"), 3, "candidates[0].languages.xx: must be a text, not a number"),
    (("candidates", 0, "languages"), [], "candidates[0].languages: must be an object, not a list"),
    (("candidates", 0, "languages", " "), "B1", "candidates[0].languages: a language has no name"),
    (("candidates", 0, "nationality"), "x", "candidates[0].nationality: unknown key"),
    (("candidates", 0, "id"), "", "candidates[0].id: is empty"),
    (("candidates", 0, "id"), "a\nb", "candidates[0].id: has characters that cannot be shown"),
    (("candidates", 0, "rounds"), [0], "candidates[0].rounds: must be a list of 2, not of 1"),
    (("candidates", 0, "rounds"), [2, 0], "candidates[0].rounds: ends at 0 before it begins at 2"),
    (("candidates", 0, "rounds", 1), 3, "candidates[0].rounds[1]: 3 is not between -1 and 2"),
    (("candidates", 0, "rounds", 0), True, "candidates[0].rounds[0]: must be a whole number, not true or false"),
    (("candidates", 0, "max_conversations"), -1, "candidates[0].max_conversations: -1 is not between 0 and 1000"),
    (("stands", 0, "seats"), [1, 1], "stands[0].seats: has 2 numbers, while there are 3 rounds"),
    (("stands", 0, "seats", 1), 1.5, "stands[0].seats[1]: must be a whole number, not a number"),
    (("stands", 0, "seats", 1), -1, "stands[0].seats[1]: -1 is not between 0 and 10000"),
    (("stands", 0, "position", 0), None, "stands[0].position[0]: must be a number, not null"),
    (("stands", 0, "position", 0), 10**7, "stands[0].position[0]: is not between -1000000 and 1000000"),
    (("stands", 0, "position", 0), 10**400, "stands[0].position[0]: is too large a number"),
    (("stands", 0, "position"), ..., 'stands[0]: "position" is missing'),
    (("stands",), {}, "stands: must be a list, not an object"),
    (("interpreters", 0, "rounds"), [0, 0], "interpreters[0].rounds[1]: round 0 is listed twice"),
    (("interpreters", 0, "rounds"), [3], "interpreters[0].rounds[0]: 3 is not between 0 and 2"),
    (("interpreters", 0, "pairs", 0), ["uk", "uk"], 'interpreters[0].pairs[0]: both languages are "uk"'),
    (("interpreters", 0, "pairs", 0), ["uk", ""], "interpreters[0].pairs[0][1]: a language has no name"),
    (("interpreters", 0, "stretch"), [3, 2], "interpreters[0].stretch: 3 conversations do not fit in 2 consecutive"),
    (("rules", "stretch", 0), 0, "rules.stretch[0]: 0 is not between 1 and 1000"),
    (("rules", "ladder"), [100, 300], "rules.ladder[1]: 300 is more than the step before it (100)"),
    (("rules", "ladder", 0), -5, "rules.ladder[0]: -5 is not between 0 and 1000000"),
    (("rules", "min_level"), "b1", 'rules.min_level: unknown level "b1"'),
    (("rules", "min_level"), ..., 'rules: "min_level" is missing'),
    (("rounds",), "12", "rounds: must be a whole number, not a text"),
    (("rounds",), 1001, "rounds: 1001 is not between 0 and 1000"),
    (("pairs", 0, "score"), 101, "pairs[0].score: 101 is not between 0 and 100"),
    (("pairs", 0, "candidate"), "C9", 'pairs[0].candidate: no candidate has the id "C9"'),
    (("pairs", 0, "stand"), "S9", 'pairs[0].stand: no stand has the id "S9"'),
    (("fixed", 0, "stand"), "S9", 'fixed[0].stand: no stand has the id "S9"'),
    (("fixed", 0, "round"), 3, "fixed[0].round: 3 is not between 0 and 2"),
    (("fixed", 0), "x", "fixed[0]: must be an object, not a text"),
    (("extra",), 1, "extra: unknown key"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), PROBLEM_MISTAKES)
def test_mistake_in_a_problem_is_named_by_its_path(path: tuple[str | int, ...], value: object, sentence: str) -> None:
    assert refusal(Problem, changed(PROBLEM, path, value)).startswith(sentence)


@pytest.mark.parametrize("name", ["stands", "candidates", "interpreters"])
def test_id_used_twice_is_refused(name: str) -> None:
    whole = json.loads(PROBLEM)
    whole[name] *= 2
    assert "is used twice" in refusal(Problem, json.dumps(whole))


@pytest.mark.parametrize("name", ["pairs", "fixed"])
def test_entry_listed_twice_is_refused(name: str) -> None:
    whole = json.loads(PROBLEM)
    whole[name] *= 2
    assert refusal(Problem, json.dumps(whole)).startswith(f"{name}[1]: ")


def test_rounds_given_where_there_are_none_are_refused() -> None:
    text = changed(changed(PROBLEM, ("rounds",), 0), ("stands", 0, "seats"), [])
    text = changed(text, ("candidates", 0, "rounds"), [0, -1])
    assert refusal(Problem, text) == "interpreters[0].rounds[0]: 0 cannot be: there are no rounds"


PLAN_MISTAKES: list[tuple[tuple[str | int, ...], object, str]] = [
    (("status",), "perfect", 'status: unknown status "perfect"'),
    (("conversations", 1, "interpreter"), 5, "conversations[1].interpreter: must be a text, not a number"),
    (("conversations", 1, "interpreter"), ..., 'conversations[1]: "interpreter" is missing'),
    (("conversations", 0, "score"), 5, "conversations[0].score: unknown key"),
    (("seconds",), False, "seconds: must be a number, not true or false"),
    (("value",), None, "value: must be a whole number, not null"),
    (("value",), 2**63, "value: is too large a number"),
    (("bound",), -(10**400), "bound: is too large a number"),
    (("clashes",), [{"code": "x"}], 'clashes[0]: "conversations" is missing'),
]


@pytest.mark.parametrize(("path", "value", "sentence"), PLAN_MISTAKES)
def test_mistake_in_a_plan_is_named_by_its_path(path: tuple[str | int, ...], value: object, sentence: str) -> None:
    assert refusal(Plan, changed(PLAN, path, value)) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not JSON: Expecting value (line 1, column 1)"),
        ('{"rounds": 3,\n "rules": }', "not JSON: Expecting value (line 2, column 11)"),
        ("[]", "must be an object, not a list"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"\x80abc", "not text in UTF-8"),
        ('{"rounds": NaN}', "not JSON: NaN is no number"),
        ('{"rounds": 1, "rounds": 2}', 'the key "rounds" stands twice in one object'),
        ("[" * 100_000, "not a file of ours: nested too deeply"),
        ("1" * 5_000, "not JSON: "),
        ('{"a\\ud800": 1}', "has a key with characters that cannot be shown"),
        ('{"\\u001b[2J": 1}', "has a key with characters that cannot be shown"),
        ('{"\\u001b": 1, "\\u001b": 2}', "a key with characters that cannot be shown stands twice in one object"),
        (json.dumps({"k" * 61: 1}), "has a key of more than 60 characters"),
        (json.dumps([{"k" * 61: 1}]).replace("}", ', "' + "k" * 61 + '": 2}'), f'the key "{"k" * 60}…" stands twice'),
        # A search for the doubled one that looks back from every key would take hours.
        ("{" + ",".join(f'"{number}":1' for number in (*range(200_000), 199_999)) + "}", 'the key "199999" stands'),
    ],
)
def test_file_that_is_no_json_of_ours_is_refused(text: str | bytes, sentence: str) -> None:
    assert refusal(Problem, text).startswith(sentence)


def test_keys_inside_a_problem_are_fit_to_be_shown() -> None:
    text = changed(PROBLEM, ("candidates", 0, "languages"), {"nl\x1b[31m": "B1"})
    assert refusal(Problem, text) == "candidates[0].languages: has a key with characters that cannot be shown"


def test_long_word_is_not_repeated_whole() -> None:
    assert refusal(Problem, changed(PROBLEM, ("rules", "min_level"), "Z" * 10_000)).endswith(f'"{"Z" * 60}…"')
    assert refusal(Plan, changed(PLAN, ("status",), "z" * 10_000)).endswith(f'"{"z" * 60}…"')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_encoding_that_says_what_it_is_is_read(encoding: str) -> None:
    assert from_json(Problem, PROBLEM.encode(encoding)) == from_json(Problem, PROBLEM)


def test_half_a_surrogate_pair_is_refused() -> None:
    text = PROBLEM.replace('"S1"', '"S\\ud800"')
    assert refusal(Problem, text) == "stands[0].id: has characters that cannot be shown"
