"""The planners to compare with, each started as `python -m deploy.planner_bench.rivals NAME PROBLEM PLAN SECONDS`.

What they reach is told on standard error, a line of JSON each time, as `handdruk plan solve` does. Solvers
are imported where they are used: `ortools` and `highspy` may not meet in one process.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from services.scheduling.planning import Problem, from_json, solve_greedily
from services.scheduling.planning.plan import Progress

Tell = Callable[[int, int | None], None]


def plan_greedily(problem: Problem, out: Path, seconds: float, tell: Tell) -> None:
    """The planner of the first version: seat by seat at prices, then exchanges."""

    def note(progress: Progress) -> None:
        tell(progress.value, progress.bound)

    made = solve_greedily(problem, time_limit=seconds, progress=note)
    out.write_text(json.dumps(asdict(made)))


def plan_whole(problem: Problem, out: Path, seconds: float, tell: Tell) -> None:
    """HiGHS on everything at once: every choice in every round, in one model."""
    from services.scheduling.planning.choices import list_choices
    from services.scheduling.planning.draft import Draft
    from services.scheduling.planning.groups import group_interpreters
    from services.scheduling.planning.instance import Instance, span
    from services.scheduling.planning.timing import Timing, one_by_one
    from services.scheduling.planning.writing import name_draft, write_board

    instance = Instance(problem)
    draft = Draft(instance, group_interpreters(instance), list_choices(instance))
    everything = span(0, instance.rounds - 1)
    timing = Timing(draft, range(len(draft.choices)), one_by_one(everything))
    solution = timing.solve(seconds)
    if solution is None:
        return
    draft.replace(everything, timing.read(solution))
    tell(draft.value(), solution.proven)
    plan = write_board(name_draft(draft), solution.proven, seconds, "within_gap")
    out.write_text(json.dumps(asdict(plan)))


def plan_by_cp_sat(problem: Problem, out: Path, seconds: float, tell: Tell) -> None:
    """CP-SAT on everything at once."""
    from deploy.planner_bench.cp_sat import solve

    value, bound = solve(problem, seconds, tell)
    out.write_text(json.dumps({"value": value, "bound": bound}))


def _tell(value: int, bound: int | None) -> None:
    sys.stderr.write(json.dumps({"value": value, "bound": bound}) + "\n")
    sys.stderr.flush()


PLANNERS = {"greedy": plan_greedily, "highs": plan_whole, "cp-sat": plan_by_cp_sat}

if __name__ == "__main__":
    name, problem_file, plan_file, limit = sys.argv[1:]
    PLANNERS[name](from_json(Problem, Path(problem_file).read_text()), Path(plan_file), float(limit), _tell)
