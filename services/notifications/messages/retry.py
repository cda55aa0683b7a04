"""When to try again, by what went wrong. Decisions, from values alone.

A server that is away says nothing about a message, and is asked again soon. One that says "later" means minutes:
greylisting takes at least five. Every wait is blurred so that many messages do not come back at one moment.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Patience:
    """The first wait, doubled each time until the longest; and when to give up, from when it was asked for."""

    first: timedelta
    longest: timedelta
    give_up_after: timedelta


LONGEST_ASKED = timedelta(days=1)
"""A server that asks for more is not taken at its word."""
PATIENCE: dict[str, Patience] = {
    "away": Patience(timedelta(seconds=5), timedelta(minutes=1), timedelta(days=3)),
    "later": Patience(timedelta(minutes=1), timedelta(hours=2), timedelta(days=2)),
    "lost": Patience(timedelta(seconds=30), timedelta(hours=1), timedelta(days=2)),
    # Words that could not be made: a mistake of ours, which a new release may mend.
    "unreadable": Patience(timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)),
}


def next_try(
    kind: str,
    tries: int,
    asked_at: datetime,
    now: datetime,
    blur: float | None = None,
    after: float | None = None,
) -> datetime | None:
    """When to try again after the `tries`th attempt went wrong; None to give up.

    `blur` between 0 and 1 says where in the range from 75 % to 125 % of the wait it falls; chance when left out.
    `after`: seconds that the other side wants to be left alone for (Retry-After, RFC 9110 §10.2.3), a day at most.
    """
    patience = PATIENCE.get(kind)
    if patience is None:
        return None
    wait = min(patience.first * 2 ** min(max(tries - 1, 0), 20), patience.longest)
    part = random.random() if blur is None else blur  # noqa: S311 - nothing secret
    asked = timedelta(seconds=min(max(after or 0, 0), LONGEST_ASKED.total_seconds()))
    at = now + max(wait * (0.75 + 0.5 * part), asked * (1 + 0.25 * part))
    return at if at <= asked_at + patience.give_up_after else None
