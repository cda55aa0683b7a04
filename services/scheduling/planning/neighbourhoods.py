"""Which rounds are made anew together, and what is offered to them beside what is there."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .draft import Draft
from .instance import bits, span
from .selecting import Selection

AS_GOOD, NEARLY_AS_GOOD = 0.01, 10.0
"""What a choice may cost in points, by the prices of the selection, to count as such."""
TRIES_AT_ONCE = 15
SHORT_STEP, LONG_STEP = 1.0, 10.0
"""Seconds."""

Offer = Literal["hungry", "selected", "face", "near"]
"""hungry: what could bring something to candidates and stands that lack conversations. selected: by the first stage.
face: all that is as good. near: nearly as good."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How many consecutive rounds are made anew at a time, from what, and for how many seconds at most."""

    width: int
    offer: Offer
    seconds: float = math.inf
    seed: int = 0


class Offers:
    """What there is to choose from in the rounds `everything`, by what was selected."""

    def __init__(self, draft: Draft, selection: Selection, everything: int) -> None:
        self.draft = draft
        self.selection = selection
        self.everything = everything

    def list_neighbourhoods(self, at_once: int) -> Iterator[Neighbourhood]:
        """From small to large. All rounds at once, when that is at most `at_once` columns, come off quickly or not at
        all: short tries, then longer ones.
        """
        rounds = self.everything.bit_count()
        yield Neighbourhood(min(4, rounds), "hungry", SHORT_STEP)
        if self._count_columns("face") <= at_once:
            offers: tuple[Offer, ...] = ("selected", "face", "near")
            for seed in range(TRIES_AT_ONCE):
                yield Neighbourhood(rounds, offers[seed % 3], SHORT_STEP * 2 ** (seed // 3 + 1), seed)
                yield Neighbourhood(min(5, rounds), "hungry", SHORT_STEP, seed)
        else:
            for width in (5, 8):
                yield Neighbourhood(min(width, rounds), "hungry", LONG_STEP)
            for width in (4, 6, 10):
                yield Neighbourhood(min(width, rounds), "face", LONG_STEP)

    def cut_rounds(self, width: int) -> Iterator[int]:
        """Sets of consecutive rounds that overlap by half."""
        start = next(bits(self.everything), 0)
        last = self.everything.bit_length() - width
        firsts = [*range(start, last, max(1, width // 2)), last]
        return (span(first, first + width - 1) for first in firsts)

    def offer(self, neighbourhood: Neighbourhood, rounds: int) -> list[int]:
        """The numbers of the choices for these rounds."""
        choices = self.draft.choices
        found = [at for at in self._list_offered(neighbourhood.offer) if choices[at].rounds & rounds]
        if neighbourhood.offer != "hungry":
            return found
        short, free = self._find_short(), self._find_free(rounds)
        return [at for at in found if choices[at].candidate in short or choices[at].stand in free]

    def _list_offered(self, offer: Offer) -> list[int]:
        if offer == "selected":
            return self.selection.chosen
        tolerance = NEARLY_AS_GOOD if offer == "near" else AS_GOOD
        chosen, costs = set(self.selection.chosen), self.selection.costs
        return [at for at in range(len(self.draft.choices)) if at in chosen or costs[at] <= tolerance]

    def _count_columns(self, offer: Offer) -> int:
        return sum(self.draft.choices[at].rounds.bit_count() for at in self._list_offered(offer))

    def _find_short(self) -> set[int]:
        """Candidates with fewer conversations than were selected for them."""
        wanted = self.draft.count_conversations(self.selection.chosen)
        there = self.draft.count_conversations(self.draft.within(self.everything))
        return {candidate for candidate, times in wanted.items() if there.get(candidate, 0) < times}

    def _find_free(self, rounds: int) -> set[int]:
        """Stands with a seat nobody sits on in these rounds."""
        seats = {
            stand: sum(count for number, count in enumerate(counts) if rounds >> number & 1)
            for stand, counts in enumerate(self.draft.instance.seats)
        }
        for at in self.draft.within(rounds):
            seats[self.draft.choices[at].stand] -= 1
        return {stand for stand, left in seats.items() if left > 0}
