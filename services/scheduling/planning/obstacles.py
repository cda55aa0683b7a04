"""Which rule keeps a candidate from a seat, in a plan as it stands. Codes and figures only; pages put them into
words.

`OBSTACLES` are the codes. Of the candidates whom an empty seat does not get, each is counted under the first one that
holds, in this order. For one candidate and one stand explain.py looks at their rounds as well, and has `stand_closed`
in place of `absent`.

Sets of candidates and of rounds are the bits of one integer: bit c is the candidate with number c, bit r is round r.
A question about everybody at once is then a few operations on such sets, whatever the size of the event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from .instance import bits, span, windows
from .languages import join, serving, spoken, talk_directly
from .plan import Plan
from .problem import Interpreter, Problem

Figure = str | int | float | tuple[str, ...] | tuple[int, ...]
Speaks = frozenset[str]

OBSTACLES = ("not_listed", "no_language", "met_already", "absent", "limit_reached", "busy", "no_interpreter")
MOST_NAMED = 5
"""How many of those who stand in the way are named."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a code, and the figures that belong to it.

    `people` names whom the rule is about, by its code, at most MOST_NAMED of each. Of one candidate's wish those who
    stand in the way: who sits on the seats, or the interpreters who work elsewhere. Of an empty seat or an interpreter
    without work the candidates whom the rule keeps away, and under `seats_taken` again those on the seats.
    """

    code: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Situation:
    """A plan, laid out so that one can ask who is where. Everything is looked up, nothing is searched for."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.rounds = span(0, problem.rounds - 1)
        self.stands = {stand.id: stand for stand in problem.stands}
        self.candidates = {candidate.id: candidate for candidate in problem.candidates}
        self.interpreters = {interpreter.id: interpreter for interpreter in problem.interpreters}
        self._read_wishes()
        self._read_plan()
        self._read_languages()
        self._count_everybody()
        self.spare = {one.id: self._find_spare(one) for one in problem.interpreters}
        self.team = lru_cache(maxsize=None)(self._find_team)
        self.helped = lru_cache(maxsize=None)(self._find_helped)
        self.speaking = lru_cache(maxsize=None)(self._find_speaking)
        self.joined = lru_cache(maxsize=None)(self._find_joined)

    def limit(self, candidate: str) -> int:
        """Return how many conversations the candidate may have."""
        own = self.candidates[candidate].max_conversations
        return self.problem.rules.max_conversations if own is None else own

    def obstacle(self, candidate: str, stand: str) -> str | None:
        """Return the first rule that keeps the candidate from this stand in every round, or None."""
        if stand not in self.wishes[candidate]:
            return "not_listed"
        if self.team(self.speaks[candidate], self.spoken_at[stand]) == ():
            return "no_language"
        bit = 1 << self.number[candidate]
        if self.met[stand] & bit:
            return "met_already"
        return "limit_reached" if self.full & bit else None

    def free_seats(self, stand: str, number: int) -> int:
        """Return how many seats nobody has taken."""
        return self.stands[stand].seats[number] - self.sitting[stand][number].bit_count()

    def name(self, candidates: int) -> tuple[str, ...]:
        """The ids of the first few candidates of a set."""
        found = []
        for number in bits(candidates):
            found.append(self.problem.candidates[number].id)
            if len(found) == MOST_NAMED:
                break
        return tuple(found)

    def name_sitting(self, stand: str, rounds: int) -> tuple[str, ...]:
        """The ids of the first few who sit at this stand in these rounds, in the order of the rounds."""
        sitting = self.sitting[stand]
        found = (name for number in bits(rounds) for name in self.name(sitting[number]))
        return tuple(dict.fromkeys(found))[:MOST_NAMED]

    def _read_wishes(self) -> None:
        self.number = {candidate.id: number for number, candidate in enumerate(self.problem.candidates)}
        self.wishes: dict[str, dict[str, int]] = {candidate.id: {} for candidate in self.problem.candidates}
        for pair in self.problem.pairs:
            self.wishes[pair.candidate][pair.stand] = pair.score
        listed: dict[str, bytearray] = {stand: bytearray(len(self.number) // 8 + 1) for stand in self.stands}
        for pair in self.problem.pairs:
            at = self.number[pair.candidate]
            listed[pair.stand][at >> 3] |= 1 << (at & 7)
        self.listed = {stand: int.from_bytes(found, "little") for stand, found in listed.items()}

    def _read_plan(self) -> None:
        self.day: dict[str, dict[int, str]] = {candidate.id: {} for candidate in self.problem.candidates}
        self.work: dict[str, dict[int, str]] = {interpreter.id: {} for interpreter in self.problem.interpreters}
        self.sitting = {stand: [0] * self.problem.rounds for stand in self.stands}
        self.met = dict.fromkeys(self.stands, 0)
        for one in self.plan.conversations:
            bit = 1 << self.number[one.candidate]
            self.day[one.candidate][one.round] = one.stand
            self.sitting[one.stand][one.round] |= bit
            self.met[one.stand] |= bit
            if one.interpreter is not None:
                self.work[one.interpreter][one.round] = one.stand

    def _read_languages(self) -> None:
        least = self.problem.rules.min_level
        self.speaks = {one.id: spoken(one.languages, least) for one in self.problem.candidates}
        self.spoken_at = {one.id: spoken(one.languages, least) for one in self.problem.stands}
        self.speakers: dict[Speaks, int] = {}
        for name, languages in self.speaks.items():
            self.speakers[languages] = self.speakers.get(languages, 0) | 1 << self.number[name]

    def _count_everybody(self) -> None:
        """Who is there and who talks, by round; who has all that is allowed; which rounds each stand is open in."""
        self.there = [0] * self.problem.rounds
        self.busy = [0] * self.problem.rounds
        self.full = 0
        for name, number in self.number.items():
            for at in bits(span(*self.candidates[name].rounds)):
                self.there[at] |= 1 << number
            for at in self.day[name]:
                self.busy[at] |= 1 << number
            if len(self.day[name]) >= self.limit(name):
                self.full |= 1 << number
        self.open = {stand: _bits_of(at for at, n in enumerate(one.seats) if n) for stand, one in self.stands.items()}
        self.vacant = {
            stand: _bits_of(at for at in range(self.problem.rounds) if self.free_seats(stand, at) > 0)
            for stand in self.stands
        }

    def _find_spare(self, interpreter: Interpreter) -> int:
        """The rounds in which the interpreter could take one more conversation: on duty, not working, rested."""
        most, length = interpreter.stretch or self.problem.rules.stretch
        work = _bits_of(self.work[interpreter.id])
        tired = work
        for window in windows(self.problem.rounds, length):
            if (work & window).bit_count() >= most:
                tired |= window
        return _bits_of(interpreter.rounds) & ~tired

    def _find_team(self, one: Speaks, other: Speaks) -> tuple[str, ...] | None:
        """The interpreters who could stand between a candidate and a stand who speak this; None where none need."""
        if talk_directly(one, other):
            return None
        return tuple(self.problem.interpreters[at].id for at in serving(self.problem.interpreters, one, other))

    def _find_helped(self, one: Speaks, other: Speaks) -> int:
        """The rounds in which these two understand each other, with an interpreter who is free or without one."""
        team = self.team(one, other)
        if team is None:
            return self.rounds
        found = 0
        for name in team:
            found |= self.spare[name]
        return found

    def _find_speaking(self, stand_speaks: Speaks, number: int) -> tuple[int, int]:
        """The candidates with whom nobody can ever stand between them and this stand, and those with whom nobody is
        free to do so in this round.
        """
        never, not_now = 0, 0
        for languages, candidates in self.speakers.items():
            if self.team(languages, stand_speaks) == ():
                never |= candidates
            elif not self.helped(languages, stand_speaks) >> number & 1:
                not_now |= candidates
        return never, not_now

    def _find_joined(self, pairs: tuple[tuple[str, str], ...], stand_speaks: Speaks) -> int:
        """The candidates who need an interpreter at this stand, and for whom one of these pairs would do."""
        found = 0
        for languages, candidates in self.speakers.items():
            if not talk_directly(languages, stand_speaks) and join(pairs, languages, stand_speaks):
                found |= candidates
        return found


def _bits_of(numbers: Iterable[int]) -> int:
    found = 0
    for number in numbers:
        found |= 1 << number
    return found
