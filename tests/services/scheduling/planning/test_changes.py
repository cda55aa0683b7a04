"""Changes of the day as JSON: there and back, every mistake named by its path, and the problem that comes of them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning import Conversation, InvalidInput, Problem, Rules, from_json, to_json, validate
from services.scheduling.planning.changes import Difference, change_problem, compare, rounds_to_come
from services.scheduling.planning.problem import CandidateRounds, Changes, Fixed, InterpreterRounds, StandSeats
from services.scheduling.planning.validity import validate_changes
from tests.services.scheduling.planning.problems import (
    candidate,
    everybody_may_talk,
    interpreter,
    plan_of,
    problems,
    stand,
)
from tests.services.scheduling.planning.test_replan import changes_of

CHANGES: dict[str, Any] = {
    "absent_candidates": ["C2"],
    "absent_interpreters": ["I1"],
    "absent_stands": ["S2"],
    "candidate_rounds": [{"candidate": "C1", "rounds": [1, 2]}],
    "interpreter_rounds": [{"interpreter": "I2", "rounds": [0, 2]}],
    "stand_seats": [{"stand": "S1", "seats": [2, 2, 1]}],
    "new_candidates": [{"id": "李", "languages": {"uk": "C2"}, "rounds": [1, 2], "max_conversations": 2}],
    "new_interpreters": [{"id": "I9", "pairs": [["uk", "nl"]], "rounds": [1, 2], "stretch": [1, 2]}],
    "new_stands": [{"id": "S9", "languages": {"nl": "C2"}, "seats": [0, 1, 1], "position": [3, 1]}],
    "new_pairs": [{"candidate": "李", "stand": "S1", "score": 64}],
}
PROBLEM = everybody_may_talk(
    Problem(
        3,
        Rules(),
        (stand("S1"), stand("S2")),
        (candidate("C1"), candidate("C2")),
        (interpreter("I1"), interpreter("I2")),
    )
)


def test_changes_of_the_design_are_read_and_written() -> None:
    changes = from_json(Changes, json.dumps(CHANGES))
    assert changes.candidate_rounds == (CandidateRounds("C1", (1, 2)),)
    assert changes.new_candidates[0].max_conversations == 2
    assert from_json(Changes, to_json(changes)) == changes
    validate_changes(PROBLEM, changes)


def test_no_changes_are_an_empty_object() -> None:
    assert from_json(Changes, "{}") == Changes()
    assert to_json(Changes()) == "{}\n"


@pytest.mark.parametrize(
    ("name", "entries", "sentence"),
    [
        ("gone", [], "gone: unknown key"),
        ("absent_candidates", "C2", "absent_candidates: must be a list, not a text"),
        ("absent_candidates", [2], "absent_candidates[0]: must be a text, not a number"),
        (
            "candidate_rounds",
            [{"candidate": "C1", "rounds": [1]}],
            "candidate_rounds[0].rounds: must be a list of 2, not of 1",
        ),
        ("stand_seats", [{"stand": "S1"}], 'stand_seats[0]: "seats" is missing'),
        (
            "new_candidates",
            [{"id": "W", "languages": {"xx": "B7"}, "rounds": [0, 1]}],
            'new_candidates[0].languages.xx: unknown level "B7"',
        ),
    ],
)
def test_file_that_is_wrong_is_refused_by_path(name: str, entries: object, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_json(Changes, json.dumps({name: entries}))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("name", "entries", "sentence"),
    [
        ("absent_candidates", ["C9"], 'absent_candidates[0]: no candidate has the id "C9"'),
        ("absent_interpreters", ["I1", "I1"], 'absent_interpreters[1]: "I1" is named twice'),
        ("absent_stands", ["S1"], 'stand_seats[0].stand: "S1" is named twice'),
        (
            "candidate_rounds",
            [{"candidate": "C1", "rounds": [0, 3]}],
            "candidate_rounds[0].rounds[1]: 3 is not between -1 and 2",
        ),
        (
            "interpreter_rounds",
            [{"interpreter": "I2", "rounds": [1, 1]}],
            "interpreter_rounds[0].rounds[1]: round 1 is listed twice",
        ),
        (
            "stand_seats",
            [{"stand": "S1", "seats": [1]}],
            "stand_seats[0].seats: has 1 numbers, while there are 3 rounds",
        ),
        (
            "new_candidates",
            [{"id": "C1", "languages": {}, "rounds": [0, 1]}],
            'new_candidates[0].id: "C1" is used already',
        ),
        (
            "new_interpreters",
            [{"id": "I1", "pairs": [], "rounds": []}],
            'new_interpreters[0].id: "I1" is used already',
        ),
        (
            "new_stands",
            [{"id": " ", "languages": {}, "seats": [0, 0, 0], "position": [0, 0]}],
            "new_stands[0].id: is empty",
        ),
        (
            "new_pairs",
            [{"candidate": "C9", "stand": "S1", "score": 1}],
            'new_pairs[0].candidate: no candidate has the id "C9"',
        ),
        (
            "new_pairs",
            [{"candidate": "C1", "stand": "S1", "score": 1}],
            'new_pairs[0]: "C1" and "S1" are listed twice',
        ),
        (
            "new_pairs",
            [{"candidate": "李", "stand": "S1", "score": 101}],
            "new_pairs[0].score: 101 is not between 0 and 100",
        ),
    ],
)
def test_change_that_cannot_be_made_is_refused_by_path(name: str, entries: object, sentence: str) -> None:
    changes = from_json(Changes, json.dumps(CHANGES | {name: entries}))
    with pytest.raises(InvalidInput) as refused:
        validate_changes(PROBLEM, changes)
    assert str(refused.value) == sentence


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_changed_problem_is_a_problem_and_changes_survive_the_way_there_and_back(
    problem: Problem, data: st.DataObject
) -> None:
    changes = data.draw(changes_of(problem))
    from_round = data.draw(st.integers(0, problem.rounds))
    assert from_json(Changes, to_json(changes)) == changes
    validate_changes(problem, changes)
    validate(change_problem(problem, plan_of(problem), changes, from_round))


def test_absence_changes_nothing_before_the_round() -> None:
    plan = plan_of(PROBLEM, Conversation("C2", "S2", 0))
    changes = Changes(("C2",), ("I1",), ("S2",), interpreter_rounds=(InterpreterRounds("I2", (2,)),))
    changed = change_problem(PROBLEM, plan, changes, 1)
    assert changed.candidates[1].rounds == (0, 0)
    assert [one.rounds for one in changed.interpreters] == [(0,), (0, 2)]
    assert changed.stands[1].seats == (1, 0, 0)
    assert changed.fixed == (Fixed("C2", "S2", 0),)
    assert rounds_to_come(changed, changes, 1) == {"C1": 0b110, "C2": 0}


def test_seats_before_the_round_are_those_of_the_plan() -> None:
    changes = Changes(stand_seats=(StandSeats("S1", (5, 5, 0)),))
    assert change_problem(PROBLEM, plan_of(PROBLEM), changes, 1).stands[0].seats == (1, 5, 0)


def test_difference_tells_what_became_of_every_conversation() -> None:
    past = Conversation("C1", "S2", 0)
    before = plan_of(PROBLEM, past, Conversation("C1", "S1", 1, "I1"), Conversation("C2", "S1", 2))
    after = plan_of(PROBLEM, past, Conversation("C1", "S1", 1, "I2"), Conversation("C2", "S2", 2))
    assert compare(before, after, 1) == Difference(
        kept=(Conversation("C1", "S1", 1, "I2"),),
        moved=(),
        dropped=(Conversation("C2", "S1", 2),),
        new=(Conversation("C2", "S2", 2),),
        interpreters=(Conversation("C1", "S1", 1, "I2"),),
    )
