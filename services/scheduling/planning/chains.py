"""Exchanging two rounds along a chain: the smallest set of conversations that can change places between them.

To take a conversation from round a to round b, whoever has no place left in b goes to a, who then has none left in a
goes to b, and so on, until it comes out even (Kempe chains, known from colouring graphs and from timetables):

* a candidate who is busy in the new round has that conversation take the old round;
* a stand with no seat free in the new round sends somebody who sits there, drawn by lot, to the old round;
* interpreters are looked at last: each conversation keeps its group or takes another that can serve it, and there must
  be one for every conversation, with the stretch kept.

A conversation that is not in the draft yet comes in the same way: it takes a place in round b, and the chain runs
between b and any other round. All hard rules hold before and after; a chain that would break one is not used.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from random import Random

from .draft import NOBODY, Draft
from .instance import DIRECT, bits

LONGEST = 18
"""Conversations in a chain; longer ones hardly ever come out even."""
ABSENT = -1

Accept = Callable[[int], bool]
"""Told by how much all waits together would become longer (negative: shorter); whether to do it."""


class Chains:
    """A draft in tables that chains are quickly found in. Every exchange is at once in the draft too."""

    def __init__(self, draft: Draft, random: Random) -> None:
        instance = draft.instance
        self.draft = draft
        self.random = random
        self.rounds = instance.rounds
        self.day = [0] * len(instance.present)
        """The rounds of each candidate's conversations, as a set."""
        self.own: dict[int, list[int]] = defaultdict(list)
        """The conversations of each candidate."""
        self._at = [[ABSENT] * self.rounds for _ in instance.present]
        self._seated: list[list[list[int]]] = [[[] for _ in range(self.rounds)] for _ in instance.seats]
        for at, (number, _) in sorted(draft.taken.items()):
            self._sit(at, number)
            self.own[draft.choices[at].candidate].append(at)
        work = draft.work()
        self._work = [work[group] for group in range(len(draft.groups))]
        self._limits = self._list_limits()
        self._serving = [
            [number for number, group in enumerate(draft.groups) if team in group.teams]
            for team in range(len(instance.teams))
        ]

    def list_seated(self, stand: int) -> list[int]:
        """All conversations at a stand."""
        return [at for seated in self._seated[stand] for at in seated]

    def list_holes(self, stand: int) -> list[int]:
        """The rounds in which a stand has a seat free."""
        seats = self.draft.instance.seats[stand]
        return [number for number, seated in enumerate(self._seated[stand]) if len(seated) < seats[number]]

    def exchange(self, at: int, to: int, other: int, accept: Accept | None = None) -> bool:
        """Give a conversation the round `to`, by a chain between that round and `other`; whether that was possible.

        `other` is the round it has now; any other round when it has none yet (the waits are not counted then, so that
        there must be no `accept`).
        """
        chain = self._find_chain(at, to, other)
        if chain is None or (accept is not None and not accept(self._count_waits(chain, 1 << to | 1 << other))):
            return False
        taken = self.draft.taken
        target = {one: other if one in taken and taken[one][0] == to else to for one in chain}
        groups = self._find_groups(target)
        if groups is None:
            return False
        if at not in taken:
            self.own[self.draft.choices[at].candidate].append(at)
        for one in chain:
            if one in taken:
                self._leave(one, taken[one][0])
        for one, number in target.items():
            self._sit(one, number)
            taken[one] = number, groups[one]
        return True

    def _sit(self, at: int, number: int) -> None:
        choice = self.draft.choices[at]
        self.day[choice.candidate] |= 1 << number
        self._at[choice.candidate][number] = at
        self._seated[choice.stand][number].append(at)

    def _leave(self, at: int, number: int) -> None:
        choice = self.draft.choices[at]
        self.day[choice.candidate] &= ~(1 << number)
        self._at[choice.candidate][number] = ABSENT
        self._seated[choice.stand][number].remove(at)

    def _find_chain(self, first: int, to: int, other: int) -> dict[int, None] | None:
        """All that changes rounds, in the order found; None when it does not come out even."""
        choices, taken, seats = self.draft.choices, self.draft.taken, self.draft.instance.seats
        chain: dict[int, None] = {first: None}
        stays = ABSENT
        if first not in taken:
            candidate = choices[first].candidate
            stays = self._at[candidate][other]
            if stays != ABSENT and self._at[candidate][to] != ABSENT:
                return None
        open_ = [first]
        more: dict[tuple[int, int], int] = defaultdict(int)
        while open_:
            at = open_.pop()
            choice = choices[at]
            now = taken[at][0] if at in taken else None
            new = other if now == to else to
            if choice.must or not choice.rounds >> new & 1:
                return None
            more[choice.stand, new] += 1
            if now is not None:
                more[choice.stand, now] -= 1
            displaced = self._at[choice.candidate][new]
            if displaced != ABSENT and displaced not in chain:
                chain[displaced] = None
                open_.append(displaced)
            if not open_:
                for (stand, number), change in more.items():
                    seated = self._seated[stand][number]
                    over = len(seated) + change - seats[stand][number]
                    if over > 0:
                        free = [one for one in seated if one not in chain and one != stays]
                        if len(free) < over:
                            return None
                        open_ = self.random.sample(free, over) if over > 1 else [self.random.choice(free)]
                        chain.update(dict.fromkeys(open_))
                        break
            if len(chain) > LONGEST:
                return None
        return chain

    def _count_waits(self, chain: dict[int, None], flipped: int) -> int:
        """By how much the waits of all in the chain become longer. Who has both rounds waits as long as before."""
        changed: set[int] = set()
        for at in chain:
            changed ^= {self.draft.choices[at].candidate}
        return sum(count_idle_rounds(self.day[who] ^ flipped) - count_idle_rounds(self.day[who]) for who in changed)

    def _find_groups(self, target: dict[int, int]) -> dict[int, int] | None:
        """The group of each conversation in its new round, counted as its work; None, and nothing changed, if short."""
        taken, choices, work = self.draft.taken, self.draft.choices, self._work
        served = [at for at in target if choices[at].team != DIRECT]
        before = [taken[at] for at in served if at in taken]
        for number, group in before:
            work[group][number] -= 1
        groups = dict.fromkeys(target, NOBODY)
        for done, at in enumerate(served):
            number = target[at]
            group = self._find_group(at, number)
            if group == NOBODY:
                for one in served[:done]:
                    work[groups[one]][target[one]] -= 1
                for number, group in before:
                    work[group][number] += 1
                return None
            groups[at] = group
            work[group][number] += 1
        return groups

    def _find_group(self, at: int, number: int) -> int:
        """The group it has, or else the first with somebody free in a round; NOBODY when there is none."""
        _, own = self.draft.taken.get(at, (number, NOBODY))
        groups = self._serving[self.draft.choices[at].team]
        return next((group for group in (own, *groups) if group != NOBODY and self._is_free(group, number)), NOBODY)

    def _is_free(self, group: int, number: int) -> bool:
        """Whether a group can have one conversation more in a round."""
        work = self._work[group]
        limits = self._limits[group][number]
        return bool(limits) and all(sum([work[one] for one in window]) < most for window, most in limits)

    def _list_limits(self) -> list[list[list[tuple[list[int], int]]]]:
        """By group and round: the sets of rounds that it is in, with the most conversations; none when off duty."""
        found: list[list[list[tuple[list[int], int]]]] = []
        for group in self.draft.groups:
            limits: list[list[tuple[list[int], int]]] = [[] for _ in range(self.rounds)]
            for window, most in group.limits(self.rounds):
                inside = list(bits(window))
                for number in inside:
                    if group.duty >> number & 1:
                        limits[number].append((inside, most))
            found.append(limits)
        return found


@lru_cache(maxsize=1 << 16)
def count_idle_rounds(day: int) -> int:
    """The rounds not in a set between its first and its last."""
    return day.bit_length() - (day & -day).bit_length() + 1 - day.bit_count() if day else 0
