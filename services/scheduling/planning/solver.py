"""The planner, in the process that calls it: from a problem to the best plan that the time allows, stage by stage.

1. `selecting` (selecting.py): who talks to whom without rounds, and the bound.
2. `timing` (timing.py): first in which block of rounds each conversation belongs,
3. then in which round of the block. `improving`: what found no place is seated by chains of exchanges (seating.py),
   which is nearly always the best there is. Where it is not, a few rounds at a time are made anew, with everything that
   could fill them; more rounds and more choices at a time as long as something is missing (neighbourhoods.py), at first
   in turn with chains. Small problems end with all rounds and all choices at once: a proof.
4. Interpreters are named (rotation.py), whenever a draft is written down as a plan.
5. `waiting` (shortening.py) and `walking` (moves.py, moves_bound.py), with the conversations and so the value kept.

Every stage leaves a draft that keeps all hard rules. The same problem and seed give the same plan, unless time was too
short for a stage, or for one of the models that have seconds (neighbourhoods.py).
"""

import math
from collections.abc import Callable

from .bound import Prices
from .choices import list_choices
from .clashes import find_clashes, name_unserved
from .draft import Draft
from .groups import group_interpreters
from .instance import Instance, span
from .moves import PASSES as WALKING_PASSES
from .moves import Walks
from .moves_bound import bound_moves
from .neighbourhoods import Neighbourhood, Offers
from .placing import Placer
from .plan import Cancelled, Plan, Report, Status
from .problem import Problem
from .seating import Seating
from .selecting import Selecting, Selection
from .shortening import shorten_waits
from .timing import Timing, cut_into_blocks, one_by_one
from .validity import validate
from .watch import Watch
from .writing import name_draft, read_board, refuse, write_board

BLOCK = 5
"""Rounds in a block: the stretch of most interpreters."""
AT_ONCE = 20_000
"""Columns of the largest model that is solved in whole numbers."""
TO_PROVE = 90_000
"""Columns of the largest model that is relaxed to prove a better bound."""
TRIES_TO_SEAT = (15, 100, 100)
"""Tries without anybody seated after which it stops, for each conversation selected: at first, and after each of the
first other steps.
"""
AT_A_TIME = 1_000
"""Tries before the plan is looked at again."""
SHARES = {
    "selecting": 0.6,
    "timing": 0.75,
    "improving": 0.8,
    "waiting": 0.9,
    "idle bound": 0.94,
    "walking": 0.97,
    "moves bound": 0.99,
}
"""The part of the time after which each stage must be over."""

Publish = Callable[[Plan], None]
"""Told of every better plan on the way."""


def make_plan(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit: float = 60.0,
    progress: Report | None = None,
    cancelled: Cancelled | None = None,
    publish: Publish | None = None,
) -> Plan:
    """Make the best plan that the time allows, and a proven bound on every plan.

    `time_limit` is in seconds; a step that is under way is not broken off (process.py does that). Raises InvalidInput
    for a problem that is none (validity.py); fixed conversations that clash give status infeasible.
    """
    validate(problem)
    watch = Watch(time_limit, progress, cancelled)
    instance = Instance(problem)
    clashes = find_clashes(instance)
    if clashes:
        return refuse(clashes, watch)
    draft = Draft(instance, group_interpreters(instance), list_choices(instance))
    solver = Solver(draft, span(0, instance.rounds - 1), watch, seed, publish)
    if not solver.seat_fixed():
        return refuse(name_unserved(instance), watch)
    if not solver.run():
        solver.seat_quickly()
    return solver.finish()


