"""A plan under construction by the models: which choice takes place in which round, served by which group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .choices import Choice
from .groups import Group
from .instance import DIRECT, Instance

NOBODY = -1
"""In place of a group: the two sides share a language."""


@dataclass(slots=True)
class Draft:
    """`taken` is the round and the group of every choice that takes place, by its number."""

    instance: Instance
    groups: Sequence[Group]
    choices: Sequence[Choice]
    taken: dict[int, tuple[int, int]] = field(default_factory=dict)

    def value(self) -> int:
        """Ladder and scores."""
        count = self.count_conversations(self.taken)
        ladder = self.instance.steps
        return sum(sum(ladder[:times]) for times in count.values()) + sum(self.choices[at].score for at in self.taken)

    def count_conversations(self, numbers: Iterable[int]) -> dict[int, int]:
        """How many of these choices each candidate has."""
        count: dict[int, int] = {}
        for at in numbers:
            candidate = self.choices[at].candidate
            count[candidate] = count.get(candidate, 0) + 1
        return count

    def within(self, rounds: int) -> list[int]:
        """The choices that take place in this set of rounds."""
        return [at for at, (number, _) in self.taken.items() if rounds >> number & 1]

    def work(self) -> dict[int, list[int]]:
        """How many conversations each group has, round by round."""
        found = {at: [0] * self.instance.rounds for at in range(len(self.groups))}
        for number, group in self.taken.values():
            if group != NOBODY:
                found[group][number] += 1
        return found

    def take_group(self, left: dict[tuple[int, int, int], int], team: int, slot: int) -> int:
        """The first group that has work `left` for this team in this slot, as a model said; it has one less then."""
        if team == DIRECT:
            return NOBODY
        group = next(at for at in range(len(self.groups)) if left.get((team, at, slot), 0) > 0)
        left[team, group, slot] -= 1
        return group

    def replace(self, rounds: int, placed: dict[int, tuple[int, int]]) -> None:
        """Put these choices in place of all that takes place in this set of rounds."""
        for at in self.within(rounds):
            del self.taken[at]
        self.taken.update(placed)
