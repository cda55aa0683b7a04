"""Through which channels letters may go at this moment: what this worker learned of servers, and what all share.

A server that was away a moment ago is asked with one letter now and then; the others are set aside meanwhile, so that
letters through another channel need not wait behind them, and are woken when that one is accepted.
"""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from services.notifications.channels.channel import Channel
from services.notifications.messages.truth import Wait

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=15)
"""How long a worker leaves a channel alone whose server is away: its patience is better spent on events."""
SET_ASIDE = timedelta(minutes=4)
A_TURN_SOON = 1.0
"""Seconds that a letter in hand may wait for its turn at a provider that takes only so many."""


class Gate:
    """The channels that there are, and which of them take letters now. One for each process."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self.channels = channels
        self._pauses: dict[str, timedelta] = {}
        self._away_until: dict[str, datetime] = {}
        self._resting: Mapping[str, float] = {}
        self._admitted: Counter[str] = Counter()

    def begin_round(self, resting: Mapping[str, float]) -> None:
        """Letters are taken in hand from here on; `resting`: seconds for which providers want to be left alone."""
        self._resting, self._admitted = resting, Counter()

    def admit(self, name: str, now: datetime) -> Wait | None:
        """None for a letter that may go; until when it is set aside otherwise."""
        if self.is_away(name, now):
            return Wait(now + SET_ASIDE * random.uniform(0.75, 1.25), "away")  # noqa: S311 - nothing secret
        rest = self._resting.get(name, 0.0)
        if rest > A_TURN_SOON:
            return Wait(now + timedelta(seconds=rest), "later")
        pace = self.channels[name].pace
        self._admitted[name] += 1
        if pace is not None and self._admitted[name] > max(1, int(pace.per_second * A_TURN_SOON)):
            return Wait(now + timedelta(seconds=A_TURN_SOON) * random.uniform(1, 3))  # noqa: S311 - nothing secret
        return None

    def is_away(self, name: str, now: datetime) -> bool:
        """Did its server take no letters at all a moment ago?"""
        return name in self._away_until and now < self._away_until[name]

    def note(self, name: str, kind: str, now: datetime) -> None:
        """What came of a letter: leave a server alone that is away, twice as long each time."""
        if kind != "away":
            self._pauses.pop(name, None)
            return
        pause = self._pauses.get(name, FIRST_PAUSE)
        self._away_until[name], self._pauses[name] = now + pause, min(pause * 2, LONGEST_PAUSE)
