"""The judge of a plan. It shares no code with the planner: it counts everything again, in the plainest way.

Rounds are named by the numbers of the file, from 0.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .plan import Conversation, Plan
from .problem import Candidate, Interpreter, Problem, Stand


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken` is the first rule broken, as a sentence, or None. The bounds are the plan's own, the rest is counted."""

    broken: str | None
    value: int
    bound: int
    idle_rounds: int
    interpreter_moves: int
    interpreter_way: float
    idle_bound: int | None = None
    moves_bound: int | None = None

    @property
    def gap(self) -> float:
        """The part of the bound that is missing."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def check(problem: Problem, plan: Plan) -> Verdict:
    """Judge a plan by every hard rule, then by what it says about itself."""
    judge = _Judge(problem, plan)
    return Verdict(
        broken=next(judge.find_broken(), None),
        value=judge.value(),
        bound=plan.bound,
        idle_rounds=judge.idle_rounds(),
        interpreter_moves=judge.interpreter_moves(),
        interpreter_way=judge.interpreter_way(),
        idle_bound=plan.idle_bound,
        moves_bound=plan.moves_bound,
    )


class _Judge:
    """A problem and a plan, side by side."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.stands = {stand.id: stand for stand in problem.stands}
        self.candidates = {candidate.id: candidate for candidate in problem.candidates}
        self.interpreters = {interpreter.id: interpreter for interpreter in problem.interpreters}
        self.scores = {(pair.candidate, pair.stand): pair.score for pair in problem.pairs}

    def find_broken(self) -> Iterator[str]:
        """Yield a sentence for every rule broken, in a fixed order."""
        if self.plan.status == "infeasible":
            yield "The plan is marked infeasible: it does not contain the fixed conversations."
        for conversation in self.plan.conversations:
            yield from self._names(conversation)
        known = [one for one in self.plan.conversations if next(self._names(one), None) is None]
        for conversation in known:
            yield from self._listed(conversation)
            yield from self._rounds(conversation)
        yield from self._candidates(known)
        yield from self._seats(known)
        for conversation in known:
            yield from self._language(conversation)
        yield from self._interpreters(known)
        yield from self._fixed()
        yield from self._statements()

    def _names(self, one: Conversation) -> Iterator[str]:
        if one.candidate not in self.candidates:
            yield f'{_name(one)}: no candidate has the id "{one.candidate}".'
        if one.stand not in self.stands:
            yield f'{_name(one)}: no stand has the id "{one.stand}".'
        if one.interpreter is not None and one.interpreter not in self.interpreters:
            yield f'{_name(one)}: no interpreter has the id "{one.interpreter}".'
        if not 0 <= one.round < self.problem.rounds:
            yield f"{_name(one)}: there is no such round; the rounds are 0 to {self.problem.rounds - 1}."

    def _listed(self, one: Conversation) -> Iterator[str]:
        if (one.candidate, one.stand) not in self.scores:
            yield f"{_name(one)}: these two are not listed as a pair that may talk."

    def _rounds(self, one: Conversation) -> Iterator[str]:
        first, last = self.candidates[one.candidate].rounds
        if not first <= one.round <= last:
            yield f"{_name(one)}: candidate {one.candidate} is there in rounds {first} to {last} only."

    def _candidates(self, known: list[Conversation]) -> Iterator[str]:
        for (candidate, number), times in Counter((one.candidate, one.round) for one in known).items():
            if times > 1:
                yield f"Candidate {candidate} has {times} conversations in round {number}."
        for (candidate, stand), times in Counter((one.candidate, one.stand) for one in known).items():
            if times > 1:
                yield f"Candidate {candidate} talks to stand {stand} {times} times."
        for candidate, times in Counter(one.candidate for one in known).items():
            own = self.candidates[candidate].max_conversations
            limit = self.problem.rules.max_conversations if own is None else own
            if times > limit:
                yield f"Candidate {candidate} has {times} conversations; at most {limit} are allowed."

    def _seats(self, known: list[Conversation]) -> Iterator[str]:
        for (stand, number), times in Counter((one.stand, one.round) for one in known).items():
            seats = self.stands[stand].seats[number]
            if times > seats:
                yield f"Stand {stand} has {times} conversations in round {number}, and {seats} seats."

    def _language(self, one: Conversation) -> Iterator[str]:
        mine, theirs = self._speaks(self.candidates[one.candidate]), self._speaks(self.stands[one.stand])
        shared = sorted(mine & theirs)
        if one.interpreter is None:
            if not shared:
                yield f"{_name(one)}: they share no language, and no interpreter is named."
        elif shared:
            yield f"{_name(one)}: interpreter {one.interpreter} is named, but they share {shared[0]}."
        else:
            pairs = self.interpreters[one.interpreter].pairs
            if not any((p in mine and q in theirs) or (q in mine and p in theirs) for p, q in pairs):
                yield f"{_name(one)}: interpreter {one.interpreter} knows no pair that joins their languages."

    def _speaks(self, side: Candidate | Stand) -> set[str]:
        return {code for code, level in side.languages.items() if level >= self.problem.rules.min_level}

    def _interpreters(self, known: list[Conversation]) -> Iterator[str]:
        for name, interpreter in self.interpreters.items():
            worked = Counter(one.round for one in known if one.interpreter == name)
            for number, times in sorted(worked.items()):
                if number not in interpreter.rounds:
                    yield f"Interpreter {name} works in round {number}, which was not given."
                if times > 1:
                    yield f"Interpreter {name} has {times} conversations in round {number}."
            yield from self._stretch(interpreter, worked)

    def _stretch(self, interpreter: Interpreter, worked: Counter[int]) -> Iterator[str]:
        most, window = interpreter.stretch or self.problem.rules.stretch
        for start in range(self.problem.rounds):
            count = sum(1 for number in range(start, start + window) if worked[number])
            if count > most:
                yield (
                    f"Interpreter {interpreter.id} works in {count} of the {window} rounds from round {start} on; "
                    f"at most {most} are allowed."
                )

    def _fixed(self) -> Iterator[str]:
        there = {(one.candidate, one.stand, one.round) for one in self.plan.conversations}
        for fixed in self.problem.fixed:
            if (fixed.candidate, fixed.stand, fixed.round) not in there:
                yield f"The fixed conversation of {fixed.candidate} at {fixed.stand} in round {fixed.round} is missing."

    def _statements(self) -> Iterator[str]:
        """What the plan says about itself must be true."""
        stated = {
            "value": (self.plan.value, self.value()),
            "number of idle rounds": (self.plan.idle_rounds, self.idle_rounds()),
            "number of interpreter moves": (self.plan.interpreter_moves, self.interpreter_moves()),
        }
        for what, (said, counted) in stated.items():
            if said != counted:
                yield f"The plan gives its {what} as {said}; it is {counted}."
        least = {
            "idle rounds": (self.plan.idle_bound, self.idle_rounds()),
            "interpreter moves": (self.plan.moves_bound, self.interpreter_moves()),
        }
        for what, (bound, counted) in least.items():
            if bound is not None and bound > counted:
                yield f"The plan gives {bound} as the least number of {what}, and has {counted} itself."
        if self.plan.bound < self.value():
            yield f"The plan gives {self.plan.bound} as the bound, and is worth {self.value()} itself."
        if self.plan.status == "optimal" and self.plan.bound != self.value():
            yield f"The plan calls itself optimal, but its value {self.value()} is below its bound {self.plan.bound}."

    def value(self) -> int:
        """Ladder and scores, over all candidates."""
        total = sum(self.scores.get((one.candidate, one.stand), 0) for one in self.plan.conversations)
        for times in Counter(one.candidate for one in self.plan.conversations).values():
            total += sum(self.problem.rules.ladder[:times])
        return total

    def idle_rounds(self) -> int:
        """Rounds without a conversation between a candidate's first and last, over all candidates."""
        days: dict[str, set[int]] = {}
        for one in self.plan.conversations:
            days.setdefault(one.candidate, set()).add(one.round)
        return sum(max(rounds) - min(rounds) + 1 - len(rounds) for rounds in days.values())

    def interpreter_moves(self) -> int:
        """Times that an interpreter's next conversation is at another stand."""
        return len(self._moves())

    def interpreter_way(self) -> float:
        """The length of all these moves, in a straight line."""
        where = {stand.id: stand.position for stand in self.problem.stands}
        return sum(math.dist(where[a], where[b]) for a, b in self._moves() if a in where and b in where)

    def _moves(self) -> list[tuple[str, str]]:
        days: dict[str, list[tuple[int, str]]] = {}
        for one in self.plan.conversations:
            if one.interpreter is not None:
                days.setdefault(one.interpreter, []).append((one.round, one.stand))
        moves = []
        for day in days.values():
            stands = [stand for _, stand in sorted(day)]
            moves += [(start, goal) for start, goal in pairwise(stands) if start != goal]
        return moves


def _name(one: Conversation) -> str:
    return f"Conversation of {one.candidate} at {one.stand} in round {one.round}"
