"""Planning anew at the door: how soon there is an answer, how good it is, and what was kept."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.planner_bench.report import gap
from deploy.planner_bench.trials import OURS, Case, run_trial
from services.scheduling.planning import Plan, change_problem, check, from_json, to_json
from services.scheduling.planning.generate_changes import change_of_the_day
from services.scheduling.planning.replan import replan

AFTER = 3
"""Rounds that are over when the planner is asked."""
BEFORE = 30.0
"""Seconds for the plan of the day before."""
HEADS = ("problem", "first answer", "its gap", "the last", "its gap", "announced", "kept", "broken rules")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one day. `first` and `last` are seconds. `announced` counts the conversations still to come of
    candidates who are there; `kept` those of them that take place in the same round.
    """

    case: Case
    first: float
    first_gap: float
    last: float
    last_gap: float
    announced: int
    kept: int
    broken: str | None


def replan_days(cases: Sequence[Case], seconds: float) -> Iterator[Answer]:
    """Make the plan of each day, change the day after some rounds, and plan the rest anew in so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            file = Path(folder) / f"{case.size}{case.seed}{case.scarce}.json"
            file.write_text(to_json(case.make()))
            run_trial(OURS, case, file, BEFORE)
            yield _replan(case, from_json(Plan, file.with_suffix(".plan").read_text()), seconds)


def _replan(case: Case, plan: Plan, seconds: float) -> Answer:
    problem = case.make()
    changes = change_of_the_day(problem, plan, AFTER, case.seed)
    answers: list[tuple[float, Plan]] = []
    began = time.monotonic()
    last = replan(
        problem,
        plan,
        changes,
        from_round=AFTER,
        time_limit=seconds,
        publish=lambda better: answers.append((time.monotonic() - began, better)),
    )
    took = time.monotonic() - began
    first_at, first = answers[0]
    away = set(changes.absent_candidates)
    there = {(one.candidate, one.stand, one.round) for one in last.conversations}
    announced = [
        (one.candidate, one.stand, one.round)
        for one in plan.conversations
        if one.round >= AFTER and one.candidate not in away
    ]
    changed = change_problem(problem, plan, changes, AFTER)
    return Answer(
        case,
        first_at,
        gap(first.value, last.bound),
        took,
        gap(last.value, last.bound),
        len(announced),
        sum(one in there for one in announced),
        check(changed, last).broken or check(changed, first).broken,
    )


def write_answers(answers: Sequence[Answer]) -> list[tuple[str, ...]]:
    """A line for each day."""
    lines: list[tuple[str, ...]] = [HEADS]
    lines += [
        (
            f"{one.case.kind} {one.case.seed}",
            f"{one.first:.2f} s",
            f"{100 * one.first_gap:.3f} %",
            f"{one.last:.1f} s",
            f"{100 * one.last_gap:.3f} %",
            str(one.announced),
            str(one.kept),
            one.broken or "none",
        )
        for one in answers
    ]
    return lines
