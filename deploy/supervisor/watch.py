"""Watching what runs, and telling the person at the keyboard what falls over and what gets up again."""

import http.client
import subprocess
import time
import xmlrpc.client

import click

from deploy.errors import CannotContinue
from deploy.installation import Installation
from deploy.supervisor.control import Control, ProgramState

LOOK_EVERY = 2
SETTLED = {"RUNNING", "STOPPED", "BACKOFF", "FATAL"}
TRY_AGAIN_AFTER = 10
"""Seconds after which a program that supervisor gave up is started again: a full disk may have been emptied."""


def watch(control: Control, supervisor: "subprocess.Popen[bytes]", installation: Installation) -> None:
    """Look every few seconds, until an exception ends it. Raises CannotContinue when the supervisor itself is gone."""
    known = control.states()
    given_up: dict[str, float] = {}
    while supervisor.poll() is None:
        time.sleep(LOOK_EVERY)
        try:
            now = control.states()
            _retry(control, now, given_up)
        except (OSError, http.client.HTTPException, xmlrpc.client.Fault):
            continue
        for name, sentence in compare(known, now).items():
            click.echo(f"  {name} {sentence}. See {installation.logs / name}.log")
        known = settle(known, now)
    raise CannotContinue(f"The supervisor ended, and everything with it. See {installation.logs / 'supervisor.log'}")


def settle(known: dict[str, ProgramState], now: dict[str, ProgramState]) -> dict[str, ProgramState]:
    """What to compare with next time: of a program on its way to another state, still the state it came from."""
    return {name: state if state.state in SETTLED else known.get(name, state) for name, state in now.items()}


def compare(before: dict[str, ProgramState], now: dict[str, ProgramState]) -> dict[str, str]:
    """What to say, by its name, of each program that fell, got up, or cannot get up."""
    said: dict[str, str] = {}
    for name, state in now.items():
        was = before.get(name, state)
        if state.state == "FATAL" and was.state != "FATAL":
            said[name] = f"does not stay up; it is tried again every {TRY_AGAIN_AFTER} s"
        elif state.state == "RUNNING" and was.state in {"FATAL", "BACKOFF"}:
            said[name] = "is up again"
        elif state.state == "RUNNING" and was.state == "RUNNING" and state.pid != was.pid:
            said[name] = "fell over and was started again"
        elif state.state == "BACKOFF" and was.state == "RUNNING":
            said[name] = "fell over and does not start at once"
    return said


def _retry(control: Control, states: dict[str, ProgramState], given_up: dict[str, float]) -> None:
    for name, state in states.items():
        if state.state != "FATAL":
            given_up.pop(name, None)
        elif time.monotonic() - given_up.setdefault(name, time.monotonic()) > TRY_AGAIN_AFTER:
            given_up.pop(name)
            control.start([name])
