"""What the person at the keyboard is told of programs that fall over."""

import pytest

from deploy.supervisor.control import ProgramState
from deploy.supervisor.watch import compare, settle


def _state(state: str, pid: int = 0) -> dict[str, ProgramState]:
    return {"beat": ProgramState("beat", "services", state, pid)}


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (_state("RUNNING", 5), _state("RUNNING", 5), ""),
        (_state("STARTING", 5), _state("RUNNING", 5), ""),
        (_state("RUNNING", 5), _state("STOPPED"), ""),
        (_state("STOPPED"), _state("STARTING", 6), ""),
        (_state("RUNNING", 5), _state("RUNNING", 6), "fell over and was started again"),
        (_state("RUNNING", 5), _state("BACKOFF"), "fell over and does not start at once"),
        (_state("BACKOFF"), _state("FATAL"), "does not stay up; it is tried again every 10 s"),
        (_state("FATAL"), _state("FATAL"), ""),
        (_state("FATAL"), _state("RUNNING", 7), "is up again"),
    ],
)
def test_what_is_said_of_a_program(before: dict[str, ProgramState], now: dict[str, ProgramState], said: str) -> None:
    assert compare(before, now) == ({"beat": said} if said else {})


def test_program_that_is_seen_while_it_gets_up_is_told_of_once_it_is_up() -> None:
    known, said = _state("RUNNING", 5), []
    for now in (_state("EXITED"), _state("STARTING", 6), _state("RUNNING", 6), _state("RUNNING", 6)):
        said += compare(known, now).values()
        known = settle(known, now)
    assert said == ["fell over and was started again"]


def test_program_that_was_stopped_and_started_on_purpose_is_not_told_of() -> None:
    known, said = _state("RUNNING", 5), []
    for now in (_state("STOPPING", 5), _state("STOPPED"), _state("STARTING", 6), _state("RUNNING", 6)):
        said += compare(known, now).values()
        known = settle(known, now)
    assert said == []
