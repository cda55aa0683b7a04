"""The planner's own process: its time limit and a cancel hold whatever it does, and it never stays behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.planning import (
    Changes,
    Fixed,
    InvalidInput,
    Pair,
    Plan,
    PlannerFailed,
    Problem,
    Progress,
    change_problem,
    check,
    generate,
    plan_anew,
    solve,
    to_json,
)
from services.scheduling.planning.frames import (
    Better,
    Day,
    Final,
    Frame,
    Refused,
    Request,
    pack,
    pack_request,
    take,
    unpack_request,
)
from services.scheduling.planning.process import bound_of_pairs
from services.scheduling.planning.solver import make_plan
from tests.services.scheduling.planning.absurd import ABSURD
from tests.services.scheduling.planning.problems import candidate, problems, problems_with_fixed
from tests.services.scheduling.planning.processes import children_of, wait_until_gone

AMPLE = 600.0
"""Seconds: far more than any of these tests takes."""
ENOUGH = 10.0
"""Seconds for problems on which the planner could go on shortening waits for long."""
ROOT = Path(__file__).parents[4]


def planners() -> list[int]:
    """The planner's processes that this one started."""
    return [
        number
        for number in children_of(os.getpid())
        if b"services.scheduling.planning.child" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]


class Onlooker:
    """Sends the planner's process a signal when first asked whether to cancel, and cancels when asked so many times."""

    def __init__(self, number: int, asked: float = float("inf")) -> None:
        self.number = number
        self.left = asked
        self.steps: list[Progress] = []

    def is_cancelled(self) -> bool:
        """Do that."""
        if self.number:
            (child,) = planners()
            os.kill(child, self.number)
            self.number = 0
        self.left -= 1
        return self.left <= 0


@settings(max_examples=5, deadline=None)
@given(problems_with_fixed())
def test_plan_is_the_same_as_in_this_process(problem: Problem) -> None:
    expected = make_plan(problem, time_limit=AMPLE)
    assert replace(solve(problem, time_limit=AMPLE), seconds=0) == replace(expected, seconds=0)


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_problem_gets_the_same_plan_too(name: str) -> None:
    problem = ABSURD[name]
    plan = solve(problem, time_limit=AMPLE)
    assert check(problem, plan).broken is None
    assert (plan.value, plan.status) == (make_plan(problem, time_limit=AMPLE).value, "optimal")


def test_plan_and_progress_of_a_small_event_arrive() -> None:
    problem, seen = generate("S", 3), list[Progress]()
    plan = solve(problem, seed=5, time_limit=ENOUGH, progress=seen.append)
    assert check(problem, plan).broken is None
    assert plan.status == "optimal"
    assert list(dict.fromkeys(step.stage for step in seen)) == [
        "selecting",
        "timing",
        "improving",
        "waiting",
        "walking",
    ]
    assert (seen[-1].value, seen[-1].bound, seen[-1].gap) == (plan.value, plan.bound, 0)
    assert planners() == []


def test_limit_ends_the_planner_in_mid_step() -> None:
    problem = generate("L", 1)
    plan = solve(problem, time_limit=0.5)
    assert planners() == []
    assert plan.status == "stopped"
    assert check(problem, plan).broken is None


def test_limit_holds_for_a_planner_that_hangs() -> None:
    """Stopped by a signal it neither keeps its time limit nor hears anything."""
    problem = generate("S", 1)
    plan = solve(problem, time_limit=1, cancelled=Onlooker(signal.SIGSTOP).is_cancelled)
    assert planners() == []
    assert plan.status == "stopped"
    assert check(problem, plan).broken is None


def test_limit_holds_for_a_planner_of_the_day_that_hangs() -> None:
    """What it had found by then is there, with the past."""
    problem = generate("L", 1, candidates=900)
    first = problem.pairs[0]
    before = make_plan(replace(problem, fixed=(Fixed(first.candidate, first.stand, 0),)), time_limit=0)
    onlooker, steps = Onlooker(signal.SIGSTOP), list[Progress]()

    def is_cancelled() -> bool:
        return bool(steps) and steps[-1].stage == "selecting" and onlooker.is_cancelled()

    plan = plan_anew(
        problem, before, Changes(), from_round=1, time_limit=ENOUGH, progress=steps.append, cancelled=is_cancelled
    )
    assert onlooker.number == 0
    assert planners() == []
    assert plan.status == "stopped"
    assert set(before.conversations) < set(plan.conversations)
    assert check(change_problem(problem, before, Changes(), 1), plan).broken is None


def test_who_waits_for_a_silent_planner_is_told_again_how_far_it_is() -> None:
    """What the organiser sees as alive must not depend on how long one step takes."""
    onlooker, steps = Onlooker(signal.SIGSTOP, 8), list[Progress]()

    def is_cancelled() -> bool:
        return bool(steps) and onlooker.is_cancelled()

    solve(generate("L", 1, candidates=900), time_limit=AMPLE, progress=steps.append, cancelled=is_cancelled)
    assert len(steps) >= 7
    assert steps[-1] == steps[-3]


def test_cancelling_gives_the_best_plan_so_far() -> None:
    problem, steps = generate("M", 2), list[Progress]()
    plan = solve(problem, time_limit=AMPLE, progress=steps.append, cancelled=lambda: any(step.value for step in steps))
    assert planners() == []
    assert check(problem, plan).broken is None
    assert plan.value >= max(step.value for step in steps) > 0


def test_bound_of_a_cancelled_plan_is_the_best_one_told() -> None:
    problem, steps = generate("M", 2), list[Progress]()
    plan = solve(
        problem,
        time_limit=AMPLE,
        progress=steps.append,
        cancelled=lambda: bool(steps) and steps[-1].stage == "improving",
    )
    assert plan.bound == steps[-1].bound < bound_of_pairs(problem)


