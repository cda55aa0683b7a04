"""What the planner is asked: plain values, no database, no web.

Rounds count from 0. A language is a code such as `uk`; two codes are the same language only when they are
equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

Stretch = tuple[int, int]
"""At most the first number of conversations in any second number of consecutive rounds: `(4, 5)`."""


class Level(IntEnum):
    """Levels of the Common European Framework of Reference, in their order: `Level.B1 < Level.C2`."""

    A1 = 1
    A2 = 2
    B1 = 3
    B2 = 4
    C1 = 5
    C2 = 6


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts for everybody: `ladder` is what a first, second, … conversation of a candidate is worth."""

    min_level: Level = Level.B1
    ladder: tuple[int, ...] = (1000, 300, 100)
    max_conversations: int = 5
    stretch: Stretch = (4, 5)


@dataclass(frozen=True, slots=True)
class Stand:
    """A stand, its languages together, and its seats in every round; `position` is where it stands in the hall."""

    id: str
    languages: Mapping[str, Level]
    seats: tuple[int, ...]
    position: tuple[float, float] = (0, 0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`rounds` is the first and the last round given, both included; `(k, k - 1)` means no round at all."""

    id: str
    languages: Mapping[str, Level]
    rounds: tuple[int, int]
    max_conversations: int | None = None


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter translates each of the `pairs` in both directions, in the `rounds` given and in no other."""

    id: str
    pairs: tuple[tuple[str, str], ...]
    rounds: tuple[int, ...]
    stretch: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate and a stand who may talk, and how well they fit: 0 to 100."""

    candidate: str
    stand: str
    score: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """A conversation that must be in the plan, in this round."""

    candidate: str
    stand: str
    round: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that the planner knows."""

    rounds: int
    rules: Rules = field(default_factory=Rules)
    stands: tuple[Stand, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    pairs: tuple[Pair, ...] = ()
    fixed: tuple[Fixed, ...] = ()
