"""Waiting for something to become true, with an end to the patience."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Ask `condition` until it holds or `seconds` have passed; whether it holds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True
