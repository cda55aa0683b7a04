"""Fixed conversations: put them on the board first, or say which of them cannot stand together.

Codes of a Clash: `not_listed` (these two may not talk), `no_language` (no common language, and no interpreter
knows a fitting pair), `outside_rounds` (the candidate is not there), `same_round` and `same_stand` (twice for
one candidate), `too_many` (more than the candidate's `limit`), `no_seats` (more than the `limit` seats of this
stand and round), `no_interpreter` (for these together no interpreters were found within pairs, rounds and
stretch).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from .board import Board
from .instance import DIRECT, Instance
from .plan import Clash, Conversation
from .problem import Fixed
from .staffing import Job, staff


def place_fixed(board: Board) -> list[Clash]:
    """Put the fixed conversations on an empty board and lock them; with clashes, return these and place nothing."""
    instance = board.instance
    clashes = find_clashes(instance)
    if clashes:
        return clashes
    wanted = _list_wanted(instance)
    crew = staff(instance, wanted)
    if crew is None:
        return name_unserved(instance)
    for fixed in instance.problem.fixed:
        candidate, stand = instance.candidate_at[fixed.candidate], instance.stand_at[fixed.stand]
        board.seat(candidate, stand, fixed.round, lock=True)
    board.crew = crew
    board.forget_steps()
    return []


def find_clashes(instance: Instance) -> list[Clash]:
    """Return what is wrong with fixed conversations apart from the interpreters' time."""
    fixed = instance.problem.fixed
    found = [clash for one in fixed for clash in _judge_alone(instance, one)]
    problem = instance.problem
    for _, same in _group(fixed, lambda one: (one.candidate, one.round)):
        if len(same) > 1:
            found.append(_clash("same_round", same))
    for _, same in _group(fixed, lambda one: (one.candidate, one.stand)):
        if len(same) > 1:
            found.append(_clash("same_stand", same))
    for _, same in _group(fixed, lambda one: one.candidate):
        own = problem.candidates[instance.candidate_at[same[0].candidate]].max_conversations
        limit = problem.rules.max_conversations if own is None else own
        if len(same) > limit:
            found.append(_clash("too_many", same, limit))
    for _, same in _group(fixed, lambda one: (one.stand, one.round)):
        seats = instance.seats[instance.stand_at[same[0].stand]][same[0].round]
        if len(same) > seats:
            found.append(_clash("no_seats", same, seats))
    return found


def name_unserved(instance: Instance) -> list[Clash]:
    """The fixed conversations for which there are not enough interpreters, in as few rounds as are found quickly."""
    return [_clash("no_interpreter", _smallest_unstaffed(instance, _list_wanted(instance)))]


def _judge_alone(instance: Instance, fixed: Fixed) -> list[Clash]:
    candidate, stand = instance.candidate_at[fixed.candidate], instance.stand_at[fixed.stand]
    found = []
    if stand not in instance.options[candidate]:
        both = (fixed.candidate, fixed.stand)
        listed = any((pair.candidate, pair.stand) == both for pair in instance.problem.pairs)
        found.append(_clash("no_language" if listed else "not_listed", [fixed]))
    if not instance.present[candidate] >> fixed.round & 1:
        found.append(_clash("outside_rounds", [fixed]))
    return found


def _list_wanted(instance: Instance) -> list[Job]:
    """The fixed conversations that need an interpreter, in the order of the rounds."""
    found = []
    for fixed in instance.problem.fixed:
        candidate = instance.candidate_at[fixed.candidate]
        option = instance.options[candidate][instance.stand_at[fixed.stand]]
        if option.team != DIRECT:
            found.append((candidate, option.team, fixed.round))
    return sorted(found, key=lambda one: one[2])


def _smallest_unstaffed(instance: Instance, wanted: list[Job]) -> list[Fixed]:
    """The conversations of the one round that lacks interpreters by itself, or all where no single round does."""
    for number in sorted({one[2] for one in wanted}):
        here = [one for one in wanted if one[2] == number]
        if staff(instance, here) is None:
            wanted = here
            break
    names = {(instance.problem.candidates[candidate].id, number) for candidate, _, number in wanted}
    return [fixed for fixed in instance.problem.fixed if (fixed.candidate, fixed.round) in names]


def _group(fixed: Iterable[Fixed], key: Callable[[Fixed], Hashable]) -> Iterable[tuple[Hashable, list[Fixed]]]:
    groups: dict[Hashable, list[Fixed]] = defaultdict(list)
    for one in fixed:
        groups[key(one)].append(one)
    return groups.items()


def _clash(code: str, fixed: list[Fixed], limit: int | None = None) -> Clash:
    return Clash(code, tuple(Conversation(one.candidate, one.stand, one.round) for one in fixed), limit)
