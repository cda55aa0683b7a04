"""The planner's own process: reads a request on standard input, writes frames (frames.py) to standard output.

Started by process.py, and ends with the process that started it.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial

from .errors import InvalidInput
from .frames import Better, Final, Frame, Refused, Request, pack, unpack_request
from .plan import Plan

PR_SET_PDEATHSIG = 1
ALLOCATIONS_BETWEEN_COLLECTIONS = 1_000_000
"""Python looks for garbage in cycles every 700 otherwise; a large problem is a million, and there are hardly cycles."""


def main() -> None:
    """Do what is asked, and end."""
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS)
    _end_with_parent()
    send = _take_output()
    request = unpack_request(sys.stdin.buffer.read())
    if os.getppid() != request.parent:
        return  # it ended before the kernel was asked
    try:
        _plan(request, send)
    except BrokenPipeError:
        return  # nobody listens any more


def _end_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies (prctl(2)).

    Elsewhere than on Linux it ends when it next has something to say.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _take_output() -> Callable[[Frame], None]:
    """Keep standard output for frames; what anything else prints goes to standard error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(frame: Frame) -> None:
        out.write(pack(frame))
        out.flush()

    return send


def _plan(request: Request, send: Callable[[Frame], None]) -> None:
    make = _load(request)
    left = max(0.0, request.deadline - time.monotonic())
    try:
        plan = make(seed=request.seed, time_limit=left, progress=send, publish=lambda plan: send(Better(plan)))
    except InvalidInput as error:
        send(Refused(error.path, error.what))
    else:
        send(Final(plan))


def _load(request: Request) -> Callable[..., Plan]:
    """The planner that is asked for. HiGHS takes long to load, and a process that only asks needs none."""
    if request.day is None:
        from .solver import make_plan

        return partial(make_plan, request.problem)
    from .replan import replan

    day = request.day
    return partial(replan, request.problem, day.plan, day.changes, from_round=day.from_round)


if __name__ == "__main__":
    main()