@pytest.mark.parametrize("time_limit", [0, AMPLE])
def test_without_time_and_when_cancelled_at_once_what_is_fixed_stays(time_limit: float) -> None:
    problem = generate("S", 1)
    first = problem.pairs[0]
    problem = replace(problem, fixed=(Fixed(first.candidate, first.stand, 3),))
    plan = solve(problem, time_limit=time_limit, cancelled=lambda: time_limit > 0)
    assert check(problem, plan).broken is None
    assert first.candidate in {one.candidate for one in plan.conversations}
    clash = replace(problem, fixed=(*problem.fixed, Fixed(first.candidate, first.stand, 4)))
    assert solve(clash, time_limit=time_limit, cancelled=lambda: time_limit > 0).status == "infeasible"


def test_cancelling_at_once_gives_an_empty_plan() -> None:
    problem = generate("L", 1, candidates=900)
    plan = solve(problem, time_limit=AMPLE, cancelled=lambda: True)
    assert (plan.conversations, plan.value, plan.status) == ((), 0, "stopped")
    assert plan.bound == bound_of_pairs(problem)
    assert check(problem, plan).broken is None


@settings(max_examples=60, deadline=None)
@given(problems())
def test_bound_at_a_glance_is_above_any_plan(problem: Problem) -> None:
    assert make_plan(problem, time_limit=AMPLE).bound <= bound_of_pairs(problem)


def test_planner_that_is_killed_is_told() -> None:
    problem = generate("L", 1, candidates=900)
    with pytest.raises(PlannerFailed, match="ended by signal SIGKILL: killed, or out of memory"):
        solve(problem, time_limit=AMPLE, cancelled=Onlooker(signal.SIGKILL).is_cancelled)
    assert planners() == []


def test_planner_does_not_survive_a_failing_onlooker() -> None:
    def fail(step: Progress) -> None:
        raise LookupError(step.stage)

    with pytest.raises(LookupError, match="selecting"):
        solve(generate("L", 1, candidates=900), time_limit=AMPLE, progress=fail)
    assert planners() == []


def test_planner_does_not_survive_its_parent(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(to_json(generate("L", 1, candidates=900)), encoding="utf-8")
    program = (
        "import sys; from services.scheduling.planning import *;"
        "print('ready', flush=True);"
        "problem = from_json(Problem, open(sys.argv[1]).read());"
        "solve(problem, time_limit=600, progress=lambda step: print(step.stage, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program, file], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        assert parent.stdout.readline() == "selecting\n"
        (child,) = children_of(parent.pid)
        parent.kill()
    assert wait_until_gone(child)


def test_problem_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"pairs\[0\]\.stand: no stand has the id"):
        solve(Problem(3, candidates=(candidate(),), pairs=(Pair("C1", "nowhere", 3),)))


def test_changes_that_cannot_be_made_are_refused_by_the_other_process() -> None:
    problem = generate("S", 1)
    with pytest.raises(InvalidInput, match=r"^absent_candidates\[0\]: ") as refused:
        plan_anew(problem, make_plan(problem, time_limit=1), Changes(absent_candidates=("nobody",)), from_round=2)
    assert refused.value.path == "absent_candidates[0]"


def test_day_is_planned_anew_in_the_other_process() -> None:
    problem = generate("S", 2)
    before = make_plan(problem, time_limit=ENOUGH)
    changes = Changes(absent_candidates=(before.conversations[-1].candidate,))
    plan = plan_anew(problem, before, changes, from_round=4, time_limit=ENOUGH)
    assert check(change_problem(problem, before, changes, 4), plan).broken is None
    past = [[one for one in each.conversations if one.round < 4] for each in (plan, before)]
    assert past[0] == past[1]


def test_daemonic_process_such_as_a_worker_can_plan() -> None:
    """A worker of Celery may have no children of multiprocessing."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_plan_in_worker, args=(there,), daemon=True)
    worker.start()
    there.close()
    plan = here.recv()
    worker.join()
    assert isinstance(plan, Plan)
    assert plan.status == "optimal"


def _plan_in_worker(answer: Connection) -> None:
    answer.send(solve(generate("S", 1), time_limit=ENOUGH))


def test_folder_one_stands_in_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "__init__.py").write_text("raise ImportError('not ours')")
    monkeypatch.chdir(tmp_path)
    assert solve(generate("S", 1), time_limit=ENOUGH).status == "optimal"


@settings(max_examples=60, deadline=None)
@given(problems_with_fixed(), st.booleans())
def test_request_arrives_as_it_was_sent(problem: Problem, is_day: bool) -> None:
    day = Day(Plan((), 0, 9, 0, 0, 0.5, "stopped"), Changes(new_candidates=problem.candidates), 3) if is_day else None
    request = Request(problem, 7, 12.5, 1, day)
    assert unpack_request(pack_request(request)) == request


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 500), max_size=8).map(sorted))
def test_frames_arrive_whole_however_they_are_cut(cuts: list[int]) -> None:
    plan = make_plan(generate("S", 1, candidates=3), time_limit=AMPLE)
    sent: list[Frame] = [
        Progress("timing", 1, 2, 3, 4),
        Better(plan),
        Refused("candidates[3].rounds", "Їжакевич-Ґалаґан"),
        Final(plan),
    ]
    stream = b"".join(map(pack, sent))
    received, heard = bytearray(), list[Frame]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        received += stream[start:end]
        heard += take(received)
    assert heard == sent
    assert not received
