"""`handdruk plan`: solve, check and generate problems in files, without a server."""

import contextlib
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn, TypeVar, cast, get_args

import click

from services.scheduling.planning import Clash, InvalidInput, Plan, Problem, Progress, from_json, to_json
from services.scheduling.planning import check as judge
from services.scheduling.planning import generate as invent
from services.scheduling.planning import solve as find_plan
from services.scheduling.planning.generate import Size

T = TypeVar("T", Problem, Plan)

RULE_BROKEN = 1
UNUSABLE = 2
STANDARD = "-"

CLASHES = {
    "not_listed": "they are not a pair that may talk",
    "no_language": "they share no language, and no interpreter knows a pair that joins theirs",
    "outside_rounds": "the candidate is not there in that round",
    "same_round": "one candidate, twice in the same round",
    "same_stand": "one candidate, twice at the same stand",
    "too_many": "more than the {limit} conversations that the candidate may have",
    "no_seats": "more than the {limit} seats of that stand in that round",
    "no_interpreter": "no interpreters were found who could serve all of these within pairs, rounds and stretch",
}


@click.group()
def plan() -> None:
    """Who talks to whom in which round: problems and plans in files. A file named - is the standard one."""


@plan.command()
@click.argument("problem")
@click.option("--out", default=STANDARD, show_default=True, help="Where the plan goes.")
@click.option("--time-limit", default=60.0, show_default=True, type=click.FloatRange(0), help="Seconds.")
@click.option("--seed", default=0, show_default=True, help="Another seed, another plan of about the same worth.")
@click.option("--progress", is_flag=True, help="A bar on a terminal, otherwise a line of JSON a step, on stderr.")
def solve(problem: str, out: str, time_limit: float, seed: int, progress: bool) -> None:
    """Make a plan for PROBLEM. Ctrl-C stops early and keeps what is there. Exit 1: fixed conversations clash."""
    asked = _read(Problem, problem)
    _require_folder(out)
    with _interrupts() as interrupted, _shown_progress(progress) as report:
        found = find_plan(asked, seed=seed, time_limit=time_limit, progress=report, cancelled=interrupted)
    _write(out, to_json(found))
    if found.status == "infeasible":
        for clash in found.clashes:
            click.echo(_describe(clash), err=True)
        sys.exit(RULE_BROKEN)
    click.echo(
        f"{len(found.conversations)} conversations worth {found.value} of at most {found.bound}"
        f" ({found.status}), in {found.seconds:.1f} s",
        err=True,
    )


@plan.command()
@click.argument("problem")
@click.argument("plan_file", metavar="PLAN")
def check(problem: str, plan_file: str) -> None:
    """Judge PLAN by every rule of PROBLEM. Exit 1: a rule is broken, and a sentence says which."""
    verdict = judge(_read(Problem, problem), _read(Plan, plan_file))
    click.echo(verdict.broken or "Every rule is kept.")
    click.echo(f"value              {verdict.value}")
    click.echo(f"bound              {verdict.bound}")
    click.echo(f"gap                {100 * verdict.gap:.2f} %")
    click.echo(f"idle rounds        {verdict.idle_rounds}")
    click.echo(f"interpreter moves  {verdict.interpreter_moves} ({verdict.interpreter_way:.1f} long together)")
    if verdict.broken:
        sys.exit(RULE_BROKEN)


@plan.command()
@click.option("--size", type=click.Choice(get_args(Size)), required=True, help="S: 60 candidates, M: 300, L: 3000.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same problem.")
@click.option("--scarce", is_flag=True, help="Few interpreters.")
@click.option("--out", default=STANDARD, show_default=True, help="Where the problem goes.")
def generate(size: str, seed: int, scarce: bool, out: str) -> None:
    """Invent a problem, to try the planner on."""
    _require_folder(out)
    _write(out, to_json(invent(cast(Size, size), seed, scarce=scarce)))


def _read(kind: type[T], file: str) -> T:
    """Read a problem or a plan, or end the command with a sentence."""
    try:
        text = sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()
        return from_json(kind, text)
    except OSError as error:
        _refuse(f"{file} cannot be read: {error.strerror}.")
    except InvalidInput as error:
        _refuse(f"{file}: {error}")


def _write(file: str, text: str) -> None:
    """Write in UTF-8 whatever the locale. A file is replaced whole or not at all."""
    if file == STANDARD:
        stream = sys.stdout.buffer
        stream.write(text.encode())
        stream.flush()
        return
    target = Path(file)
    draft = target.with_name(f"{target.name}.part")
    try:
        if target.exists() and not target.is_file():  # such as /dev/null: nothing to replace
            target.write_text(text, encoding="utf-8")
            return
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        _refuse(f"{file} cannot be written: {error.strerror}.")


def _require_folder(out: str) -> None:
    """Say before the work, not after it, that there is no place for the result."""
    if out != STANDARD and not Path(out).absolute().parent.is_dir():
        _refuse(f"{out} cannot be written: there is no such folder.")


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(UNUSABLE)


def _describe(clash: Clash) -> str:
    """A clash as a sentence for a person at a terminal."""
    named = "; ".join(f"{one.candidate} at {one.stand} in round {one.round}" for one in clash.conversations)
    reason = CLASHES.get(clash.code, clash.code).format(limit=clash.limit)
    return f"The fixed conversations clash: {named}: {reason}."


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
        yield _draw_bar
        click.echo(err=True)
    else:
        yield lambda step: click.echo(json.dumps(asdict(step)), err=True)


def _draw_bar(step: Progress) -> None:
    part = step.done / step.total if step.total else 1.0
    bar = "#" * round(30 * part)
    figures = f"{step.value} of at most {step.bound}" if step.bound else ""
    click.echo(f"\r{step.stage:<10} [{bar:<30}] {100 * part:3.0f} %  {figures:<40}", nl=False, err=True)
