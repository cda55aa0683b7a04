"""Planning anew at the door: the past stays, what was announced stays where it can, and the free seats are filled.

1. `keeping` (keeping.py): which of the announced conversations stay, as many as can.
2. `filling` (filling.py): a first answer, from a few of the best pairs for every free seat (shortlist.py).
3. The stages of solver.py for the rounds to come, beginning from that answer, as far as the time goes.

The value and the bound are those of whole plans. The bound is proven over all plans with the same past and the same
conversations kept, by whomever they are interpreted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .board import Board
from .bound import Prices
from .changes import Seat, change_problem, rounds_to_come
from .check import check
from .continuing import Continuation, Seated
from .draft import Draft
from .errors import InvalidInput
from .filling import Filler
from .handing import Place
from .idle import PASSES, Tightener
from .instance import bits
from .keeping import keep
from .placing import Placer
from .plan import Cancelled, Conversation, Plan, Report
from .problem import Changes, Problem
from .selecting import Selecting, Selection
from .shortlist import Free, shorten
from .solver import SHARES, Publish, Solver
from .standing import give_back, name_changed
from .staying import Staying
from .validity import BEST_SCORE, validate, validate_changes
from .watch import Watch
from .writing import write_board

KEEPING, FILLING = 0.3, 0.5
"""The part of the time after which these must be over."""


def replan(
    problem: Problem,
    plan: Plan,
    changes: Changes,
    *,
    from_round: int,
    seed: int = 0,
    time_limit: float = 60.0,
    progress: Report | None = None,
    cancelled: Cancelled | None = None,
    publish: Publish | None = None,
) -> Plan:
    """Plan the rounds from `from_round` on anew; `publish` is told of the first answer and of every better one.

    The answer is a plan for `change_problem(problem, plan, changes, from_round)`; `compare` says what is different.
    `time_limit` is in seconds. The problem is taken to be valid. Raises InvalidInput for changes that cannot be made to
    it, for a round that is none, and for a plan that breaks a rule.
    """
    watch = Watch(time_limit, progress, cancelled)
    if not 0 <= from_round <= problem.rounds:
        raise InvalidInput("from_round", f"{from_round} is not between 0 and {problem.rounds}")
    validate_changes(problem, changes)
    day = _Day(problem, plan, changes, from_round)
    first = day.answer(watch, publish)
    solver = day.go_on(first, watch, seed, publish)
    if first.value < first.bound and not watch.was_cancelled:
        solver.run()
    return solver.finish()


@dataclass(frozen=True, slots=True)
class _Past:
    """What a solver needs to know of the old plan."""

    seated: Sequence[Seated]
    announced: dict[Place, int]


class _Day:
    """The changed problem, with the part of the old plan that is over and the part that was announced."""

    def __init__(self, problem: Problem, plan: Plan, changes: Changes, from_round: int) -> None:
        self.planned: dict[str, set[str]] = {}
        for one in plan.conversations:
            self.planned.setdefault(one.candidate, set()).add(one.stand)
        self._refuse_broken(problem, plan)  # before anything counts on it
        self.problem = change_problem(problem, plan, changes, from_round)
        self.from_round = from_round
        self.to_come = rounds_to_come(self.problem, changes, from_round)
        self.past = [one for one in plan.conversations if one.round < from_round]
        self.announced = [one for one in plan.conversations if one.round >= from_round]
        self.fixed = {(one.candidate, one.stand, one.round) for one in problem.fixed}
        self.kept: list[Conversation] = []

    def answer(self, watch: Watch, publish: Publish | None) -> Plan:
        """Decide what is kept, and fill the free seats from a shortlist."""
        watch.start("keeping", 1, KEEPING)
        short = shorten(self.problem, self._find_free(), self.planned)
        validate(replace(short, fixed=()))
        day = Continuation(short, self.from_round, self.to_come, self.past)
        announced = [day.number(one) for one in self.announced]
        fixed = {one for one, seat in zip(announced, self.announced, strict=True) if _seat(seat) in self.fixed}
        kept = keep(day, announced, fixed, KEEPING * watch.time_limit)
        self.kept = [day.name(one) for one in kept]
        return self._solve(day, day.start(kept, closed=True), watch, 0, publish).fill()

    def go_on(self, first: Plan, watch: Watch, seed: int, publish: Publish | None) -> "_Continued":
        """The same answer with all pairs to choose from."""
        day = Continuation(self.problem, self.from_round, self.to_come, self.past)
        answered = [day.number(one) for one in first.conversations if one.round >= self.from_round]
        kept_at = {_seat(one) for one in self.kept}
        draft = day.start({one: day.group(one) for one in answered if _seat(day.name(one)) in kept_at})
        number = {(choice.candidate, choice.stand): at for at, choice in enumerate(draft.choices)}
        for one in answered:
            draft.taken[number[one.candidate, one.stand]] = one.round, day.group(one)
        solver = self._solve(day, draft, watch, seed, publish)
        solver.told = first.value
        return solver

    def _solve(self, day: Continuation, draft: Draft, watch: Watch, seed: int, publish: Publish | None) -> "_Continued":
        kept = [day.number(one) for one in self.kept]
        named = {(one.candidate, one.round): one.interpreter for one in kept if one.interpreter is not None}
        return _Continued(draft, day.later, watch, seed, publish, _Past(day.past, named))

    def _find_free(self) -> Free:
        """What is free if all stay who are there; a seat counts as free as well when its interpreter is gone."""
        on_duty = {one.id: set(one.rounds) for one in self.problem.interpreters}
        rounds, count = dict(self.to_come), Counter(one.candidate for one in self.past)
        left = {one.id: list(one.seats) for one in self.problem.stands}
        for one in self.announced:
            here = rounds[one.candidate] >> one.round & 1
            if here and (one.interpreter is None or one.round in on_duty[one.interpreter]):
                rounds[one.candidate] &= ~(1 << one.round)
                count[one.candidate] += 1
                left[one.stand][one.round] -= 1
        general = self.problem.rules.max_conversations
        for person in self.problem.candidates:
            limit = general if person.max_conversations is None else person.max_conversations
            if count[person.id] >= limit:
                rounds[person.id] = 0
        later = range(self.from_round, self.problem.rounds)
        seats = {stand: {number: row[number] for number in later if row[number] > 0} for stand, row in left.items()}
        return Free(
            rounds=rounds,
            open={stand: sum(1 << number for number in row) for stand, row in seats.items()},
            seats={stand: sum(row.values()) for stand, row in seats.items()},
            count=count,
        )

    def _refuse_broken(self, problem: Problem, plan: Plan) -> None:
        """Raise InvalidInput for a plan that breaks a rule; of the pairs only those planned are looked at."""
        pairs = tuple(pair for pair in problem.pairs if pair.stand in self.planned.get(pair.candidate, ()))
        broken = check(replace(problem, pairs=pairs), plan).broken
        if broken:
            raise InvalidInput("", f"the plan to be changed breaks a rule of its problem: {broken}")


class _Continued(Solver):
    """The planner for the rounds to come."""

    def __init__(self, draft: Draft, later: int, watch: Watch, seed: int, publish: Publish | None, past: _Past) -> None:
        super().__init__(draft, later, watch, seed, publish)
        self.past = past
        self.told = -1
        done = [at for at in draft.taken if not later >> draft.taken[at][0] & 1]
        self.before = draft.count_conversations(done)
        self.had = replace(draft, taken={at: draft.taken[at] for at in done}).value()

    def fill(self) -> Plan:
        """Fill the free seats quickly, and tell of the answer."""
        board = self._name()
        self.watch.start("filling", 1, FILLING)
        Filler(board).fill(lambda: self.watch.go_on(0, board.value))
        self.watch.end()
        status = self._status(board.value, finished=False)
        plan = write_board(board, self.bound, self.watch.seconds, status)
        if self.publish is not None:
            self.publish(plan)
        return plan

    def finish(self) -> Plan:
        """Name the interpreters, shorten the waits of those who are new, and write the plan."""
        board = self._name()
        self.watch.start("waiting", PASSES * len(board.day), SHARES["waiting"])
        tightener = Tightener(board, Placer(board, Prices.none(self.instance)))
        done = tightener.tighten(lambda count: self.watch.go_on(count, board.value))
        give_back(board, self.past.announced)
        if not self.watch.was_cancelled:
            staying = Staying(board, self.everything, self.past.announced, self.seed)
            staying.improve(self.watch.time_limit - self.watch.seconds)
        self.watch.end()
        return write_board(board, self.bound, self.watch.seconds, self._status(board.value, self.finished and done))

    def _name(self) -> Board:
        return name_changed(self.draft, self.everything, self.past.seated, self.past.announced)

    def _select(self) -> Selection | None:
        """Without the past; its choices, at the end, cost too much to be offered again."""
        choices = self.draft.choices[: len(self.draft.choices) - len(self.past.seated)]
        model = Selecting(self.instance, self.draft.groups, choices, self.everything, self.before)
        selection = model.run(self._left("selecting"))
        if selection is None:
            return None
        never = np.full(len(self.past.seated), np.inf)
        return replace(selection, costs=np.concatenate([selection.costs, never]))

    def _improve_bound(self, bound: int) -> None:
        """The models know the rounds to come only."""
        super()._improve_bound(bound + self.had)

    def _bound_of_candidates(self) -> int:
        """What must be, and in every seat left over the most that anybody could have from one more conversation."""
        musts = [at for at, choice in enumerate(self.draft.choices) if choice.must]
        count = self.draft.count_conversations(musts)
        worth = replace(self.draft, taken=dict.fromkeys(musts, (0, 0))).value()
        seats = sum(sum(row[number] for number in bits(self.everything)) for row in self.instance.seats)
        seats -= sum(1 for at in musts if self.draft.choices[at].rounds & self.everything)
        more = [
            step + BEST_SCORE
            for candidate, limit in enumerate(self.instance.limit)
            if self.instance.present[candidate]
            for step in self.instance.steps[count.get(candidate, 0) : limit]
        ]
        return worth + sum(sorted(more, reverse=True)[: max(0, seats)])

    def _tell(self, value: int) -> None:
        """Publish what is better than what was published before."""
        value = self.draft.value()
        self.watch.value = value
        if value > self.told:
            self.told = value
            if self.publish is not None:
                status = self._status(value, finished=False)
                self.publish(write_board(self._name(), self.bound, self.watch.seconds, status))


def _seat(one: Conversation) -> Seat:
    return one.candidate, one.stand, one.round
