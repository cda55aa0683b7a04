"""An interpreter's work as connected blocks, and which block of a new plan is which of those told before.

A block is work in rounds between which there is no more time than it takes to walk; a break ends it. Blocks have no
name of their own, so a new plan's are recognised by the rounds they share with the old (docs/decisions/0012).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from shared.events import Round


class Span(NamedTuple):
    """The rounds of a block, both included."""

    first: int
    last: int


Likeness = tuple[int, int, int]
"""How much two blocks are one: rounds in common, whether they begin together, whether one follows the other."""
NOTHING: Likeness = (0, 0, 0)


def connect_rounds(worked: Iterable[int], rounds: Sequence[Round]) -> list[Span]:
    """The blocks that work in these rounds makes, in order. Rounds that the event does not have are no work."""
    by_number, walk = {one.number: one for one in rounds}, walk_between(rounds)
    blocks: list[Span] = []
    for number in sorted(set(worked) & by_number.keys()):
        before = by_number[blocks[-1].last] if blocks else None
        if before is not None and by_number[number].starts_at - before.ends_at <= walk:
            blocks[-1] = Span(blocks[-1].first, number)
        else:
            blocks.append(Span(number, number))
    return blocks


def walk_between(rounds: Sequence[Round]) -> timedelta:
    """The time to walk: the shortest that two rounds of the event have between them."""
    in_order = sorted(rounds, key=lambda one: one.starts_at)
    return min((later.starts_at - one.ends_at for one, later in pairwise(in_order)), default=timedelta(0))


def recognise(old: Sequence[Span], new: Sequence[Span]) -> dict[int, int]:
    """Which of the new blocks is which of the old: place in `new` → place in `old`; the rest are new, or gone.

    Both in order. Together they share as many rounds as they can; a block that is as it was stays itself therefore.
    """
    best: list[list[Likeness]] = [[NOTHING] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            both = _add(likeness(old[i], new[j]), best[i + 1][j + 1])
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    return dict(_follow(best, old, new))


def likeness(one: Span, other: Span) -> Likeness:
    """How much they are one block; NOTHING for two that have nothing to do with each other."""
    shared = min(one.last, other.last) - max(one.first, other.first) + 1
    if shared > 0:
        return (shared, int(one.first == other.first), 0)
    return (0, 0, int(shared == 0))


def _follow(best: Sequence[Sequence[Likeness]], old: Sequence[Span], new: Sequence[Span]) -> Iterable[tuple[int, int]]:
    """Read the best pairing out of the table."""
    i = j = 0
    while i < len(old) and j < len(new):
        alike = likeness(old[i], new[j])
        if alike > NOTHING and best[i][j] == _add(alike, best[i + 1][j + 1]):
            yield j, i
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _add(one: Likeness, other: Likeness) -> Likeness:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])
