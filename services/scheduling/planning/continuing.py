"""A draft that begins in the middle of the day: a past that stays, and the rounds to come.

The past is in the draft like everything else, in rounds that no model gets to see. Interpreters are the same to the
planner when they also had the same rounds of work just before (`Group.worked`): the stretch reaches back into the
past. Let each of m members have worked p times in the past part of a window; the group then has (most − p)·m
conversations left in it at most, and handed out in turn (rotation.py) no member gets more than most − p.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .choices import Choice, list_choices
from .draft import NOBODY, Draft
from .groups import Group
from .instance import Instance, span
from .plan import Conversation
from .problem import Problem, Stretch


@dataclass(frozen=True, slots=True)
class Seated:
    """A conversation in numbers of the instance; `interpreter` is None where none is needed."""

    candidate: int
    stand: int
    round: int
    interpreter: int | None


class Continuation:
    """A changed problem from one round on: who has had what, and who may still be planned when."""

    def __init__(
        self, problem: Problem, from_round: int, to_come: Mapping[str, int], past: Sequence[Conversation]
    ) -> None:
        self.instance = Instance(problem)
        self.later = span(from_round, problem.rounds - 1)
        self.from_round = from_round
        self.instance.present = [to_come[one.id] for one in problem.candidates]
        self.interpreter_at = {one.id: number for number, one in enumerate(problem.interpreters)}
        self.past = [self.number(one) for one in past]
        self.groups = self._group()
        self.group_of = {who: at for at, group in enumerate(self.groups) for who in group.members}

    def number(self, one: Conversation) -> Seated:
        """A conversation by its numbers."""
        at = self.instance
        interpreter = None if one.interpreter is None else self.interpreter_at[one.interpreter]
        return Seated(at.candidate_at[one.candidate], at.stand_at[one.stand], one.round, interpreter)

    def name(self, one: Seated) -> Conversation:
        """A conversation by its names."""
        problem = self.instance.problem
        interpreter = None if one.interpreter is None else problem.interpreters[one.interpreter].id
        return Conversation(problem.candidates[one.candidate].id, problem.stands[one.stand].id, one.round, interpreter)

    def start(self, kept: Mapping[Seated, int], *, closed: bool = False) -> Draft:
        """A draft of the past and what is kept, with groups; `closed`: with no choice beside these.

        Its choices are, in this order, what is kept (must), all that could be added, and the past (must).
        """
        choices = [self.choose(one, must=True) for one in kept]
        if not closed:
            choices += self._list_free(kept)
        choices += [self.choose(one, must=True) for one in self.past]
        draft = Draft(self.instance, self.groups, choices)
        draft.taken = {at: (one.round, group) for at, (one, group) in enumerate(kept.items())}
        first = len(choices) - len(self.past)
        draft.taken |= {first + at: (one.round, self.group(one)) for at, one in enumerate(self.past)}
        return draft

    def group(self, one: Seated) -> int:
        """The group that serves it; NOBODY where nobody does, or nobody who can do anything later."""
        return NOBODY if one.interpreter is None else self.group_of.get(one.interpreter, NOBODY)

    def choose(self, one: Seated, *, must: bool = False) -> Choice:
        """A conversation as a choice: it takes place in its own round or not at all."""
        option = self.instance.options[one.candidate][one.stand]
        return Choice(one.candidate, one.stand, option.team, option.score, 1 << one.round, must)

    def _list_free(self, kept: Mapping[Seated, int]) -> list[Choice]:
        """Everything that could be added, with the rounds in which there is a seat and the candidate has time."""
        busy: dict[int, int] = {}
        left = [list(seats) for seats in self.instance.seats]
        for one in kept:
            busy[one.candidate] = busy.get(one.candidate, 0) | 1 << one.round
            left[one.stand][one.round] -= 1
        met = {(one.candidate, one.stand) for one in (*self.past, *kept)}
        free = [sum(1 << number for number, seats in enumerate(row) if seats > 0) for row in left]
        found = []
        for choice in list_choices(self.instance):
            rounds = choice.rounds & free[choice.stand] & ~busy.get(choice.candidate, 0)
            if rounds and (choice.candidate, choice.stand) not in met:
                found.append(choice if rounds == choice.rounds else replace(choice, rounds=rounds))
        return found

    def _group(self) -> list[Group]:
        """Interpreters by what they can do from now on, and what they did just before."""
        instance = self.instance
        work = [0] * len(instance.duty)
        for one in self.past:
            if one.interpreter is not None:
                work[one.interpreter] |= 1 << one.round
        found: dict[tuple[frozenset[int], int, Stretch, int], list[int]] = {}
        for interpreter, duty in enumerate(instance.duty):
            teams = frozenset(at for at, mask in enumerate(instance.teams) if mask >> interpreter & 1)
            if teams and duty & self.later:
                stretch = instance.stretch[interpreter]
                near = span(max(0, self.from_round - stretch[1] + 1), self.from_round - 1)
                same = teams, duty & self.later, stretch, work[interpreter] & near
                found.setdefault(same, []).append(interpreter)
        return [
            Group(teams, duty, stretch, tuple(members), worked)
            for (teams, duty, stretch, worked), members in found.items()
        ]
