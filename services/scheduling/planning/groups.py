"""Interpreters who are the same to the planner: same pairs of languages, same rounds, same stretch.

A model counts the work of a group round by round instead of naming its members: `rotation.py` hands it out afterwards,
and shows why that always works out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .instance import Instance, windows
from .problem import Stretch


@dataclass(frozen=True, slots=True)
class Group:
    """`teams` are the numbers of the teams that its members belong to, `duty` the set of their rounds.

    `worked` are rounds that are over and in which every member had a conversation: they count in the stretch.
    """

    teams: frozenset[int]
    duty: int
    stretch: Stretch
    members: tuple[int, ...]
    worked: int = 0

    def capacity(self, rounds: int) -> int:
        """The most conversations that its members can have in this set of rounds, whatever they do in others.

        Working every round as early as the stretch allows is the most possible, as its windows are intervals.
        """
        most, length = self.stretch
        work = self.worked
        for number in range(rounds.bit_length()):
            bit = 1 << number
            if rounds & self.duty & bit:
                recent = (work | bit) >> max(0, number - length + 1)
                if recent.bit_count() <= most:
                    work |= bit
        return (work & ~self.worked).bit_count() * len(self.members)

    def limits(self, rounds: int) -> Iterator[tuple[int, int]]:
        """Every set of rounds with the most conversations in it: single rounds, and the windows of the stretch."""
        most, length = self.stretch
        for number in range(rounds):
            if self.duty >> number & 1:
                yield 1 << number, len(self.members)
        if most < length:
            for window in windows(rounds, length):
                if (window & (self.duty | self.worked)).bit_count() > most:
                    yield window, most * len(self.members)


def group_interpreters(instance: Instance) -> list[Group]:
    """The groups, those who can do anything at all, in the order of their first members."""
    found: dict[tuple[frozenset[int], int, Stretch], list[int]] = {}
    for interpreter, duty in enumerate(instance.duty):
        teams = frozenset(at for at, mask in enumerate(instance.teams) if mask >> interpreter & 1)
        if teams and duty:
            found.setdefault((teams, duty, instance.stretch[interpreter]), []).append(interpreter)
    return [Group(*same, tuple(members)) for same, members in found.items()]