class Solver:
    """The stages, on one draft, for the rounds `everything`; what the draft has in other rounds stays as it is."""

    def __init__(self, draft: Draft, everything: int, watch: Watch, seed: int, publish: Publish | None) -> None:
        self.instance = draft.instance
        self.watch = watch
        self.seed = seed
        self.publish = publish
        self.everything = everything
        self.draft = draft
        self.bound = watch.bound = self._bound_of_candidates()
        self.selection: Selection | None = None
        self.finished = False

    # ── the stages ──────────────────────────────────────────────────────────────────────────────────────────

    def seat_fixed(self) -> bool:
        """Put the fixed conversations in the draft; False when there are not the interpreters for all of them."""
        must = [at for at, choice in enumerate(self.draft.choices) if choice.must]
        if not must:
            return True
        timing = Timing(self.draft, must, one_by_one(self.everything))
        solution = timing.solve(math.inf)
        if solution is None:
            return False
        self.draft.replace(self.everything, timing.read(solution))
        return True

    def run(self) -> bool:
        """Select, time and improve, as far as the time goes; False when it was up before every round was made."""
        self._tell(self.draft.value())
        self.watch.start("selecting", 1, SHARES["selecting"])
        self.selection = self._select()
        if self.selection is None:
            return False
        self._improve_bound(self.selection.bound)
        if not self._time_blocks(self.selection.chosen):
            return False
        self.finished = self._improve()
        return True

    def seat_quickly(self) -> None:
        """Seat whoever can be seated, one after the other: not the best there is, but quick."""
        board = name_draft(self.draft)
        self.watch.start("improving", sum(map(sum, self.instance.seats)), SHARES["improving"])
        Placer(board, Prices.none(self.instance)).place_all(lambda count: self.watch.go_on(count, board.value))
        board.forget_steps()
        read_board(board, self.draft)
        self._tell(board.value)

    def _select(self) -> Selection | None:
        model = Selecting(self.instance, self.draft.groups, self.draft.choices)
        return model.run(self._left("selecting"))

    def finish(self) -> Plan:
        """Name the interpreters, shorten waits and walks with the value kept, and write the plan."""
        shares = SHARES["waiting"], SHARES["idle bound"]
        done, idle_bound = shorten_waits(
            self.draft, self.watch, self.seed, *shares, lambda: self._tell(self.draft.value())
        )
        board = name_draft(self.draft)
        self.watch.start("walking", WALKING_PASSES * self.instance.rounds, SHARES["walking"])
        done &= Walks(board).shorten(lambda count: self.watch.go_on(count, board.value))
        moves_bound = bound_moves(board, self._left("moves bound"))
        self.watch.end()
        status = self._status(board.value, self.finished and done)
        return write_board(board, self.bound, self.watch.seconds, status, idle_bound, moves_bound)

    def _time_blocks(self, selected: list[int]) -> bool:
        """Spread what was selected over blocks of rounds and give rounds in the first block; again for the rest.

        False when time was up before the last block.
        """
        blocks = [block & self.everything for block in cut_into_blocks(self.instance.rounds, BLOCK)]
        blocks = [block for block in blocks if block]
        self.watch.start("timing", len(blocks), SHARES["timing"])
        for done, block in enumerate(blocks):
            if not self.watch.go_on(done, self.draft.value()):
                return False
            spread = Timing(self.draft, selected, blocks[done:])
            solution = spread.solve(self._left("timing"), self.seed)
            if solution is None:
                return False
            here = [at for at, (number, _) in spread.read(solution).items() if block >> number & 1]
            self._remake(here, block, "timing")
        return True

    def _improve(self) -> bool:
        """Make rounds anew as long as something is missing; False when time was up before all was tried."""
        assert self.selection is not None
        self.watch.start("improving", 100, SHARES["improving"])
        offers = Offers(self.draft, self.selection, self.everything)
        for turn, neighbourhood in enumerate(offers.list_neighbourhoods(AT_ONCE)):
            if self._is_best():
                return True
            if turn < len(TRIES_TO_SEAT) and not self._seat_missing(self.selection.chosen, turn):
                return False
            better = True
            while better and not self._is_best():
                better = False
                for rounds in offers.cut_rounds(neighbourhood.width):
                    if self._is_best():
                        break
                    if not self.watch.go_on(0, self.draft.value()):
                        return False
                    better |= self._remake(offers.offer(neighbourhood, rounds), rounds, "improving", neighbourhood)
        if not self._is_best():
            self._prove()
        return True

    def _seat_missing(self, selected: list[int], turn: int) -> bool:
        """Seat what was selected and has no place yet, by chains; False when time was up before all was tried."""
        seating = Seating(self.draft, selected, self.seed + turn)
        failed = 0
        while seating.missing and failed < TRIES_TO_SEAT[turn] * len(selected):
            if not self.watch.go_on(0, self.draft.value()):
                return False
            if seating.try_to_seat(AT_A_TIME):
                failed = 0
                self._tell(self.draft.value())
            else:
                failed += AT_A_TIME
        return True

    def _prove(self) -> None:
        """A better bound than that of the selection: all choices in all rounds, in whole numbers or relaxed."""
        everything = range(len(self.draft.choices))
        timing = Timing(self.draft, everything, one_by_one(self.everything))
        if timing.model.columns <= AT_ONCE:
            solution = timing.solve(self._left("improving"), self.seed)
            if solution is not None:
                self._adopt(timing.rounds, timing.read(solution))
                self._improve_bound(solution.proven)
        elif timing.model.columns <= TO_PROVE:
            relaxed = timing.model.relax(self._left("improving"))
            if relaxed is not None:
                self._improve_bound(relaxed.proven)

    # ── one step ────────────────────────────────────────────────────────────────────────────────────────────

    def _remake(self, offered: list[int], rounds: int, stage: str, how: Neighbourhood | None = None) -> bool:
        """Make these rounds anew from what is there and what is offered; whether the plan became better."""
        timing = Timing(self.draft, offered, one_by_one(rounds))
        seconds, seed = (how.seconds, how.seed) if how else (math.inf, 0)
        solution = timing.solve(min(seconds, self._left(stage)), self.seed + seed)
        return solution is not None and self._adopt(rounds, timing.read(solution))

    def _adopt(self, rounds: int, placed: dict[int, tuple[int, int]]) -> bool:
        """Take it over unless it is worse; an equal one too, because it may lead on where the old one did not."""
        before, old = self.draft.value(), dict(self.draft.taken)
        self.draft.replace(rounds, placed)
        after = self.draft.value()
        if after < before:
            self.draft.taken = old
        if after > before:
            self._tell(after)
        return after > before

    # ── time, value and bound ───────────────────────────────────────────────────────────────────────────────

    def _left(self, stage: str) -> float:
        return SHARES[stage] * self.watch.time_limit - self.watch.seconds

    def _is_best(self) -> bool:
        return self.draft.value() >= self.bound

    def _status(self, value: int, finished: bool) -> Status:
        if value >= self.bound:
            return "optimal"
        return "within_gap" if finished else "stopped"

    def _improve_bound(self, bound: int) -> None:
        self.bound = min(self.bound, bound)
        self.watch.bound = self.bound

    def _bound_of_candidates(self) -> int:
        """What everybody could have alone."""
        best = 0
        for limit, options in zip(self.instance.limit, self.instance.options, strict=True):
            scores = [option.score for option in options.values()][:limit]
            best += sum(scores) + sum(self.instance.steps[: len(scores)])
        return best

    def _tell(self, value: int) -> None:
        self.watch.value = value
        if self.publish is not None:
            status = self._status(value, finished=False)
            self.publish(write_board(name_draft(self.draft), self.bound, self.watch.seconds, status))
