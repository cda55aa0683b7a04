"""Who interprets after a change: whoever was announced, wherever that is possible.

First everybody gets the interpreter that was announced, and what is new is handed out around that, colleagues taking
over from each other within a round where it helps (crew.py). Where that does not work out, the work of each group is
handed out in turn (rotation.py), which always does, and conversations are given back to whoever was announced.
"""

from collections.abc import Mapping, Sequence

from .board import Board
from .continuing import Seated
from .crew import Crew
from .draft import NOBODY, Draft
from .handing import Place, Wanted, hand_out_around
from .rotation import name_interpreters


def name_changed(draft: Draft, later: int, past: Sequence[Seated], announced: Mapping[Place, int]) -> Board:
    """A board with all that is in the draft; the past has its interpreters, the rest those announced if it can."""
    board = _seat(draft, later, past)
    wanted = _list_wanted(draft, later)
    if not hand_out_around(board.crew, later, wanted, announced):
        _hand_out_in_turn(board, draft, later)
    give_back(board, announced)
    board.forget_steps()
    return board


def _seat(draft: Draft, later: int, past: Sequence[Seated]) -> Board:
    """Everybody seated; the past and what must stay locked, and nobody free before now."""
    board = Board(draft.instance)
    places = [(number, draft.choices[at]) for at, (number, _) in draft.taken.items()]
    for number, choice in sorted(places, key=lambda place: (place[0], place[1].candidate)):
        board.seat(choice.candidate, choice.stand, number, lock=choice.must)
    board.free = [free & later for free in board.free]
    for one in past:
        if one.interpreter is not None:
            team = draft.instance.options[one.candidate][one.stand].team
            board.crew.put(one.round, one.interpreter, (one.candidate, team))
    return board


def _list_wanted(draft: Draft, later: int) -> list[Wanted]:
    """Round, candidate and team of every conversation to come that needs an interpreter."""
    return sorted(
        (number, draft.choices[at].candidate, draft.choices[at].team)
        for at, (number, group) in draft.taken.items()
        if group != NOBODY and later >> number & 1
    )


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
