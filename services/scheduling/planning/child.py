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

from .errors import InvalidInput
from .frames import Better, Final, Frame, Refused, Request, pack, unpack_request

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
    from .solver import make_plan  # after the rest: HiGHS takes long to load

    try:
        plan = make_plan(
            request.problem,
            seed=request.seed,
            time_limit=max(0.0, request.deadline - time.monotonic()),
            progress=send,
            publish=lambda plan: send(Better(plan)),
        )
    except InvalidInput as error:
        send(Refused(error.path, error.what))
    else:
        send(Final(plan))


if __name__ == "__main__":
    main()
