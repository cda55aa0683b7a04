"""Patterns: the ways to place all conversations of one candidate in rounds.

A pattern gives each of a candidate's k conversations a round of its own. Its idle rounds are those from its first to
its last round, less k. There are far too many patterns to write down for everybody, but the cheapest one, when every
round of every conversation has a price, comes from a table: let f[t, M] be the least cost of having had the
conversations in the set M by round t with the day under way. Then

    f[t, M] = min( f[t−1, M] + price of an idle round,   min over p in M of f[t−1, M without p] + price[p, t] ),

where f[t, nothing] = 0, because a day that has not begun costs nothing, and the day ends when M is everything.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from .instance import bits
from .linear import Ints

Pattern = tuple[int, ...]
"""The round of each conversation of a candidate, in the order of the candidate's choices."""
FORBIDDEN = 1 << 40
"""The price of a round in which a conversation cannot be: more than a day of any other prices."""
LISTED = 20_000
"""Patterns of one candidate at most."""
MOST_AT_ONCE = 9
"""Conversations of one candidate up to which the table is used: it has 2 to this power columns."""


def list_patterns(rounds: Sequence[int], most: int) -> list[Pattern]:
    """Patterns of conversations with these sets of rounds, least idle first: `most` or more, if there are as many.

    All of the same length are listed, up to LISTED in all: with many conversations there would be millions.
    """
    everything = 0
    for mask in rounds:
        everything |= mask
    if not everything or not all(rounds):
        return []
    found: list[Pattern] = []
    longest = everything.bit_length()
    for length in range(len(rounds), longest + 1):
        for first in range(longest - length + 1):
            found.extend(islice(_fill(rounds, first, first + length - 1), LISTED - len(found)))
        if len(found) >= most:
            break
    return found


def _fill(rounds: Sequence[int], first: int, last: int) -> Iterator[Pattern]:
    """The patterns whose first and last round are these."""
    window = ((1 << (last + 1)) - 1) & ~((1 << first) - 1)
    ends = 1 << first | 1 << last
    left = [mask & window for mask in rounds]
    pattern = [0] * len(rounds)

    def place(at: int, used: int) -> Iterator[Pattern]:
        missing = (ends & ~used).bit_count()
        if missing > len(rounds) - at:
            return
        if at == len(rounds):
            yield tuple(pattern)
            return
        for number in bits(left[at] & ~used):
            pattern[at] = number
            yield from place(at + 1, used | 1 << number)

    return place(0, 0)


def find_cheapest(prices: Ints, idle: int) -> tuple[Ints, Ints]:
    """The least cost and the rounds of a cheapest pattern for each candidate, all with as many conversations.

    `prices` by candidate, conversation and round (FORBIDDEN where it cannot be), `idle` the price of an idle round.
    """
    candidates, conversations, rounds = prices.shape
    masks = np.arange(1 << conversations)
    table = np.full((rounds + 1, candidates, 1 << conversations), FORBIDDEN, dtype=np.int64)
    table[:, :, 0] = 0
    for number in range(rounds):
        before, after = table[number], table[number + 1]
        after[:, 1:] = before[:, 1:] + idle
        after[:, -1] = before[:, -1]
        for at in range(conversations):
            with_it = masks[masks >> at & 1 == 1]
            after[:, with_it] = np.minimum(after[:, with_it], before[:, with_it ^ 1 << at] + prices[:, [at], number])
    return table[rounds, :, -1], _trace(table, prices, idle)


def _trace(table: Ints, prices: Ints, idle: int) -> Ints:
    """The rounds of a cheapest pattern, read from the table backwards."""
    candidates, conversations, rounds = prices.shape
    everyone = np.arange(candidates)
    mask = np.full(candidates, (1 << conversations) - 1)
    placed = np.zeros((candidates, conversations), dtype=np.int64)
    for number in reversed(range(rounds)):
        now, before = table[number + 1, everyone, mask], table[number]
        waits = np.where(mask == (1 << conversations) - 1, 0, idle)
        open_ = (mask > 0) & (before[everyone, mask] + waits != now)
        for at in range(conversations):
            here = open_ & (mask >> at & 1 == 1)
            here &= before[everyone, mask & ~(1 << at)] + prices[:, at, number] == now
            placed[here, at] = number
            mask = np.where(here, mask & ~(1 << at), mask)
            open_ &= ~here
    return placed


def bound_cheapest(prices: Ints, idle: int) -> int:
    """A lower bound on the cost of every pattern of one candidate with many conversations, by conversation and round.

    Each conversation takes its cheapest round of the day's span, as if two could share one.
    """
    conversations, rounds = prices.shape
    best = FORBIDDEN
    for first in range(rounds):
        for length in range(conversations, rounds - first + 1):
            least = prices[:, first : first + length].min(axis=1).sum()
            best = min(best, int(least) + (length - conversations) * idle)
    return best
