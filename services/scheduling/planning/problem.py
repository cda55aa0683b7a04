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


@dataclass(frozen=True, slots=True)
class CandidateRounds:
    """A candidate who comes later or leaves earlier or later than planned: first and last round, both included."""

    candidate: str
    rounds: tuple[int, int]


@dataclass(frozen=True, slots=True)
class InterpreterRounds:
    """An interpreter who is there in other rounds than planned."""

    interpreter: str
    rounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StandSeats:
    """A stand with more or fewer seats than planned, in every round."""

    stand: str
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What turned out otherwise on the day. It counts from the round in which planning begins anew; the past stays.

    `absent_…`: did not come, fell ill, or left; a stand that is absent has no seats any more. `new_…`: walk-ins and
    whoever else arrived; `new_pairs` says who may talk from now on beside those who may already. As JSON, with every
    list left out that would be empty:

        {"absent_candidates": ["C7"], "absent_interpreters": ["I2"], "absent_stands": ["S9"],
         "candidate_rounds": [{"candidate": "C8", "rounds": [5, 9]}],
         "interpreter_rounds": [{"interpreter": "I3", "rounds": [4, 5, 6]}],
         "stand_seats": [{"stand": "S1", "seats": [2, 2, 2, 1, 1]}],
         "new_candidates": [{"id": "W1", "languages": {"uk": "C2"}, "rounds": [3, 9], "max_conversations": 2}],
         "new_interpreters": [{"id": "I9", "pairs": [["uk", "nl"]], "rounds": [3, 4]}],
         "new_stands": [{"id": "S13", "languages": {"nl": "C2"}, "seats": [0, 0, 0, 2, 2], "position": [3, 1]}],
         "new_pairs": [{"candidate": "W1", "stand": "S1", "score": 64}]}
    """

    absent_candidates: tuple[str, ...] = ()
    absent_interpreters: tuple[str, ...] = ()
    absent_stands: tuple[str, ...] = ()
    candidate_rounds: tuple[CandidateRounds, ...] = ()
    interpreter_rounds: tuple[InterpreterRounds, ...] = ()
    stand_seats: tuple[StandSeats, ...] = ()
    new_candidates: tuple[Candidate, ...] = ()
    new_interpreters: tuple[Interpreter, ...] = ()
    new_stands: tuple[Stand, ...] = ()
    new_pairs: tuple[Pair, ...] = ()
