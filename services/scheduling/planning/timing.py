"""Stages 2 and 3: in which round. One model for any slots of time, a slot being a set of rounds.

    maximise    Σ score[p]·x[p,t] + Σ_c Σ_k ladder[k]·u[c,k]      t runs over the slots in which p could be
    subject to  Σ_t x[p,t] ≤ 1                                   nobody sits at the same stand twice
                Σ_k u[c,k] ≤ Σ_{p of c, t} x[p,t] ≤ limit[c] − conversations outside the slots
                Σ_{p of c} x[p,t] ≤ rounds of c in t
                Σ_{p at s} x[p,t] ≤ seats of s in t
                Σ_{p of team k} x[p,t] ≤ Σ_g f[k,g,t],   Σ_k f[k,g,t] ≤ capacity of g in t
                Σ_{k, t in window} f[k,g,t] ≤ most·members of g − its work in the window outside the slots

With one round a slot this is the problem itself, for the rounds of the slots. With blocks of rounds it is a relaxation
of it, small enough for thousands of candidates, that says which conversation belongs in which block.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .draft import Draft
from .instance import DIRECT, bits, span
from .linear import LinearModel, Solution
from .selecting import add_flows, add_ladder, count_seats


@dataclass(frozen=True, slots=True)
class Place:
    """A choice in a slot, as a column of the model."""

    choice: int
    slot: int


class Timing:
    """The model for the choices `offered` in `slots`; what the draft has in other rounds stays as it is."""

    def __init__(self, draft: Draft, offered: Iterable[int], slots: Sequence[int]) -> None:
        self.draft = draft
        self.slots = slots
        self.rounds = 0
        for slot in slots:
            self.rounds |= slot
        inside = set(draft.within(self.rounds))
        self.outside = [at for at in draft.taken if at not in inside]
        elsewhere = set(self.outside)
        self.offered = sorted(at for at in {*offered, *inside} if at not in elsewhere)
        self.model = LinearModel()
        self.places: list[Place] = []
        self.flows: dict[tuple[int, int, int], int] = {}
        self._add_places()
        self._add_interpreters()

    def solve(self, seconds: float, seed: int = 0) -> Solution | None:
        """Solve in whole numbers, which a relaxed solution often has already; None when nothing is found in time."""
        return self.model.solve(seconds, seed)

    def read(self, solution: Solution) -> dict[int, tuple[int, int]]:
        """What a solution in whole numbers says: the first round of the slot and the group, by choice."""
        left = {key: round(solution.values[column]) for key, column in self.flows.items()}
        placed = {}
        for column in solution.chosen():
            if column >= len(self.places):
                break
            place = self.places[column]
            group = self.draft.take_group(left, self.draft.choices[place.choice].team, place.slot)
            placed[place.choice] = next(bits(self.slots[place.slot])), group
        return placed

    def _add_places(self) -> None:
        draft, model = self.draft, self.model
        of_candidate: dict[int, list[list[int]]] = defaultdict(list)
        in_slot: dict[tuple[int, int], list[int]] = defaultdict(list)
        at_stand: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at in self.offered:
            choice = draft.choices[at]
            own = []
            for slot, rounds in enumerate(self.slots):
                if choice.rounds & rounds:
                    column = model.add_column(choice.score, least=int(choice.must))
                    self.places.append(Place(at, slot))
                    own.append(column)
                    in_slot[choice.candidate, slot].append(column)
                    at_stand[choice.stand, slot].append(column)
            if own:
                of_candidate[choice.candidate].append(own)
        for places in of_candidate.values():
            for own in places:
                if len(own) > 1:
                    model.add_row(1, own)
        self._add_days(of_candidate, in_slot)
        for (stand, slot), columns in at_stand.items():
            seats = count_seats(draft.instance, stand, self.slots[slot])
            if len(columns) > seats:
                model.add_row(seats, columns)

    def _add_days(self, of_candidate: dict[int, list[list[int]]], in_slot: dict[tuple[int, int], list[int]]) -> None:
        """The ladder and the limit of each candidate, and no more conversations in a slot than it has rounds."""
        instance = self.draft.instance
        elsewhere = self.draft.count_conversations(self.outside)
        for candidate, places in of_candidate.items():
            columns = [column for own in places for column in own]
            before, limit = elsewhere.get(candidate, 0), instance.limit[candidate]
            add_ladder(self.model, columns, instance.steps[before:limit])
            if len(places) > limit - before:
                self.model.add_row(limit - before, columns)
        for (candidate, slot), columns in in_slot.items():
            rounds = (instance.present[candidate] & self.slots[slot]).bit_count()
            if len(columns) > rounds:
                self.model.add_row(rounds, columns)

    def _add_interpreters(self) -> None:
        groups = self.draft.groups
        of_team: list[dict[int, list[int]]] = [defaultdict(list) for _ in self.slots]
        for column, place in enumerate(self.places):
            team = self.draft.choices[place.choice].team
            if team != DIRECT:
                of_team[place.slot][team].append(column)
        of_group: dict[tuple[int, int], list[int]] = defaultdict(list)
        for slot, rounds in enumerate(self.slots):
            capacity = {at: group.capacity(rounds) for at, group in enumerate(groups) if group.duty & rounds}
            for (team, group), column in add_flows(self.model, of_team[slot], capacity, groups).items():
                self.flows[team, group, slot] = column
                of_group[group, slot].append(column)
        self._add_windows(of_group)

    def _add_windows(self, of_group: dict[tuple[int, int], list[int]]) -> None:
        """The stretch of each group, across the slots and what it does in other rounds."""
        work = self.draft.work()
        for at, group in enumerate(self.draft.groups):
            for window, most in group.limits(self.draft.instance.rounds):
                inside = [slot for slot, rounds in enumerate(self.slots) if not rounds & ~window]
                columns = [column for slot in inside for column in of_group[at, slot]]
                if not columns or window.bit_count() == 1:
                    continue
                elsewhere = sum(work[at][number] for number in bits(window & ~self.rounds))
                if elsewhere or len(inside) > 1:
                    self.model.add_row(most - elsewhere, columns)


def cut_into_blocks(rounds: int, length: int) -> list[int]:
    """All rounds in runs of `length`, the last one shorter where it does not come out even."""
    return [span(first, min(first + length, rounds) - 1) for first in range(0, rounds, length)]


def one_by_one(rounds: int) -> list[int]:
    """Each round of a set as a slot of its own."""
    return [1 << number for number in bits(rounds)]
