"""Is this a problem at all? Checks values that the type alone does not: ranges, known ids, nothing twice.

A problem whose *fixed* conversations clash is valid: the answer to it is a plan with status infeasible.
"""

from collections.abc import Iterable, Mapping, Sequence

from .errors import InvalidInput
from .problem import Candidate, Changes, Interpreter, Level, Pair, Problem, Rules, Stand, Stretch

_Named = Stand | Candidate | Interpreter

MOST_ROUNDS = 1_000
MOST_SEATS = 10_000
MOST_WORTH = 1_000_000
MOST_DISTANCE = 1_000_000
BEST_SCORE = 100


def validate(problem: Problem) -> None:
    """Raise InvalidInput for the first value that is out of place, with the path of its field."""
    _within("rounds", problem.rounds, 0, MOST_ROUNDS)
    _check_rules(problem.rules)
    for at, stand in enumerate(problem.stands):
        _check_stand(f"stands[{at}]", stand, problem.rounds)
    for at, candidate in enumerate(problem.candidates):
        _check_candidate(f"candidates[{at}]", candidate, problem.rounds)
    for at, interpreter in enumerate(problem.interpreters):
        _check_interpreter(f"interpreters[{at}]", interpreter, problem.rounds)
    stands = _known("stands", (stand.id for stand in problem.stands))
    candidates = _known("candidates", (candidate.id for candidate in problem.candidates))
    _known("interpreters", (interpreter.id for interpreter in problem.interpreters))
    _check_pairs(problem, candidates, stands)
    _check_fixed(problem, candidates, stands)


def validate_changes(problem: Problem, changes: Changes) -> None:
    """Raise InvalidInput for the first change that cannot be made to this problem, with the path of its field."""
    for at, stand in enumerate(changes.new_stands):
        _check_stand(f"new_stands[{at}]", stand, problem.rounds)
    for at, candidate in enumerate(changes.new_candidates):
        _check_candidate(f"new_candidates[{at}]", candidate, problem.rounds)
    for at, interpreter in enumerate(changes.new_interpreters):
        _check_interpreter(f"new_interpreters[{at}]", interpreter, problem.rounds)
    stands = _add_new("new_stands", problem.stands, changes.new_stands)
    candidates = _add_new("new_candidates", problem.candidates, changes.new_candidates)
    interpreters = _add_new("new_interpreters", problem.interpreters, changes.new_interpreters)
    _check_once("candidate", candidates, changes.absent_candidates, [one.candidate for one in changes.candidate_rounds])
    _check_once(
        "interpreter",
        interpreters,
        changes.absent_interpreters,
        [one.interpreter for one in changes.interpreter_rounds],
    )
    _check_once("stand", stands, changes.absent_stands, [one.stand for one in changes.stand_seats])
    _check_ranges(problem, changes)
    _check_new_pairs(problem, changes, candidates, stands)


def _add_new(path: str, known: Iterable[_Named], new: Iterable[_Named]) -> set[str]:
    """All ids together, none of the new ones in use already."""
    found = {one.id for one in known}
    for at, name in enumerate(one.id for one in new):
        if name in found:
            raise InvalidInput(f"{path}[{at}].id", f'"{name}" is used already')
    return found | _known(path, (one.id for one in new))


def _check_once(kind: str, known: set[str], absent: Iterable[str], changed: Iterable[str]) -> None:
    """Everybody absent or with a change exists, and is named once."""
    detail = "stand_seats" if kind == "stand" else f"{kind}_rounds"
    named = [(f"absent_{kind}s[{at}]", name) for at, name in enumerate(absent)]
    named += [(f"{detail}[{at}].{kind}", name) for at, name in enumerate(changed)]
    seen: set[str] = set()
    for path, name in named:
        if name not in known:
            raise InvalidInput(path, f'no {kind} has the id "{name}"')
        if name in seen:
            raise InvalidInput(path, f'"{name}" is named twice')
        seen.add(name)


def _check_ranges(problem: Problem, changes: Changes) -> None:
    for at, presence in enumerate(changes.candidate_rounds):
        _check_presence(f"candidate_rounds[{at}].rounds", presence.rounds, problem.rounds)
    for at, duty in enumerate(changes.interpreter_rounds):
        _check_duty(f"interpreter_rounds[{at}].rounds", duty.rounds, problem.rounds)
    for at, change in enumerate(changes.stand_seats):
        _check_seats(f"stand_seats[{at}].seats", change.seats, problem.rounds)


def _check_new_pairs(problem: Problem, changes: Changes, candidates: set[str], stands: set[str]) -> None:
    at_of: dict[tuple[str, str], int] = {}
    for at, pair in enumerate(changes.new_pairs):
        _check_ids(f"new_pairs[{at}]", pair.candidate, pair.stand, candidates, stands)
        _within(f"new_pairs[{at}].score", pair.score, 0, BEST_SCORE)
        if (pair.candidate, pair.stand) in at_of:
            raise _twice(f"new_pairs[{at}]", pair)
        at_of[pair.candidate, pair.stand] = at
    arrived = {one.id for one in changes.new_candidates}
    present = {candidate for candidate, _ in at_of if candidate not in arrived}
    for pair in problem.pairs:
        if pair.candidate in present and (pair.candidate, pair.stand) in at_of:
            raise _twice(f"new_pairs[{at_of[pair.candidate, pair.stand]}]", pair)


def _twice(path: str, pair: Pair) -> InvalidInput:
    return InvalidInput(path, f'"{pair.candidate}" and "{pair.stand}" are listed twice')


