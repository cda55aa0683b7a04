"""Fixed conversations: put them on the board first, or say which of them cannot stand together.

Codes of a Clash: `not_listed` (these two may not talk), `no_language` (no common language, and no interpreter
knows a fitting pair), `outside_rounds` (the candidate is not there), `same_round` and `same_stand` (twice for
one candidate), `too_many` (more than the candidate's `limit`), `no_seats` (more than the `limit` seats of this
stand and round), `no_interpreter` (for these together there are no interpreters within pairs, rounds and stretch).

Each clash is as small as can be: without any one of its conversations the others could stay. Where there are more than
a limit allows, the first ones are named that pass it. Interpreters are looked at when nothing else clashes
(unserved.py).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from .board import Board
from .crew import Crew
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
    wanted = _list_wanted(instance, instance.problem.fixed)
    crew = staff(instance, wanted) or _staff_exactly(instance, wanted)
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
    fixed, rules = instance.problem.fixed, instance.problem.rules
    found = [clash for one in fixed for clash in _judge_alone(instance, one)]
    for same in _group(fixed, lambda one: (one.candidate, one.round)):
        found += _pass_limit("same_round", same, 1)
    for same in _group(fixed, lambda one: (one.candidate, one.stand)):
        found += _pass_limit("same_stand", same, 1)
    for same in _group(fixed, lambda one: one.candidate):
        own = instance.problem.candidates[instance.candidate_at[same[0].candidate]].max_conversations
        found += _pass_limit("too_many", same, rules.max_conversations if own is None else own)
    for same in _group(fixed, lambda one: (one.stand, one.round)):
        found += _pass_limit("no_seats", same, instance.seats[instance.stand_at[same[0].stand]][same[0].round])
    found = [_without_rest(instance, clash) for clash in _leave_smallest(found)]
    return list(dict.fromkeys(_leave_smallest(found)))


def name_unserved(instance: Instance) -> list[Clash]:
    """The fixed conversations for which there are not enough interpreters, as few as are found quickly."""
    return [_name_unserved(instance, instance.problem.fixed)]


def _name_unserved(instance: Instance, fixed: Sequence[Fixed]) -> Clash:
    from .unserved import find_unserved

    unserved = {(candidate, number) for candidate, _, number in find_unserved(instance, _list_wanted(instance, fixed))}
    return _clash(
        "no_interpreter", [one for one in fixed if (instance.candidate_at[one.candidate], one.round) in unserved]
    )


def _leave_smallest(clashes: list[Clash]) -> list[Clash]:
    """Without those that hold another one."""
    sets = {frozenset(clash.conversations) for clash in clashes}
    return [clash for clash in clashes if not any(other < frozenset(clash.conversations) for other in sets)]


def _without_rest(instance: Instance, clash: Clash) -> Clash:
    """What of a clash clashes already for want of interpreters, or the clash where that is not less."""
    if len(clash.conversations) == 1:
        return clash
    fixed = [Fixed(one.candidate, one.stand, one.round) for one in clash.conversations]
    wanted = _list_wanted(instance, fixed)
    if (staff(instance, wanted) or _staff_exactly(instance, wanted)) is not None:
        return clash
    found = _name_unserved(instance, fixed)
    return found if len(found.conversations) < len(fixed) else clash


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


def _list_wanted(instance: Instance, conversations: Iterable[Fixed]) -> list[Job]:
    """Those of the conversations that need an interpreter, in the order of the rounds."""
    found = []
    for fixed in conversations:
        candidate = instance.candidate_at[fixed.candidate]
        option = instance.options[candidate][instance.stand_at[fixed.stand]]
        if option.team != DIRECT:
            found.append((candidate, option.team, fixed.round))
    return sorted(found, key=lambda one: one[2])


def _staff_exactly(instance: Instance, wanted: list[Job]) -> Crew | None:
    # As above, not at the top: HiGHS takes long to load, and hardly any problem has a clash.
    from .unserved import staff_exactly

    return staff_exactly(instance, wanted)


def _group(fixed: Iterable[Fixed], key: Callable[[Fixed], Hashable]) -> Iterable[list[Fixed]]:
    groups: dict[Hashable, list[Fixed]] = defaultdict(list)
    for one in fixed:
        groups[key(one)].append(one)
    return groups.values()


def _pass_limit(code: str, fixed: list[Fixed], limit: int) -> list[Clash]:
    """As many as are one too many; each by itself where none is allowed."""
    told = None if code in ("same_round", "same_stand") else limit
    if limit == 0:
        return [_clash(code, [one], told) for one in fixed]
    return [_clash(code, fixed[: limit + 1], told)] if len(fixed) > limit else []


def _clash(code: str, fixed: list[Fixed], limit: int | None = None) -> Clash:
    return Clash(code, tuple(Conversation(one.candidate, one.stand, one.round) for one in fixed), limit)
