"""`handdruk plan`: problems, plans and changes in files, without a server."""

import contextlib
import gc
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import cast, get_args

import click

from deploy.plan_files import (
    STANDARD,
    read_file,
    refuse,
    refuse_output,
    replace_closed_streams,
    require_one_stream,
    require_place,
    write_file,
)
from deploy.plan_words import describe_clash, describe_open, list_open
from deploy.planner_bench.command import SECONDS, bench
from services.scheduling.planning import (
    Changes,
    Explainer,
    InvalidInput,
    Plan,
    PlannerFailed,
    Problem,
    Progress,
    change_problem,
    compare,
    plan_anew,
    to_json,
)
from services.scheduling.planning import check as judge
from services.scheduling.planning import generate as invent
from services.scheduling.planning import solve as find_plan
from services.scheduling.planning.generate import Size
from services.scheduling.planning.validity import MOST_ROUNDS

RULE_BROKEN = 1
FAILED = 3
INTERRUPTED = 130
EXITS = """Exit status: 0 all is well, 1 a rule is broken or fixed conversations clash, 2 a file or an option cannot be
used (a sentence says which field), 3 the planner died or memory ran out, 130 a Ctrl-C with nothing to keep, or a second
one."""
MOST_PEOPLE = 1_000_000
"""Of each kind, to invent."""
ALLOCATIONS_BETWEEN_COLLECTIONS = 1_000_000
"""A file is a million small values and no cycles; looking for those every 700 takes a third of the time of reading."""


_ROUND = click.IntRange(0, MOST_ROUNDS)
_OUT = click.option("--out", default=STANDARD, show_default=True, help="Where the plan goes.")
_TIME_LIMIT = click.option(
    "--time-limit", default=60.0, show_default=True, type=SECONDS, help="Seconds, reading included."
)
_SEED = click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="Another seed, another plan of about the same worth.",
)
_PROGRESS = click.option(
    "--progress/--no-progress",
    default=True,
    show_default=True,
    help="On stderr: a bar on a terminal, a line of JSON a step when piped.",
)


class _Interruptible(click.Group):
    """Ends with an exit status of its own when it is interrupted or cannot go on, wherever it is."""

    def invoke(self, context: click.Context) -> object:
        """Run the subcommand. The library would end with 1, which here says that a rule is broken."""
        replace_closed_streams()
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except OSError as error:  # files are read and written elsewhere, with sentences of their own
            refuse_output(error)
        except MemoryError:
            click.echo("There is not enough memory for this.", err=True)
            sys.exit(FAILED)


@click.group(cls=_Interruptible, epilog=EXITS)
def plan() -> None:
    """Who talks to whom in which round: problems and plans in files. A file named - is the standard one."""
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS)


plan.add_command(bench)


@plan.command(epilog=EXITS)
@click.argument("problem")
@_OUT
@_TIME_LIMIT
@_SEED
@_PROGRESS
def solve(problem: str, out: str, time_limit: float, seed: int, progress: bool) -> None:
    """Make a plan for PROBLEM. Ctrl-C stops early and keeps what is there."""
    began = time.monotonic()
    asked = read_file(Problem, problem)
    require_place(out)
    with _planning(), _interrupts() as interrupted, _shown_progress(progress) as report:
        left = max(0.0, time_limit - (time.monotonic() - began))
        found = find_plan(asked, seed=seed, time_limit=left, progress=report, cancelled=interrupted)
    write_file(out, to_json(found))
    _tell(found, time.monotonic() - began)


@plan.command(epilog=EXITS)
@click.argument("problem")
@click.argument("plan_file", metavar="PLAN")
@click.argument("changes")
@click.option(
    "--from-round", required=True, type=click.IntRange(0, MOST_ROUNDS), help="The first round that has not begun."
)
@_OUT
@click.option("--changed-out", help="Where the changed problem goes, which the new plan is a plan for.")
@_TIME_LIMIT
@_SEED
@_PROGRESS
def replan(
    problem: str,
    plan_file: str,
    changes: str,
    from_round: int,
    out: str,
    changed_out: str | None,
    time_limit: float,
    seed: int,
    progress: bool,
) -> None:
    """Plan the rounds to come anew after CHANGES. What is over stays, and what was announced wherever it can."""
    began = time.monotonic()
    require_one_stream(problem, plan_file, changes)
    if changed_out == out:
        refuse("--out and --changed-out name the same file.")
    asked, before, changed = read_file(Problem, problem), read_file(Plan, plan_file), read_file(Changes, changes)
    require_place(out)
    require_place(changed_out or STANDARD)
    with _planning(), _interrupts() as interrupted, _shown_progress(progress) as report:
        found = plan_anew(
            asked,
            before,
            changed,
            from_round=from_round,
            seed=seed,
            time_limit=max(0.0, time_limit - (time.monotonic() - began)),
            progress=report,
            cancelled=interrupted,
        )
    write_file(out, to_json(found))
    if changed_out is not None:
        write_file(changed_out, to_json(change_problem(asked, before, changed, from_round)))
    _tell(found, time.monotonic() - began)
    difference = compare(before, found, from_round)
    click.echo(
        f"From round {from_round} on: {len(difference.kept)} kept, {len(difference.moved)} moved,"
        f" {len(difference.dropped)} dropped, {len(difference.new)} new",
        err=True,
    )


