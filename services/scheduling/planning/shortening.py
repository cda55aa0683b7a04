"""Stage 5: shorter waits, with a bound on how short they can be (idle_bound.py).

Annealing (annealing.py) takes away nearly all idle rounds in seconds; what it leaves, larger steps (waiting.py) find
now and then. They take turns, each from where the other ended, and the best that a turn ended with is kept. The bound
is improved in between, and the search ends when the two meet.

Turns are limited by tries, branches and steps, not by seconds, so that the same seed gives the same rounds on a busy
machine too, as long as there is time for them.
"""

import time
from collections.abc import Callable

from .annealing import Annealing
from .draft import Draft
from .idle_bound import IdleBound
from .waiting import Waits
from .watch import Watch

HOT, WARM = 0.6, 0.3
"""The temperature at which the first annealing begins, and each later one."""
TRIES = 100
"""Exchanges in one annealing for each conversation."""
PATIENCE_EACH = 0.01
"""Annealings in a row without shorter waits after which there are none to be expected, for each conversation."""

STEPS_OF_BOUND = 5
"""Steps towards a better bound after each turn."""
SECONDS_OF_TRY = 5e-5
"""What an exchange takes; where time is too short for all of them, it cools down the faster."""


def shorten_waits(
    draft: Draft, watch: Watch, seed: int, share: float, share_of_bound: float, tell: Callable[[], None]
) -> tuple[bool, int]:
    """Shorten waits until these shares of the time are over; whether all was tried, and the bound on idle rounds.

    `tell` is called whenever the draft has fewer idle rounds than ever.
    """
    shortening = _Shortening(draft, watch, seed, share, tell)
    done = shortening.run()
    if not watch.was_cancelled:
        shortening.bound.improve(shortening.idle, share_of_bound * watch.time_limit - watch.seconds)
    watch.end()
    return done, shortening.bound.best


class _Shortening:
    def __init__(self, draft: Draft, watch: Watch, seed: int, share: float, tell: Callable[[], None]) -> None:
        self.draft = draft
        self.tell = tell
        self.watch = watch
        self.seed = seed
        self.until = watch.began + share * watch.time_limit
        self.bound = IdleBound(draft)
        self.best = dict(draft.taken)
        self.waits = Waits(draft, seed)
        self.idle = self.before = self.waits.count()
        self.value = draft.value()
        watch.start("waiting", self.before, share)

    def run(self) -> bool:
        """Take turns; False when time was up before they stopped bringing anything."""
        failed = turn = 0
        going = True
        while going and failed < max(1, PATIENCE_EACH * len(self.best)) and self.idle > self.bound.best:
            going = self._take_turn(turn)
            failed = 0 if self._keep_best() else failed + 1
            turn += 1
            if going:
                self.bound.improve(self.idle, self._left(), STEPS_OF_BOUND)
        self.draft.taken = self.best
        return going

    def _take_turn(self, turn: int) -> bool:
        """One annealing, and larger steps after it; False when time was up."""
        annealing = Annealing(self.draft, self.seed + turn)
        tries = int(min(TRIES * len(self.draft.taken), max(0.0, self._left()) / SECONDS_OF_TRY))
        if not annealing.cool(WARM if turn else HOT, tries, self.bound.best, lambda: self._go_on(0)):
            return False
        return self.waits.shorten(self.bound.best, self._go_on, self._left)

    def _keep_best(self) -> bool:
        idle = self.waits.count()
        if idle >= self.idle:
            return False
        self.idle, self.best = idle, dict(self.draft.taken)
        self.tell()
        return True

    def _go_on(self, _: int) -> bool:
        return self.watch.go_on(self.before - self.idle, self.value)

    def _left(self) -> float:
        return self.until - time.monotonic()
