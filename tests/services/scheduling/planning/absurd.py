"""Problems and changes that nobody would think of, and that must be answered all the same."""

from dataclasses import replace

from services.scheduling.planning import Changes, Pair, Problem, Rules
from services.scheduling.planning.problem import CandidateRounds, InterpreterRounds, StandSeats
from tests.services.scheduling.planning.problems import UKRAINIAN, candidate, everybody_may_talk, interpreter, stand

TALK = everybody_may_talk(
    Problem(
        4,
        Rules(),
        (stand("S1", (1, 2, 0, 1)), stand("S2", (1, 1, 1, 1))),
        (candidate("C1", rounds=(0, 3)), candidate("C2", UKRAINIAN, (0, 3)), candidate("C3", UKRAINIAN, (1, 2))),
        (interpreter("I1", rounds=range(4)),),
    )
)
ABSURD = {
    "nothing at all": Problem(0),
    "no rounds": Problem(0, Rules(), (stand(seats=()),), (candidate(rounds=(0, -1)),), (interpreter(rounds=()),)),
    "no stands": replace(TALK, stands=(), pairs=()),
    "no candidates": replace(TALK, candidates=(), pairs=()),
    "no interpreters": replace(TALK, interpreters=()),
    "no pairs": replace(TALK, pairs=()),
    "a candidate without languages": replace(TALK, candidates=tuple(replace(c, languages={}) for c in TALK.candidates)),
    "a stand without languages": replace(TALK, stands=tuple(replace(s, languages={}) for s in TALK.stands)),
    "interpreters with no rounds": replace(TALK, interpreters=(interpreter(rounds=()),)),
    "interpreters without pairs": replace(TALK, interpreters=(interpreter(pairs=(), rounds=range(4)),)),
    "no seats": replace(TALK, stands=tuple(replace(s, seats=(0, 0, 0, 0)) for s in TALK.stands)),
    "far too many seats": replace(TALK, stands=tuple(replace(s, seats=(10_000,) * 4) for s in TALK.stands)),
    "nobody is there": replace(TALK, candidates=tuple(replace(c, rounds=(2, 1)) for c in TALK.candidates)),
    "nobody may talk": replace(TALK, candidates=tuple(replace(c, max_conversations=0) for c in TALK.candidates)),
    "scores all 0": replace(TALK, pairs=tuple(replace(pair, score=0) for pair in TALK.pairs)),
    "stretch of one round": replace(TALK, rules=Rules(stretch=(1, 1))),
    "stretch longer than the day": replace(TALK, rules=Rules(stretch=(1, 1000))),
    "ladder all 0": replace(TALK, rules=Rules(ladder=(0, 0, 0))),
    "no ladder": replace(TALK, rules=Rules(ladder=())),
    "ladder longer than the day": replace(TALK, rules=Rules(ladder=(9, 8, 7, 6, 5, 4, 3, 2, 1))),
    "nothing is worth anything": replace(
        TALK, rules=Rules(ladder=()), pairs=tuple(replace(pair, score=0) for pair in TALK.pairs)
    ),
    "steps of a million": replace(TALK, rules=Rules(ladder=(1_000_000, 1_000_000, 1_000_000))),
}

_PEOPLE = tuple(one.id for one in TALK.candidates)
_STANDS = tuple(one.id for one in TALK.stands)
_NEW = (candidate("without languages", {}, (0, 3)), candidate("never there", rounds=(2, 1)), candidate("none", limit=0))
ABSURD_CHANGES = {
    "nothing changes": Changes(),
    "everybody is gone": Changes(absent_candidates=_PEOPLE),
    "all stands are gone": Changes(absent_stands=_STANDS),
    "all interpreters are ill": Changes(absent_interpreters=("I1",)),
    "interpreters with no rounds": Changes(interpreter_rounds=(InterpreterRounds("I1", ()),)),
    "nobody has rounds left": Changes(candidate_rounds=tuple(CandidateRounds(name, (2, 1)) for name in _PEOPLE)),
    "no seats are left": Changes(stand_seats=tuple(StandSeats(name, (0, 0, 0, 0)) for name in _STANDS)),
    "far too many seats": Changes(stand_seats=tuple(StandSeats(name, (10_000,) * 4) for name in _STANDS)),
    "those who come can do nothing": Changes(
        new_candidates=_NEW,
        new_interpreters=(interpreter("knows nothing", (), range(4)), interpreter("never there", rounds=())),
        new_stands=(stand("no seats", (0,) * 4), stand("no languages", (1,) * 4, {})),
        new_pairs=tuple(Pair(one.id, name, 0) for one in _NEW for name in (*_STANDS, "no seats", "no languages")),
    ),
    "all go": Changes(absent_candidates=_PEOPLE, absent_stands=_STANDS, absent_interpreters=("I1",)),
}
