"""`handdruk plan bench`."""

import importlib.util
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, get_args

import click

from deploy.plan_files import refuse, require_place
from deploy.planner_bench.growth import draw_growth, measure_growth, write_growth
from deploy.planner_bench.replanning import replan_days, write_answers
from deploy.planner_bench.report import draw_charts, write_table
from deploy.planner_bench.trials import OURS, RIVALS, Case, Trial, run_trials
from services.scheduling.planning.generate import Size

SECONDS_AT_THE_DOOR, SECONDS_TO_GROW = 20.0, 600.0

Part = Literal["sizes", "replan", "growth"]


class _Seconds(click.FloatRange):
    """A number of seconds. What is no number at all (`nan`) lies outside no range and would be taken for none."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> float:
        """Read it. Refuses what is none."""
        seconds = float(super().convert(value, param, context))
        if math.isnan(seconds):
            self.fail(f"{value} is not a number of seconds.", param, context)
        return seconds


SECONDS = _Seconds(0)


@click.command()
@click.option("--part", "parts", type=click.Choice(get_args(Part)), multiple=True, default=get_args(Part),
              show_default=True, help="Beside others; at the door; how time and memory grow.")  # fmt: skip
@click.option("--size", "sizes", type=click.Choice(get_args(Size)), multiple=True, default=get_args(Size),
              show_default=True, help="Once for each size.")  # fmt: skip
@click.option("--seeds", default=10, show_default=True, type=click.IntRange(1), help="Problems of each kind.")
@click.option("--rival-seeds", default=1, show_default=True, type=click.IntRange(0), help="Of these, for the others.")
@click.option("--seconds", default=60.0, show_default=True, type=_Seconds(0.1, 86_400), help="For each, beside others.")
@click.option("--charts", type=click.Path(file_okay=False, path_type=Path), help="Draw charts into this folder.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Keep the trials beside others, as JSON.")
def bench(
    parts: tuple[Part, ...],
    sizes: tuple[Size, ...],
    seeds: int,
    rival_seeds: int,
    seconds: float,
    charts: Path | None,
    out: Path | None,
) -> None:
    """Measure the planner beside the greedy one, CP-SAT and HiGHS on the whole, on the same problems in the same time.

    Problems are generated, with plenty of interpreters and with few. All parts together take about two hours.
    """
    _require_places(charts, out)
    if "sizes" in parts:
        if rival_seeds and not importlib.util.find_spec("ortools"):
            refuse("CP-SAT is not installed here. `make bench` installs it.")
        _measure_sizes(_run(sizes, seeds, rival_seeds, seconds), charts, out)
    if "replan" in parts:
        _measure_replanning(
            [case for size in sizes for scarce in (False, True) for case in _cases(size, scarce, seeds)]
        )
    if "growth" in parts:
        _measure_growth(charts)


def _require_places(charts: Path | None, out: Path | None) -> None:
    """Say before hours of work, not after them, that there is no place for what comes of it."""
    if out is not None:
        require_place(str(out))
    if charts is not None:
        if not importlib.util.find_spec("matplotlib"):
            refuse("What draws charts is not installed here. `make bench` installs it.")
        try:
            charts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            refuse(f"{charts} cannot be made: {error.strerror}.")


def _run(sizes: tuple[Size, ...], seeds: int, rival_seeds: int, seconds: float) -> Iterator[Trial]:
    for size in sizes:
        for scarce in (False, True):
            cases = _cases(size, scarce, seeds)
            yield from run_trials(cases[:rival_seeds], [OURS, *RIVALS], seconds)
            yield from run_trials(cases[rival_seeds:], [OURS], seconds)


def _cases(size: Size, scarce: bool, seeds: int) -> list[Case]:
    return [Case(size, seed, scarce) for seed in range(1, seeds + 1)]


def _measure_sizes(running: Iterable[Trial], charts: Path | None, out: Path | None) -> None:
    trials = []
    for trial in running:
        trials.append(trial)
        case = trial.case
        click.echo(f"{case.kind} {case.seed}: {trial.planner} {trial.value} in {trial.seconds:.1f} s", err=True)
    _print_table(write_table(trials))
    if out is not None:
        out.write_text(json.dumps([asdict(trial) for trial in trials], indent=1))
    if charts is not None:
        for file in draw_charts(trials, charts):
            click.echo(f"drawn: {file}", err=True)


def _measure_replanning(cases: list[Case]) -> None:
    answers = []
    for answer in replan_days(cases, SECONDS_AT_THE_DOOR):
        answers.append(answer)
        click.echo(f"{answer.case.kind} {answer.case.seed}: first answer in {answer.first:.2f} s", err=True)
    _print_table(write_answers(answers))


def _measure_growth(charts: Path | None) -> None:
    steps = []
    for step in measure_growth(SECONDS_TO_GROW):
        steps.append(step)
        click.echo(f"{step.shape[0]} candidates: {step.trial.seconds:.1f} s", err=True)
    _print_table(write_growth(steps))
    if charts is not None:
        click.echo(f"drawn: {draw_growth(steps, charts)}", err=True)


def _print_table(lines: list[tuple[str, ...]]) -> None:
    widths = [max(len(line[at]) for line in lines if at < len(line)) for at in range(len(lines[0]))]
    for line in lines:
        cells = [
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=False))
        ]
        click.echo("  ".join(cells).rstrip())
