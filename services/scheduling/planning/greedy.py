"""The greedy planner, for comparison: fixed conversations first, then seat by seat at prices, then exchanges, then
rounds and walks.

Stages, as the progress names them: `bound` (prices and the proven bound, bound.py), `placing` (placing.py),
`improving` (improving.py), `waiting` (idle.py), `walking` (moves.py). Every stage leaves a board that keeps all
hard rules, so the planner may be stopped between any two steps. The same problem and seed give the same plan,
unless time was too short.
"""

from random import Random

from .board import Board
from .bound import STEPS, Prices, find_prices
from .clashes import place_fixed
from .idle import PASSES as WAITING_PASSES
from .idle import Tightener
from .improving import Improver
from .instance import Instance
from .moves import PASSES as WALKING_PASSES
from .moves import Walks
from .placing import Placer
from .plan import Cancelled, Plan, Report, Status
from .problem import Problem
from .validity import validate
from .watch import Watch
from .writing import refuse, write_board

EXCHANGES_A_SEAT = 15
MOST_EXCHANGES = 12_000
ROUNDS_OF_FINISHING = 3


def solve_greedily(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit: float = 60.0,
    progress: Report | None = None,
    cancelled: Cancelled | None = None,
) -> Plan:
    """Make a plan that keeps every hard rule, and a proven bound on what any plan is worth.

    `time_limit` is in seconds; `progress` is called some ten times a second, and `cancelled` asked as often. Raises
    InvalidInput for a problem that is none (validity.py); fixed conversations that clash give status infeasible.
    """
    validate(problem)
    watch = Watch(time_limit, progress, cancelled)
    board = Board(Instance(problem))
    clashes = place_fixed(board)
    if clashes:
        return refuse(clashes, watch)
    prices = _price(board, watch)
    lots = Random(seed)  # noqa: S311 - drawing lots, no secret
    finished = _Planner(board, prices, watch, lots).run()
    status: Status = "within_gap" if finished else "stopped"
    if board.value == prices.bound:
        status = "optimal"
    return write_board(board, prices.bound, watch.seconds, status)


class _Planner:
    """The stages after the bound."""

    def __init__(self, board: Board, prices: Prices, watch: Watch, random: Random) -> None:
        self.board = board
        self.bound = prices.bound
        self.watch = watch
        self.placer = Placer(board, prices)
        self.random = random

    def run(self) -> bool:
        """Run all stages, each within its share of the time; False when one had to stop before it was done."""
        finished = self._place()
        finished &= self._improve()
        for _ in range(ROUNDS_OF_FINISHING):
            finished &= self._shorten_waits()
            finished &= self._shorten_walks()
            before = self.board.count
            if not finished or not self._place() or self.board.count == before:
                break  # otherwise the moved rounds and interpreters brought a new seat within reach
        return finished

    def _place(self) -> bool:
        self.watch.start("placing", _count_seats(self.board), 0.8)
        before, done = -1, True
        while done and before < self.board.count:  # a seat taken may have moved others, and so freed yet another
            before = self.board.count
            done = self.placer.place_all(lambda count: self.watch.go_on(count, self.board.value))
            self.board.forget_steps()
        self.watch.end()
        return done

    def _improve(self) -> bool:
        """Exchange until the tries are used up or nothing better can exist. Some time is left for the stages after."""
        exchanges = min(EXCHANGES_A_SEAT * _count_seats(self.board), MOST_EXCHANGES)
        self.watch.start("improving", exchanges, 0.85)
        improver = Improver(self.board, self.placer, self.random)
        done = improver.improve(exchanges, self._may_improve)
        self.watch.end()
        return done or self.board.value == self.bound

    def _may_improve(self, done: int) -> bool:
        return self.watch.go_on(done, self.board.value) and self.board.value < self.bound

    def _shorten_waits(self) -> bool:
        self.watch.start("waiting", WAITING_PASSES * len(self.board.day), 0.95)
        done = Tightener(self.board, self.placer).tighten(lambda count: self.watch.go_on(count, self.board.value))
        self.board.forget_steps()
        self.watch.end()
        return done

    def _shorten_walks(self) -> bool:
        self.watch.start("walking", WALKING_PASSES * self.board.instance.rounds)
        done = Walks(self.board).shorten(lambda count: self.watch.go_on(count, self.board.value))
        self.watch.end()
        return done


def _price(board: Board, watch: Watch) -> Prices:
    watch.start("bound", STEPS, 0.4)

    def go_on(done: int, bound: int) -> bool:
        watch.bound = bound
        return watch.go_on(done, board.value)

    prices = find_prices(board.instance, go_on)
    watch.bound = prices.bound
    watch.end()
    return prices


def _count_seats(board: Board) -> int:
    return sum(map(sum, board.instance.seats))
