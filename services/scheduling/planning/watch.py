"""Time, cancelling and progress of one run of the planner."""

import time

from .plan import Cancelled, Progress, Report

PAUSE = 0.1
"""Seconds between two reports, and between two questions whether somebody cancelled."""


class Watch:
    """Knows how long the planner has been at work and when it must stop."""

    def __init__(self, time_limit: float, progress: Report | None, cancelled: Cancelled | None) -> None:
        self.began = time.monotonic()
        self.time_limit = time_limit
        self.bound = 0
        self.value = 0
        self.was_cancelled = False
        self._progress = progress
        self._cancelled = cancelled
        self._next = self.began
        self._stage = ""
        self._total = 0
        self._share = 1.0

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    def start(self, stage: str, total: int, share: float = 1.0) -> None:
        """Begin a stage of `total` steps that must end when this share of the time limit is over."""
        self._stage, self._total, self._share = stage, total, share
        self._look(0)

    def end(self) -> None:
        """Report a stage as done."""
        self._look(self._total)

    def go_on(self, done: int, value: int) -> bool:
        """Say whether there is time for the next step, and report from time to time."""
        self.value = value
        now = time.monotonic()
        if now >= self._next:
            self._look(done)
        return not self.was_cancelled and now - self.began < self._share * self.time_limit

    def _look(self, done: int) -> None:
        self._next = time.monotonic() + PAUSE
        if self._cancelled is not None and self._cancelled():
            self.was_cancelled = True
        if self._progress is not None:
            self._progress(Progress(self._stage, min(done, self._total), self._total, self.value, self.bound))
