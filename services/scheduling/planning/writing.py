"""From the planner's numbers to a plan: interpreters named, everything counted."""

from .board import Board
from .draft import NOBODY, Draft
from .idle import count_idle
from .moves import Walks
from .plan import Clash, Conversation, Plan, Status
from .rotation import name_interpreters
from .watch import Watch


def name_draft(draft: Draft) -> Board:
    """A board with all that is in the draft, and an interpreter wherever one is needed."""
    board = Board(draft.instance)
    places = [(draft.choices[at], number, group) for at, (number, group) in draft.taken.items()]
    served = [(number, choice.candidate, group) for choice, number, group in places if group != NOBODY]
    named = name_interpreters(list(draft.groups), served)
    for choice, number, _ in sorted(places, key=lambda place: (place[1], place[0].candidate)):
        board.seat(choice.candidate, choice.stand, number, lock=choice.must)
        interpreter = named.get((choice.candidate, number))
        if interpreter is not None:
            board.crew.put(number, interpreter, (choice.candidate, choice.team))
    board.forget_steps()
    return board


def read_board(board: Board, draft: Draft) -> None:
    """Take over into a draft all conversations of a board, with the groups of their interpreters."""
    group_of = {who: at for at, group in enumerate(draft.groups) for who in group.members}
    named = {
        (candidate, number): group_of[interpreter]
        for number, jobs in enumerate(board.crew.jobs)
        for interpreter, (candidate, _) in jobs.items()
    }
    draft.taken = {
        at: (number, named.get((choice.candidate, number), NOBODY))
        for at, choice in enumerate(draft.choices)
        if (number := board.met[choice.candidate].get(choice.stand)) is not None
    }


def write_board(
    board: Board,
    bound: int,
    seconds: float,
    status: Status,
    idle_bound: int | None = None,
    moves_bound: int | None = None,
) -> Plan:
    """The plan of a board, in the order of rounds and stands."""
    return Plan(
        conversations=tuple(_list_conversations(board)),
        value=board.value,
        bound=bound,
        idle_rounds=sum(count_idle(day) for day in board.day),
        interpreter_moves=Walks(board).count(),
        seconds=round(seconds, 3),
        status=status,
        idle_bound=idle_bound,
        moves_bound=moves_bound,
    )


def _list_conversations(board: Board) -> list[Conversation]:
    problem = board.instance.problem
    named = {
        (candidate, number): problem.interpreters[interpreter].id
        for number, jobs in enumerate(board.crew.jobs)
        for interpreter, (candidate, _) in jobs.items()
    }
    seated = sorted(
        (number, stand, candidate) for candidate, day in enumerate(board.day) for number, stand in day.items()
    )
    return [
        Conversation(problem.candidates[who].id, problem.stands[stand].id, number, named.get((who, number)))
        for number, stand, who in seated
    ]


def refuse(clashes: list[Clash], watch: Watch) -> Plan:
    """No plan keeps all fixed conversations: an empty one, with what clashes."""
    return Plan((), 0, 0, 0, 0, round(watch.seconds, 3), "infeasible", tuple(clashes))