@plan.command(epilog=EXITS)
@click.argument("problem")
@click.argument("plan_file", metavar="PLAN")
def check(problem: str, plan_file: str) -> None:
    """Judge PLAN by every rule of PROBLEM; a sentence says which one is broken first."""
    require_one_stream(problem, plan_file)
    verdict = judge(read_file(Problem, problem), read_file(Plan, plan_file))
    click.echo(verdict.broken or "Every rule is kept.")
    click.echo(f"value              {verdict.value}")
    click.echo(f"bound              {verdict.bound}")
    click.echo(f"gap                {_percent(verdict.gap)}")
    click.echo(f"idle rounds        {verdict.idle_rounds}{_at_least(verdict.idle_bound)}")
    moves = f"{verdict.interpreter_moves}{_at_least(verdict.moves_bound)}"
    click.echo(f"interpreter moves  {moves} ({verdict.interpreter_way:.1f} long together)")
    if verdict.broken:
        sys.exit(RULE_BROKEN)


@plan.command(epilog=EXITS)
@click.argument("problem")
@click.argument("plan_file", metavar="PLAN")
@click.option("--json", "as_json", is_flag=True, help="As data, with all figures.")
def explain(problem: str, plan_file: str, as_json: bool) -> None:
    """Say who has no conversation, which seats stay empty and which interpreters have no work in PLAN, and why."""
    require_one_stream(problem, plan_file)
    asked, made = read_file(Problem, problem), read_file(Plan, plan_file)
    broken = judge(asked, made).broken
    if broken:
        click.echo(broken, err=True)
        sys.exit(RULE_BROKEN)
    explainer = Explainer(asked, made)
    if as_json:
        click.echo(json.dumps(list_open(explainer), ensure_ascii=False))
    else:
        click.echo("\n".join(describe_open(explainer)) or "Nothing is left open.")


@plan.command(epilog=EXITS)
@click.option("--size", type=click.Choice(get_args(Size)), required=True, help="S: 60 candidates, M: 300, L: 3000.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same problem.")
@click.option("--scarce", is_flag=True, help="A third of the interpreters.")
@click.option("--candidates", type=click.IntRange(0, MOST_PEOPLE), help="Another number than that of the size.")
@click.option("--stands", type=click.IntRange(0, MOST_PEOPLE), help="Likewise.")
@click.option("--rounds", type=_ROUND, help="Likewise.")
@click.option("--interpreters", type=click.IntRange(0, MOST_PEOPLE), help="Likewise.")
@click.option("--out", default=STANDARD, show_default=True, help="Where the problem goes.")
def generate(size: str, seed: int, scarce: bool, out: str, **numbers: int | None) -> None:
    """Invent a problem, to try the planner on."""
    require_place(out)
    write_file(out, to_json(invent(cast(Size, size), seed, scarce=scarce, **numbers)))


def _at_least(bound: int | None) -> str:
    return "" if bound is None else f" (at least {bound})"


def _tell(found: Plan, seconds: float) -> None:
    """One line about the plan; where there is none, the sentences that say why, and the end of the command."""
    if found.status == "infeasible":
        for clash in found.clashes:
            click.echo(describe_clash(clash), err=True)
        sys.exit(RULE_BROKEN)
    count = len(found.conversations)
    conversations = "1 conversation" if count == 1 else f"{count} conversations"
    click.echo(
        f"{conversations} worth {found.value} of at most {found.bound}"
        f" ({found.status}, gap {_percent(found.gap)}), in {seconds:.1f} s",
        err=True,
    )


@contextlib.contextmanager
def _planning() -> Iterator[None]:
    """End the command with a sentence where there is no plan."""
    try:
        yield
    except InvalidInput as error:
        refuse(str(error))
    except PlannerFailed as failed:
        click.echo(f"There is no plan: {failed}.", err=True)
        sys.exit(FAILED)
    except OSError as error:
        click.echo(f"There is no plan: the planner cannot be started: {error.strerror}.", err=True)
        sys.exit(FAILED)


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Turn a first Ctrl-C into a request to stop; a second one ends the command."""
    asked = threading.Event()

    def note(number: int, _frame: object) -> None:
        asked.set()
        signal.signal(number, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _shown_progress(wanted: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Show progress on stderr, so that a plan on stdout stays whole."""
    if not wanted:
        yield None
    elif sys.stderr.isatty():
        bar = _Bar()
        try:
            yield bar.draw
        finally:
            bar.end()
    else:
        yield _Lines().write


class _Lines:
    """A line of JSON for every step that is not the same as the one before."""

    def __init__(self) -> None:
        self._last: Progress | None = None

    def write(self, step: Progress) -> None:
        """Write a step."""
        if step != self._last:
            self._last = step
            click.echo(json.dumps({**asdict(step), "gap": round(step.gap, 6)}), err=True)


class _Bar:
    """A bar for the stage under way, drawn over itself."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._drawn = False

    def draw(self, step: Progress) -> None:
        """Draw a step."""
        part = step.done / step.total if step.total else 1.0
        figures = f"{step.value} of at most {step.bound}, gap {_percent(step.gap)}" if step.bound else ""
        seconds = time.monotonic() - self._began
        shown = f"{step.stage:<10} [{'#' * round(20 * part):<20}] {100 * part:3.0f} %  {seconds:5.1f} s  {figures}"
        click.echo(f"\r{shown:<100}", nl=False, err=True)
        self._drawn = True

    def end(self) -> None:
        """Leave the line."""
        if self._drawn:
            click.echo(err=True)


def _percent(gap: float) -> str:
    return f"{100 * gap:.4f} %"
