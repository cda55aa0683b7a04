"""One planner on one problem: what it reached, when, and with how much memory."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from services.scheduling.planning import Problem, generate, to_json
from services.scheduling.planning.generate import Size

OURS = "handdruk"
RIVALS = {"greedy": "greedy", "cp-sat": "CP-SAT, 8 workers", "highs": "HiGHS, whole problem"}
"""Names on the command line, and in tables."""
PATIENCE, TO_START = 3.0, 60.0
"""A planner that goes on for so many times its limit, and so many seconds, is ended."""


@dataclass(frozen=True, slots=True)
class Case:
    """One generated problem."""

    size: Size
    seed: int
    scarce: bool
    shape: tuple[int, int, int] | None = None
    """Other numbers of candidates, stands and interpreters than those of the size."""

    def make(self) -> Problem:
        """The problem, the same every time."""
        people, stands, helpers = self.shape or (None, None, None)
        return generate(
            self.size, self.seed, scarce=self.scarce, candidates=people, stands=stands, interpreters=helpers
        )

    @property
    def kind(self) -> str:
        """Size and how many interpreters, for a table."""
        return f"{self.size} {'scarce' if self.scarce else 'plentiful'}"


@dataclass(frozen=True, slots=True)
class Point:
    """What a planner had after so many seconds."""

    seconds: float
    value: int
    bound: int | None


@dataclass(slots=True)
class Trial:
    """`seconds` is the wall time of the whole command, reading the file included; `megabytes` its largest process."""

    planner: str
    case: Case
    points: list[Point] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: float = 0.0
    plan: dict[str, int | None] = field(default_factory=dict)
    fault: str = ""

    @property
    def value(self) -> int:
        """What it reached."""
        return self.points[-1].value if self.points else 0

    def value_after(self, seconds: float) -> int:
        """What it had by then."""
        return max((point.value for point in self.points if point.seconds <= seconds), default=0)

    def bound(self) -> int | None:
        """The smallest bound that it proved."""
        return min((point.bound for point in self.points if point.bound is not None), default=None)


def run_trials(cases: Sequence[Case], planners: Sequence[str], seconds: float) -> Iterator[Trial]:
    """Let every planner try every case, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases):
            file = Path(folder) / f"{number}.json"
            file.write_text(to_json(case.make()))
            for planner in planners:
                yield run_trial(planner, case, file, seconds)
            file.unlink()


def run_trial(planner: str, case: Case, file: Path, seconds: float) -> Trial:
    """Let one planner try one problem, and note every better value and bound it tells of."""
    out = file.with_suffix(".plan")
    out.unlink(missing_ok=True)  # that of the planner before, which would count as found by one that finds nothing
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as faults:
        process = subprocess.Popen(
            _words(planner, file, out, seconds), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        trial = Trial(planner, case)
        end = threading.Timer(PATIENCE * seconds + TO_START, process.kill)  # whole models say nothing for long
        end.daemon = True
        end.start()
        for line in process.stderr:
            if line.startswith("{"):
                _note(trial, time.monotonic() - began, json.loads(line))
            else:
                faults.write(line)
        _, status, usage = os.wait4(process.pid, 0)
        end.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        faults.seek(0)
        trial.fault = "" if process.returncode == 0 else faults.read().strip()[-300:] or f"exit {process.returncode}"
    trial.seconds, trial.megabytes = time.monotonic() - began, usage.ru_maxrss / 1024
    with suppress(OSError, ValueError):
        plan = json.loads(out.read_text())
        _note(trial, trial.seconds, plan)
        trial.plan = {key: value for key, value in plan.items() if isinstance(value, int)}
    return trial


def _words(planner: str, file: Path, out: Path, seconds: float) -> list[str]:
    if planner == OURS:
        words = ["-m", "deploy.command", "plan", "solve", str(file), "--out", str(out)]
        return [sys.executable, *words, "--time-limit", str(seconds)]
    return [sys.executable, "-m", "deploy.planner_bench.rivals", planner, str(file), str(out), str(seconds)]


def _note(trial: Trial, seconds: float, said: dict[str, int]) -> None:
    value, bound = said.get("value", 0), said.get("bound") or None
    last = trial.points[-1] if trial.points else None
    if last is None or (last.value, last.bound) != (value, bound):
        trial.points.append(Point(seconds, value, bound))
