"""What the planner answers: the conversations, what they are worth, and what could be worth at most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "within_gap", "stopped", "infeasible"]
"""optimal: no plan has a higher value (proven). within_gap: finished; the gap says how much there may be left.
stopped: time was up or somebody cancelled; what is there keeps every rule. infeasible: fixed conversations clash."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """`interpreter` is None where both sides share a language."""

    candidate: str
    stand: str
    round: int
    interpreter: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Why fixed conversations cannot all stay. `clashes.py` lists the codes; `limit` is the number that was passed."""

    code: str
    conversations: tuple[Conversation, ...]
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`value` is the sum of ladder and scores; no plan whatever is worth more than `bound`.

    No plan with the same conversations, in whatever rounds, has fewer idle rounds than `idle_bound`; however these
    conversations, in these rounds, are handed out to interpreters, there are no fewer moves than `moves_bound`. None
    where nothing was proven.
    """

    conversations: tuple[Conversation, ...]
    value: int
    bound: int
    idle_rounds: int
    interpreter_moves: int
    seconds: float
    status: Status
    clashes: tuple[Clash, ...] = ()
    idle_bound: int | None = None
    moves_bound: int | None = None

    @property
    def gap(self) -> float:
        """The part of the bound that may be missing: 0.0 is the best possible plan, 1.0 is nothing at all."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the planner is: `done` of `total` steps of this `stage`, with the value reached so far."""

    stage: str
    done: int
    total: int
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """The part of the bound that is still missing."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]
