"""What changed on the day, worked into the problem: the past stays as it was, the rounds to come are other ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .instance import span
from .plan import Conversation, Plan
from .problem import Candidate, Changes, Fixed, Interpreter, Problem, Stand

Seat = tuple[str, str, int]
"""Candidate, stand and round: a conversation, whoever interprets."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of the conversations announced for the rounds to come.

    `moved`: the same two in another round, before and after. `dropped`: not any more. `new`: these two were not to
    talk. `interpreters`: of the kept ones those that are served by somebody else now, as they are in the new plan.
    """

    kept: tuple[Conversation, ...]
    moved: tuple[tuple[Conversation, Conversation], ...]
    dropped: tuple[Conversation, ...]
    new: tuple[Conversation, ...]
    interpreters: tuple[Conversation, ...]


def compare(before: Plan, after: Plan, from_round: int) -> Difference:
    """What is different for the rounds from `from_round` on; kept ones are listed as they are in the new plan."""
    announced = {_pair(one): one for one in before.conversations if one.round >= from_round}
    planned = {_pair(one): one for one in after.conversations if one.round >= from_round}
    both = [(announced[pair], one) for pair, one in planned.items() if pair in announced]
    kept = [(old, new) for old, new in both if old.round == new.round]
    return Difference(
        kept=tuple(new for _, new in kept),
        moved=tuple((old, new) for old, new in both if old.round != new.round),
        dropped=tuple(one for pair, one in announced.items() if pair not in planned),
        new=tuple(one for pair, one in planned.items() if pair not in announced),
        interpreters=tuple(new for old, new in kept if old.interpreter != new.interpreter),
    )


def change_problem(problem: Problem, plan: Plan, changes: Changes, from_round: int) -> Problem:
    """The problem as it is from `from_round` on, in which everything up to then is fixed as it was planned.

    Nobody's absence changes the past: whoever is absent, whatever seats are gone, the rounds before `from_round` keep
    theirs. A candidate who had a conversation and returns later counts as there in between; who planned anew leaves
    that time free (`rounds_to_come`). What was fixed for later rounds counts as announced from now on.
    """
    frozen = [one for one in plan.conversations if one.round < from_round]
    return replace(
        problem,
        stands=_change_stands(problem, changes, from_round),
        candidates=_change_candidates(problem, changes, from_round, frozen),
        interpreters=_change_interpreters(problem, changes, from_round),
        pairs=problem.pairs + changes.new_pairs,
        fixed=tuple(Fixed(one.candidate, one.stand, one.round) for one in frozen),
    )


def rounds_to_come(changed: Problem, changes: Changes, from_round: int) -> dict[str, int]:
    """The rounds from `from_round` on in which each candidate may be planned, as a set of bits."""
    own = {one.candidate: one.rounds for one in changes.candidate_rounds}
    later = span(from_round, changed.rounds - 1)
    return {one.id: span(*one.rounds) & span(*own.get(one.id, one.rounds)) & later for one in changed.candidates}


def _change_stands(problem: Problem, changes: Changes, from_round: int) -> tuple[Stand, ...]:
    seats = {one.stand: one.seats for one in changes.stand_seats}
    seats |= dict.fromkeys(changes.absent_stands, (0,) * problem.rounds)
    return tuple(
        replace(stand, seats=stand.seats[:from_round] + seats[stand.id][from_round:]) if stand.id in seats else stand
        for stand in problem.stands + changes.new_stands
    )


def _change_candidates(
    problem: Problem, changes: Changes, from_round: int, frozen: Iterable[Conversation]
) -> tuple[Candidate, ...]:
    own = {one.candidate: one.rounds for one in changes.candidate_rounds}
    absent = set(changes.absent_candidates)
    past: dict[str, list[int]] = {}
    for one in frozen:
        past.setdefault(one.candidate, []).append(one.round)
    found = []
    for candidate in problem.candidates + changes.new_candidates:
        first, last = own.get(candidate.id, candidate.rounds)
        if candidate.id in absent:
            first, last = candidate.rounds[0], min(candidate.rounds[1], from_round - 1)
        had = past.get(candidate.id, [])
        if had:
            first, last = min(first, *had), max(last, *had)
        if (first, last) != candidate.rounds:
            candidate = replace(candidate, rounds=(min(first, last + 1), last))
        found.append(candidate)
    return tuple(found)


def _change_interpreters(problem: Problem, changes: Changes, from_round: int) -> tuple[Interpreter, ...]:
    duty: Mapping[str, tuple[int, ...]] = {one.interpreter: one.rounds for one in changes.interpreter_rounds}
    duty = {**duty, **dict.fromkeys(changes.absent_interpreters, ())}
    found = []
    for interpreter in problem.interpreters + changes.new_interpreters:
        if interpreter.id in duty:
            past = [number for number in interpreter.rounds if number < from_round]
            later = [number for number in duty[interpreter.id] if number >= from_round]
            interpreter = replace(interpreter, rounds=(*past, *later))
        found.append(interpreter)
    return tuple(found)


def _pair(one: Conversation) -> tuple[str, str]:
    return one.candidate, one.stand
