"""The planner in a process of its own, so that the time limit and a cancel hold whatever it is at.

HiGHS does not always keep its own time limit and cannot be interrupted, but it can be killed. The child (child.py)
hands in every better plan as soon as it has it, so that the best one is here when the time is over.

It is a `subprocess`, as a worker of Celery may have no children of `multiprocessing`, and there are no threads, so that
it can be called from anywhere.
"""

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from .errors import PlannerFailed
from .frames import Better, Day, Final, Frame, Refused, Request, pack_request, take
from .plan import Cancelled, Plan, Progress, Report
from .problem import Changes, Problem
from .validity import validate

GRACE = 0.5
"""Seconds past the time limit that the child has for handing in its last plan."""
TICK = 0.1
"""Seconds between two reports, and between two questions whether somebody cancelled."""
PATIENCE = 60.0
"""Seconds past all this to wait for a first plan where an empty one would not do: conversations are fixed, or over."""
ROOT = Path(__file__).parents[3]
MOST_AT_ONCE = 1 << 20


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit: float = 60.0,
    progress: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Plan:
    """Make the best plan that the time allows, and a proven bound on every plan.

    `time_limit` is in seconds and holds. `progress` and `cancelled` are called some ten times a second; who cancels
    gets the best plan so far. Raises InvalidInput for a problem that is none (validity.py), PlannerFailed where the
    planner's process dies. Fixed conversations that clash give status infeasible.
    """
    validate(problem)
    request = Request(problem, seed, time.monotonic() + time_limit, os.getpid())
    return _follow(request, progress, cancelled)


def plan_anew(
    problem: Problem,
    plan: Plan,
    changes: Changes,
    *,
    from_round: int,
    seed: int = 0,
    time_limit: float = 60.0,
    progress: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Plan:
    """Plan the rounds from `from_round` on anew, as `replan` does (replan.py), with the promises of `solve`.

    Raises InvalidInput also for changes that cannot be made and for a plan that breaks a rule.
    """
    validate(problem)
    day = Day(plan, changes, from_round)
    request = Request(problem, seed, time.monotonic() + time_limit, os.getpid(), day)
    return _follow(request, progress, cancelled)


def _follow(request: Request, progress: Report | None, cancelled: Cancelled | None) -> Plan:
    """Have a request done: its plan, or the best one when its time is over or somebody cancels."""
    began = time.monotonic()
    with Child(request) as child:
        run = _Run(request, progress)
        while run.final is None and not run.is_over():
            run.hear(child.listen(TICK))
            if cancelled is not None and cancelled():
                run.stop()
    return replace(run.result(), seconds=round(time.monotonic() - began, 3))


class Child:
    """The planner's process; it is gone when the `with` block is left, however that happens."""

    def __init__(self, request: Request) -> None:
        self._received = bytearray()
        with tempfile.TemporaryFile() as file:  # a pipe would have to be filled while listening
            file.write(pack_request(request))
            file.seek(0)
            self.process = _start(file)
        assert self.process.stdout is not None
        self._output = self.process.stdout
        os.set_blocking(self._output.fileno(), False)

    def listen(self, seconds: float) -> list[Frame]:
        """What it says within this time; at once when it said its last word. Raises PlannerFailed when it is dead."""
        until = time.monotonic() + seconds
        heard: list[Frame] = []
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                if not selector.select(left):
                    break
                more = self._output.read(MOST_AT_ONCE)
                if not more:
                    raise PlannerFailed(self._say_how_it_ended())
                self._received += more
                heard += take(self._received)
                if heard and isinstance(heard[-1], Final | Refused):
                    break
        return heard

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self._output.close()
        self.process.wait()

    def _say_how_it_ended(self) -> str:
        code = self.process.wait()
        if code >= 0:
            return f"the planner's process ended by itself, with exit status {code}"
        number = -code
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        return f"the planner's process was ended by signal {name}: killed, or out of memory"


class _Run:
    """What is known of a run: its best plan so far, and when it must be over."""

    def __init__(self, request: Request, progress: Report | None) -> None:
        self.request = request
        self.final: Plan | None = None
        self._best: Plan | None = None
        self._step: Progress | None = None
        self._progress = progress
        self._end = request.deadline + GRACE
        self._may_be_empty = not request.problem.fixed and request.day is None

    def hear(self, frames: list[Frame]) -> None:
        """Take in what the child said, and report; its last step again where it said nothing."""
        before = self._step
        for frame in frames:
            match frame:
                case Progress():
                    self._step = frame
                    self._report()
                case Better(plan):
                    self._best = plan
                case Final(plan):
                    self.final = plan
                case Refused():
                    raise frame.error()
        if self._step is before:
            self._report()

    def stop(self) -> None:
        """Let it be over now."""
        self._end = min(self._end, time.monotonic())

    def is_over(self) -> bool:
        """Is the time up, and is there a plan, or need there be none?"""
        late = time.monotonic() - self._end
        return late >= 0 and (self._best is not None or self._may_be_empty or late >= PATIENCE)

    def result(self) -> Plan:
        """The best plan, with the best bound. Raises PlannerFailed where there must be one and is none."""
        if self.final is not None:
            return self.final
        if self._best is None:
            if not self._may_be_empty:
                raise PlannerFailed("there was not the time to find a place for what is fixed")
            return Plan((), 0, bound_of_pairs(self.request.problem), 0, 0, 0.0, "stopped")
        bound = min(self._best.bound, self._step.bound) if self._step else self._best.bound
        return replace(self._best, bound=bound, status="optimal" if self._best.value >= bound else "stopped")

    def _report(self) -> None:
        if self._progress is not None and self._step is not None:
            self._progress(self._step)


def bound_of_pairs(problem: Problem) -> int:
    """What all candidates together could have if there were stands and interpreters enough: a bound within a moment."""
    scores: dict[str, list[int]] = {candidate.id: [] for candidate in problem.candidates}
    for pair in problem.pairs:
        scores[pair.candidate].append(pair.score)
    total = 0
    for candidate in problem.candidates:
        own = candidate.max_conversations
        best = sorted(scores[candidate.id], reverse=True)[: problem.rules.max_conversations if own is None else own]
        total += sum(best) + sum(problem.rules.ladder[: len(best)])
    return total


def _start(request: IO[bytes]) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C at the terminal is for us, who then take its best plan."""
    words = [sys.executable, "-m", f"{__package__}.child"]
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603 - our own program
        words, cwd=ROOT, env=os.environ | single, stdin=request, stdout=subprocess.PIPE, start_new_session=True
    )
