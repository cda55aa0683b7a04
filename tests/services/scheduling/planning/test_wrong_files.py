"""Whatever stands in a file, in whatever place: it is used, or a sentence names the place; nothing ever falls over."""

import copy
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deploy.plan import plan as command
from services.scheduling.planning import (
    Changes,
    Fixed,
    InvalidInput,
    Plan,
    Problem,
    change_problem,
    check,
    from_json,
    to_json,
)
from services.scheduling.planning.replan import replan
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.problems import (
    RUSSIAN,
    UKRAINIAN,
    candidate,
    everybody_may_talk,
    interpreter,
    stand,
)
from tests.services.scheduling.planning.test_changes import CHANGES as CHANGES_IN_FILE

T = TypeVar("T", Problem, Plan, Changes)
R = TypeVar("R")

AMPLE = 600.0
"""Seconds: far more than any of these tests takes."""
PROBLEM = everybody_may_talk(
    Problem(
        3,
        stands=(stand("S1"), stand("S2", (2, 0, 2))),
        candidates=(candidate("C1", limit=2), candidate("C2", UKRAINIAN), candidate("Їжак", RUSSIAN, (1, 2))),
        interpreters=(interpreter("I1", stretch=(1, 2)), interpreter("I2", (("ru", "nl"),), (0, 2))),
        fixed=(Fixed("C1", "S1", 0),),
    )
)
PLAN = make_plan(PROBLEM, time_limit=AMPLE)
CHANGES = from_json(Changes, json.dumps(CHANGES_IN_FILE))

WORDS = st.sampled_from(("B1", "nl", "uk", "S1", "C1", "I1", "optimal", "infeasible", "", " ", "\ud800", "\x1b[31m"))
NUMBERS = st.integers() | st.integers(-2, 5) | st.sampled_from((10**6, 10**400, -(10**400), 2**63, 1001)) | st.floats()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | WORDS, inner, max_size=3),
    max_leaves=4,
)


def list_places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a file, the whole of it first."""
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from list_places(entry, (*path, key))


def name(path: tuple[str | int, ...]) -> str:
    """A place as a sentence names it."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).removeprefix(".")


@st.composite
def damaged(draw: st.DrawFn, thing: Problem | Plan | Changes) -> Any:
    """What stands in the file of this thing, with something done to one or two places of it."""
    whole = json.loads(to_json(thing))
    for _ in range(draw(st.sampled_from((1, 1, 2)))):
        *way, last = draw(st.sampled_from([path for path in list_places(whole) if path] or [("rounds",)]))
        around = whole
        for key in way:
            around = around[key]
        _damage(draw, around, last)
    return whole


def _damage(draw: st.DrawFn, around: Any, last: str | int) -> None:
    """Put something in its place, take it away, or put something beside it."""
    match draw(st.sampled_from(("put", "put", "take", "beside"))):
        case "put":
            around[last] = draw(VALUES)
        case "take" if last in around or isinstance(around, list):
            del around[last]
        case "beside" if isinstance(around, dict):
            around[draw(st.text(max_size=3) | WORDS)] = draw(VALUES)
        case "beside":
            around.insert(last, draw(VALUES | st.sampled_from(copy.deepcopy(around))))


def attempt(do: Callable[[], R]) -> R | InvalidInput:
    """What it gives, or the refusal."""
    try:
        return do()
    except InvalidInput as refused:
        return refused


def read(kind: type[T], whole: Any) -> T | None:
    """What this file says; None where it is refused, with a sentence that names a place in it."""
    found = attempt(lambda: from_json(kind, json.dumps(whole)))
    if not isinstance(found, InvalidInput):
        return found
    assert found.path in {name(path) for path in list_places(whole)}
    assert found.what
    assert str(found) == (f"{found.path}: {found.what}" if found.path else found.what)
    return None


def run(folder: Path, *words: str, **files: Any) -> tuple[int, str, str]:
    """The command with these files: its exit status, and what it says on both streams."""
    for file, whole in files.items():
        text = json.dumps(whole) if isinstance(whole, dict | list) else to_json(whole)
        (folder / f"{file}.json").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(command, [str(folder / word) if word.endswith(".json") else word for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(damaged(PROBLEM))
def test_any_value_anywhere_in_a_problem(folder: Path, whole: Any) -> None:
    problem = read(Problem, whole)
    if problem is None:
        status, out, err = run(folder, "solve", "problem.json", problem=whole)
        assert (status, out) == (2, "")
        assert err.startswith(f"{folder / 'problem.json'}: ")
        return
    plan = make_plan(problem, time_limit=AMPLE)
    assert plan.clashes if plan.status == "infeasible" else check(problem, plan).broken is None
    status, out, _ = run(folder, "check", "problem.json", "plan.json", problem=whole, plan=PLAN)
    assert status == (1 if check(problem, PLAN).broken else 0)
    assert out.startswith(check(problem, PLAN).broken or "Every rule is kept.")


def put(thing: Problem | Plan | Changes, value: object, *path: str | int) -> Any:
    """What stands in the file of this thing, with this value in that place."""
    around = whole = json.loads(to_json(thing))
    for key in path[:-1]:
        around = around[key]
    around[path[-1]] = value
    return whole


@FUZZ
@given(damaged(PLAN))
@example(whole=put(PLAN, -1, "conversations", 0, "round"))
@example(whole=put(PLAN, 10**400, "conversations", 0, "round"))
@example(whole=put(PLAN, "nobody", "conversations", 0, "candidate"))
def test_any_value_anywhere_in_a_plan(folder: Path, whole: Any) -> None:
    plan = read(Plan, whole)
    status, out, err = run(folder, "check", "problem.json", "plan.json", problem=PROBLEM, plan=whole)
    if plan is None:
        assert (status, out) == (2, "")
        assert err.startswith(f"{folder / 'plan.json'}: ")
        return
    broken = check(PROBLEM, plan).broken
    assert status == (1 if broken else 0)
    assert out.startswith(broken or "Every rule is kept.")
    if broken is None:
        assert check(PROBLEM, replan(PROBLEM, plan, Changes(), from_round=1, time_limit=AMPLE)).broken is None
    else:
        with pytest.raises(InvalidInput, match="breaks a rule of its problem"):
            replan(PROBLEM, plan, Changes(), from_round=1, time_limit=AMPLE)


@FUZZ
@given(damaged(CHANGES))
def test_any_value_anywhere_in_changes(folder: Path, whole: Any) -> None:
    changes = read(Changes, whole)
    if changes is None:
        files = {"problem": PROBLEM, "plan": PLAN, "changes": whole}
        words = "replan", "problem.json", "plan.json", "changes.json", "--from-round", "1"
        status, out, err = run(folder, *words, **files)
        assert (status, out) == (2, "")
        assert err.startswith(f"{folder / 'changes.json'}: ")
        return
    plan = attempt(lambda: replan(PROBLEM, PLAN, changes, from_round=1, time_limit=AMPLE))
    if isinstance(plan, InvalidInput):
        assert plan.path in {name(path) for path in list_places(whole)}
    else:
        assert check(change_problem(PROBLEM, PLAN, changes, 1), plan).broken is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from((Problem, Plan, Changes)), st.binary() | st.text() | VALUES.map(json.dumps))
@example(Problem, b"")
@example(Plan, "[" * 100_000)
def test_any_file_at_all(kind: type[Problem] | type[Plan] | type[Changes], text: str | bytes) -> None:
    found = attempt(lambda: from_json(kind, text))
    assert str(found) if isinstance(found, InvalidInput) else found == Changes()
