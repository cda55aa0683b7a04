"""`handdruk plan explain`: what a plan leaves open and why, in sentences and as data."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.scheduling.planning import (
    Conversation,
    Explainer,
    Plan,
    Problem,
    Rules,
    generate,
    solve_greedily,
    to_json,
)
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    plan_of,
    stand,
)
from tests.services.scheduling.planning.test_command import run, write

PEOPLE = (candidate("Їжакевич-Ґалаґан", UKRAINIAN), candidate("O'Brien"), candidate("Rus", RUSSIAN))
PROBLEM = everybody_may_talk(
    Problem(
        2,
        Rules(),
        (stand("S1", (1, 1)),),
        tuple(replace(one, rounds=(0, 1)) for one in PEOPLE),
        (interpreter("I1", rounds=(0, 1)),),
    )
)
PLAN = plan_of(PROBLEM, Conversation("O'Brien", "S1", 0), Conversation("Їжакевич-Ґалаґан", "S1", 1, "I1"))


def explain(folder: Path, problem: Problem, plan: Plan, *options: str) -> list[str]:
    files = write(folder, "problem.json", to_json(problem)), write(folder, "plan.json", to_json(plan))
    done = run("explain", *files, *options)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_everything_that_is_left_open_is_told(tmp_path: Path) -> None:
    assert explain(tmp_path, PROBLEM, PLAN) == [
        "Candidate Rus has no conversation: no common language, and no interpreter joins theirs.",
        "Interpreter I1 has no work in rounds 0: 1 meet in another round (Їжакевич-Ґалаґан).",
    ]


def test_seats_that_stay_empty_are_told(tmp_path: Path) -> None:
    alone = plan_of(PROBLEM, *PLAN.conversations[1:])
    assert "Stand S1, round 0: 1 seat is empty: nothing is in the way, O'Brien could talk at S1 in round 0." in explain(
        tmp_path, PROBLEM, alone
    )
    without = replace(PROBLEM, pairs=tuple(one for one in PROBLEM.pairs if one.candidate != "O'Brien"))
    assert explain(tmp_path, without, plan_of(without, *alone.conversations))[2] == (
        "Stand S1, round 0: 1 seat is empty: 1 without a language or an interpreter for it (Rus);"
        " 1 meet in another round (Їжакевич-Ґалаґан)."
    )


def test_plan_that_leaves_nothing_open_says_so(tmp_path: Path) -> None:
    problem = everybody_may_talk(Problem(1, stands=(stand(seats=(1,)),), candidates=(candidate(rounds=(0, 0)),)))
    assert explain(tmp_path, problem, plan_of(problem, Conversation("C1", "S1", 0))) == ["Nothing is left open."]


@pytest.mark.parametrize("scarce", [False, True])
def test_every_answer_has_a_sentence_and_is_data_too(tmp_path: Path, scarce: bool) -> None:
    problem = generate("S", 2, scarce=scarce)
    plan = solve_greedily(problem)
    explainer = Explainer(problem, plan)
    told = explain(tmp_path, problem, plan)
    [line] = explain(tmp_path, problem, plan, "--json")
    data = json.loads(line)
    assert [one["candidate"] for one in data["without_conversation"]] == list(explainer.without_conversation())
    assert [(one["stand"], one["round"]) for one in data["empty_seats"]] == [
        (one.stand, one.round) for one in explainer.empty_seats()
    ]
    assert [one["interpreter"] for one in data["idle_interpreters"]] == [
        one.interpreter for one in explainer.idle_interpreters()
    ]
    assert len(told) == sum(map(len, data.values()))
    codes = {one["reason"]["code"] for part in data.values() for one in part}
    assert not any(code in line for code in codes if "_" in code for line in told)  # words, no codes


def test_plan_that_breaks_a_rule_is_not_explained(tmp_path: Path) -> None:
    bad = plan_of(PROBLEM, Conversation("O'Brien", "S1", 5))
    done = run("explain", write(tmp_path, "problem.json", to_json(PROBLEM)), write(tmp_path, "p.json", to_json(bad)))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no such round" in done.stderr
