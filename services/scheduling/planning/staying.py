"""As many announced interpreters as possible stay, with the conversations where they are.

    maximise    Σ x[q, own interpreter of q]
    subject to  Σ_i x[q,i] ≥ 1                                       everybody is interpreted for
                Σ_{q in round t} x[q,i] ≤ 1
                Σ_{q in window} x[q,i] ≤ most − past work of i in it   the stretch
                x in {0, 1}

For each conversation q there is a choice of the interpreter it has now, the one announced, and a few others: enough to
make room for those announced, and few enough for thousands of conversations.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from .board import Board
from .crew import Job
from .handing import Place
from .instance import bits
from .linear import LinearModel

COLUMNS = 20_000
"""About as many as the model may have."""


@dataclass(frozen=True, slots=True)
class _Column:
    """An interpreter for a conversation."""

    job: Job
    round: int
    interpreter: int


class Staying:
    """The model, for one board, the rounds to come and the interpreters announced for conversations that were kept."""

    def __init__(self, board: Board, later: int, announced: Mapping[Place, int], seed: int) -> None:
        self.crew = board.crew
        self.later = later
        self.announced = announced
        self.random = Random(seed)  # noqa: S311 - drawing lots, no secret
        self.model = LinearModel()
        self.columns: list[_Column] = []
        self.at_once: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._add_conversations()
        for columns in self.at_once.values():
            if len(columns) > 1:
                self.model.add_row(1, columns)
        self._add_stretch()

    def improve(self, seconds: float) -> None:
        """Hand the conversations out anew, unless nothing is gained by it."""
        before = sum(self._is_own(column) for column in self._list_now())
        solution = self.model.solve(seconds)
        if solution is None or solution.value <= before:
            return
        for column in list(self._list_now()):
            self.crew.put(column.round, column.interpreter, None)
        for at in solution.chosen():
            column = self.columns[at]
            self.crew.put(column.round, column.interpreter, column.job)

    def _list_now(self) -> Iterator[_Column]:
        for number in bits(self.later):
            for interpreter, job in self.crew.jobs[number].items():
                yield _Column(job, number, interpreter)

    def _is_own(self, column: _Column) -> bool:
        return self.announced.get((column.job[0], column.round)) == column.interpreter

    def _add_conversations(self) -> None:
        conversations = list(self._list_now())
        for now in conversations:
            own = []
            for interpreter in self._list_options(now, COLUMNS // len(conversations)):
                column = _Column(now.job, now.round, interpreter)
                number = self.model.add_column(int(self._is_own(column)))
                self.columns.append(column)
                self.at_once[interpreter, now.round].append(number)
                own.append(number)
            self.model.add_row(-1, (), own)
            if len(own) > 1:
                self.model.add_row(1, own)

    def _list_options(self, now: _Column, others: int) -> list[int]:
        duty = self.crew.instance.duty
        team = self.crew.teams[now.job[1]]
        able = [who for who in bits(team & ~(1 << now.interpreter)) if duty[who] >> now.round & 1]
        found = {now.interpreter, *self.random.sample(able, min(others, len(able)))}
        announced = self.announced.get((now.job[0], now.round), now.interpreter)
        return sorted(found | {announced} if announced in able else found)

    def _add_stretch(self) -> None:
        instance = self.crew.instance
        for interpreter, (most, length) in enumerate(instance.stretch):
            for window in instance.windows[interpreter] if most < length else ():
                columns = [
                    at for number in bits(window & self.later) for at in self.at_once.get((interpreter, number), ())
                ]
                past = (self.crew.work[interpreter] & window & ~self.later).bit_count()
                if columns:
                    self.model.add_row(most - past, columns)
