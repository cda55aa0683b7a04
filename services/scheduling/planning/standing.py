"""Who interprets after a change: whoever was announced, wherever that is possible.

First everybody gets the interpreter that was announced, and what is new is handed out around that, colleagues taking
over from each other within a round where it helps (crew.py). Where that does not work out, the work of each group is
handed out in turn (rotation.py), which always does, and conversations are given back to whoever was announced.
"""

from collections.abc import Mapping, Sequence

from .board import Board
from .continuing import Seated
from .crew import Crew, Job
from .draft import NOBODY, Draft
from .instance import bits
from .rotation import name_interpreters

CHAIN, TRIES = 3, 400
"""How many conversations may be passed on for one more, and how many ways of doing so are tried."""

Place = tuple[int, int]
"""Candidate and round."""


def name_changed(draft: Draft, later: int, past: Sequence[Seated], announced: Mapping[Place, int]) -> Board:
    """A board with all that is in the draft; the past has its interpreters, the rest those announced if it can."""
    board = _seat(draft, later, past)
    wanted = _list_wanted(draft, later)
    if not _hand_out_around(board, later, wanted, announced):
        _hand_out_in_turn(board, draft, later)
    give_back(board, announced)
    board.forget_steps()
    return board


def _seat(draft: Draft, later: int, past: Sequence[Seated]) -> Board:
    """Everybody seated; the past and what must stay locked, and no room left before now."""
    board = Board(draft.instance)
    places = [(number, draft.choices[at]) for at, (number, _) in draft.taken.items()]
    for number, choice in sorted(places, key=lambda place: (place[0], place[1].candidate)):
        board.seat(choice.candidate, choice.stand, number, lock=choice.must)
    board.free = [free & later for free in board.free]
    board.room = [room & later for room in board.room]
    for one in past:
        if one.interpreter is not None:
            team = draft.instance.options[one.candidate][one.stand].team
            board.crew.put(one.round, one.interpreter, (one.candidate, team))
    return board


def _list_wanted(draft: Draft, later: int) -> list[tuple[int, int, int]]:
    """Round, candidate and team of every conversation to come that needs an interpreter."""
    return sorted(
        (number, draft.choices[at].candidate, draft.choices[at].team)
        for at, (number, group) in draft.taken.items()
        if group != NOBODY and later >> number & 1
    )


def _hand_out_around(
    board: Board, later: int, wanted: list[tuple[int, int, int]], announced: Mapping[Place, int]
) -> bool:
    """Everybody announced where they were announced, then the rest; False, with nothing done, when it does not fit."""
    mark = board.mark()
    crew = board.crew
    rest = []
    for number, candidate, team in wanted:
        interpreter = announced.get((candidate, number))
        if interpreter is not None and crew.open[number] >> interpreter & 1:
            crew.put(number, interpreter, (candidate, team))
        else:
            rest.append((number, candidate, team))
    for number, candidate, team in rest:
        if not _Handing(crew, later).add((candidate, team), number, CHAIN):
            board.rollback(mark)
            return False
    return True


class _Handing:
    """Finding an interpreter for one more conversation, others passing on theirs where the stretch leaves no time."""

    def __init__(self, crew: Crew, later: int) -> None:
        self.crew = crew
        self.later = later
        self.tries = TRIES

    def add(self, job: Job, number: int, chain: int) -> bool:
        """Have it interpreted, with at most `chain` others passed on to another interpreter, one for the other."""
        if self.crew.add(*job, number):
            return True
        return chain > 0 and any(
            self._make_time(job, number, interpreter, other, chain)
            for interpreter in bits(self.crew.teams[job[1]] & ~self.crew.open[number])
            if interpreter not in self.crew.jobs[number] and self.crew.instance.duty[interpreter] >> number & 1
            for other in bits(self.crew.work[interpreter] & self.later)
        )

    def _make_time(self, job: Job, number: int, interpreter: int, other: int, chain: int) -> bool:
        """Let the interpreter take this job, and somebody else what the interpreter has in the round `other`."""
        if self.tries <= 0:
            return False
        self.tries -= 1
        crew = self.crew
        mark = len(crew.log)
        passed = crew.jobs[other][interpreter]
        crew.put(other, interpreter, None)
        if crew.open[number] >> interpreter & 1:
            crew.put(number, interpreter, job)
            if self.add(passed, other, chain - 1):
                return True
        crew.rollback(mark)
        return False


def _hand_out_in_turn(board: Board, draft: Draft, later: int) -> None:
    served = [
        (number, draft.choices[at].candidate, group)
        for at, (number, group) in draft.taken.items()
        if group != NOBODY and later >> number & 1
    ]
    teams = {(candidate, number): team for number, candidate, team in _list_wanted(draft, later)}
    for (candidate, number), interpreter in name_interpreters(list(draft.groups), served).items():
        board.crew.put(number, interpreter, (candidate, teams[candidate, number]))


def give_back(board: Board, announced: Mapping[Place, int]) -> None:
    """Exchange within rounds until no more announced interpreters can have their own conversations back."""
    changed = True
    while changed:
        changed = sum(_take_back(board.crew, place, own) for place, own in announced.items()) > 0


def _take_back(crew: Crew, place: Place, own: int) -> bool:
    """Give the conversation to `own` if nobody else loses theirs by it; whether it was done."""
    candidate, number = place
    now = next((who for who, job in crew.jobs[number].items() if job[0] == candidate), own)
    if now == own or not crew.instance.duty[own] >> number & 1:
        return False
    theirs = crew.jobs[number].get(own)
    if theirs is None and not crew.open[number] >> own & 1:
        return False
    if theirs is not None and not crew.teams[theirs[1]] >> now & 1:
        return False
    mine = crew.jobs[number][now]
    crew.put(number, now, theirs)
    crew.put(number, own, mine)
    return True
