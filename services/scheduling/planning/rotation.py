"""Naming interpreters: the work of a group, counted round by round, handed out to its members in turn.

Let a group have m members and wₜ conversations in round t. Number the conversations of the group through, round by
round, and give number k to member k mod m. A member then works

* at most once a round, because wₜ ≤ m numbers in a row never come back to the same member;
* at most `most` times in any window of the stretch, because the window holds Σ wₜ ≤ most·m numbers in a row, and of
  most·m numbers in a row every member gets exactly `most`.

So the two limits that a model keeps for the whole group are exact, and nobody needs to be named before.
"""

from collections import defaultdict
from collections.abc import Iterable

from .groups import Group

Served = tuple[int, int, int]
"""Round, candidate and number of the group of a conversation with an interpreter."""


def name_interpreters(groups: list[Group], served: Iterable[Served]) -> dict[tuple[int, int], int]:
    """The interpreter of each conversation, by (candidate, round)."""
    work: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, candidate, group in served:
        work[group].append((number, candidate))
    named = {}
    for group, jobs in work.items():
        members = groups[group].members
        for turn, (number, candidate) in enumerate(sorted(jobs)):
            named[candidate, number] = members[turn % len(members)]
    return named