def _check_rules(rules: Rules) -> None:
    before = MOST_WORTH
    for at, worth in enumerate(rules.ladder):
        _within(f"rules.ladder[{at}]", worth, 0, MOST_WORTH)
        if worth > before:
            raise InvalidInput(f"rules.ladder[{at}]", f"{worth} is more than the step before it ({before})")
        before = worth
    _within("rules.max_conversations", rules.max_conversations, 0, MOST_ROUNDS)
    _check_stretch("rules.stretch", rules.stretch)


def _check_stretch(path: str, stretch: Stretch) -> None:
    most, window = stretch
    _within(f"{path}[0]", most, 1, MOST_ROUNDS)
    _within(f"{path}[1]", window, 1, MOST_ROUNDS)
    if most > window:
        raise InvalidInput(path, f"{most} conversations do not fit in {window} consecutive rounds")


def _check_stand(path: str, stand: Stand, rounds: int) -> None:
    _check_languages(path, stand.languages)
    _check_seats(f"{path}.seats", stand.seats, rounds)
    for at, measure in enumerate(stand.position):
        if not abs(measure) <= MOST_DISTANCE:
            raise InvalidInput(f"{path}.position[{at}]", f"is not between -{MOST_DISTANCE} and {MOST_DISTANCE}")


def _check_candidate(path: str, candidate: Candidate, rounds: int) -> None:
    _check_languages(path, candidate.languages)
    _check_presence(f"{path}.rounds", candidate.rounds, rounds)
    if candidate.max_conversations is not None:
        _within(f"{path}.max_conversations", candidate.max_conversations, 0, MOST_ROUNDS)


def _check_interpreter(path: str, interpreter: Interpreter, rounds: int) -> None:
    for at, (one, other) in enumerate(interpreter.pairs):
        _check_code(f"{path}.pairs[{at}][0]", one)
        _check_code(f"{path}.pairs[{at}][1]", other)
        if one == other:
            raise InvalidInput(f"{path}.pairs[{at}]", f'both languages are "{one}"')
    _check_duty(f"{path}.rounds", interpreter.rounds, rounds)
    if interpreter.stretch is not None:
        _check_stretch(f"{path}.stretch", interpreter.stretch)


def _check_seats(path: str, counts: Sequence[int], rounds: int) -> None:
    if len(counts) != rounds:
        raise InvalidInput(path, f"has {len(counts)} numbers, while there are {rounds} rounds")
    for at, seats in enumerate(counts):
        _within(f"{path}[{at}]", seats, 0, MOST_SEATS)


def _check_presence(path: str, presence: tuple[int, int], rounds: int) -> None:
    first, last = presence
    _within(f"{path}[0]", first, 0, rounds)
    _within(f"{path}[1]", last, -1, rounds - 1)
    if first > last + 1:
        raise InvalidInput(path, f"ends at {last} before it begins at {first}")


def _check_duty(path: str, duty: Sequence[int], rounds: int) -> None:
    seen: set[int] = set()
    for at, number in enumerate(duty):
        _within(f"{path}[{at}]", number, 0, rounds - 1)
        if number in seen:
            raise InvalidInput(f"{path}[{at}]", f"round {number} is listed twice")
        seen.add(number)


def _check_pairs(problem: Problem, candidates: set[str], stands: set[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for at, pair in enumerate(problem.pairs):
        _check_ids(f"pairs[{at}]", pair.candidate, pair.stand, candidates, stands)
        if not 0 <= pair.score <= BEST_SCORE:
            _within(f"pairs[{at}].score", pair.score, 0, BEST_SCORE)
        both = (pair.candidate, pair.stand)
        if both in seen:
            raise _twice(f"pairs[{at}]", pair)
        seen.add(both)


def _check_fixed(problem: Problem, candidates: set[str], stands: set[str]) -> None:
    seen: set[tuple[str, str, int]] = set()
    for at, fixed in enumerate(problem.fixed):
        _check_ids(f"fixed[{at}]", fixed.candidate, fixed.stand, candidates, stands)
        _within(f"fixed[{at}].round", fixed.round, 0, problem.rounds - 1)
        whole = (fixed.candidate, fixed.stand, fixed.round)
        if whole in seen:
            raise InvalidInput(f"fixed[{at}]", "this conversation is listed twice")
        seen.add(whole)


def _check_ids(path: str, candidate: str, stand: str, candidates: set[str], stands: set[str]) -> None:
    if candidate not in candidates:
        raise InvalidInput(f"{path}.candidate", f'no candidate has the id "{candidate}"')
    if stand not in stands:
        raise InvalidInput(f"{path}.stand", f'no stand has the id "{stand}"')


def _check_languages(path: str, languages: Mapping[str, Level]) -> None:
    for code in languages:
        _check_code(f"{path}.languages", code)


def _check_code(path: str, code: str) -> None:
    if not code.strip():
        raise InvalidInput(path, "a language has no name")


def _known(path: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for at, name in enumerate(ids):
        if not name.strip():
            raise InvalidInput(f"{path}[{at}].id", "is empty")
        if name in seen:
            raise InvalidInput(f"{path}[{at}].id", f'"{name}" is used twice')
        seen.add(name)
    return seen


def _within(path: str, number: int, low: int, high: int) -> None:
    if number < low or number > high:
        if high < low:
            raise InvalidInput(path, f"{number} cannot be: there are no rounds")
        raise InvalidInput(path, f"{number} is not between {low} and {high}")
