"""Problem, plan and changes as JSON, both ways. Unknown keys are refused; what is wrong is named by its path."""

import json
from collections.abc import Callable
from typing import Any, cast, get_args, overload

from .fields import Node, parse, quote
from .plan import Clash, Conversation, Plan, Status
from .problem import (
    Candidate,
    CandidateRounds,
    Changes,
    Fixed,
    Interpreter,
    InterpreterRounds,
    Level,
    Pair,
    Problem,
    Rules,
    Stand,
    StandSeats,
)
from .validity import validate


@overload
def from_json(kind: type[Problem], text: str | bytes) -> Problem: ...
@overload
def from_json(kind: type[Plan], text: str | bytes) -> Plan: ...
@overload
def from_json(kind: type[Changes], text: str | bytes) -> Changes: ...
def from_json(kind: type[Problem] | type[Plan] | type[Changes], text: str | bytes) -> Problem | Plan | Changes:
    """Read a problem, checked whole (validity.py). Raises InvalidInput.

    A plan is for `check` to judge, and changes for `validate_changes`: each belongs to a problem.
    """
    root = parse(text)
    if kind is Problem:
        return _problem(root)
    return _plan(root) if kind is Plan else _changes(root)


def to_json(thing: Problem | Plan | Changes) -> str:
    """Write a problem, a plan or changes, one entry of a list a line, so that two files can be compared."""
    if isinstance(thing, Problem):
        values = _problem_values(thing)
    else:
        values = _plan_values(thing) if isinstance(thing, Plan) else _changes_values(thing)
    if not values:
        return "{}\n"
    return "{" + ",\n ".join(f"{_short(name)}: {_laid_out(value)}" for name, value in values.items()) + "}\n"


def _problem(node: Node) -> Problem:
    root = node.members(("rounds", "rules", "stands", "candidates", "interpreters", "pairs"), ("fixed",))
    problem = Problem(
        rounds=root["rounds"].whole(),
        rules=_rules(root["rules"]),
        stands=root["stands"].each(_stand),
        candidates=root["candidates"].each(_candidate),
        interpreters=root["interpreters"].each(_interpreter),
        pairs=root["pairs"].each(_pair),
        fixed=root["fixed"].each(_fixed) if "fixed" in root else (),
    )
    validate(problem)
    return problem


def _plan(node: Node) -> Plan:
    names = ("conversations", "value", "bound", "idle_rounds", "interpreter_moves", "seconds", "status")
    root = node.members(names, ("clashes", "idle_bound", "moves_bound"))
    return Plan(
        conversations=root["conversations"].each(_conversation),
        value=root["value"].whole(),
        bound=root["bound"].whole(),
        idle_rounds=root["idle_rounds"].whole(),
        interpreter_moves=root["interpreter_moves"].whole(),
        seconds=root["seconds"].number(),
        status=_status(root["status"]),
        clashes=root["clashes"].each(_clash) if "clashes" in root else (),
        idle_bound=root["idle_bound"].whole() if "idle_bound" in root else None,
        moves_bound=root["moves_bound"].whole() if "moves_bound" in root else None,
    )


def _changes(node: Node) -> Changes:
    readers: dict[str, Callable[[Node], Any]] = {
        "absent_candidates": Node.text,
        "absent_interpreters": Node.text,
        "absent_stands": Node.text,
        "candidate_rounds": _candidate_rounds,
        "interpreter_rounds": _interpreter_rounds,
        "stand_seats": _stand_seats,
        "new_candidates": _candidate,
        "new_interpreters": _interpreter,
        "new_stands": _stand,
        "new_pairs": _pair,
    }
    found = node.members((), readers)
    return Changes(**{name: each.each(readers[name]) for name, each in found.items()})


def _candidate_rounds(node: Node) -> CandidateRounds:
    found = node.members(("candidate", "rounds"))
    return CandidateRounds(found["candidate"].text(), found["rounds"].couple(Node.whole))


def _interpreter_rounds(node: Node) -> InterpreterRounds:
    found = node.members(("interpreter", "rounds"))
    return InterpreterRounds(found["interpreter"].text(), found["rounds"].each(Node.whole))


def _stand_seats(node: Node) -> StandSeats:
    found = node.members(("stand", "seats"))
    return StandSeats(found["stand"].text(), found["seats"].each(Node.whole))


def _rules(node: Node) -> Rules:
    found = node.members(("min_level", "ladder", "max_conversations", "stretch"))
    return Rules(
        min_level=_level(found["min_level"]),
        ladder=found["ladder"].each(Node.whole),
        max_conversations=found["max_conversations"].whole(),
        stretch=found["stretch"].couple(Node.whole),
    )


def _stand(node: Node) -> Stand:
    found = node.members(("id", "languages", "seats", "position"))
    return Stand(
        id=found["id"].text(),
        languages=_languages(found["languages"]),
        seats=found["seats"].each(Node.whole),
        position=found["position"].couple(Node.number),
    )


def _candidate(node: Node) -> Candidate:
    found = node.members(("id", "languages", "rounds"), ("max_conversations",))
    return Candidate(
        id=found["id"].text(),
        languages=_languages(found["languages"]),
        rounds=found["rounds"].couple(Node.whole),
        max_conversations=found["max_conversations"].whole() if "max_conversations" in found else None,
    )


def _interpreter(node: Node) -> Interpreter:
    found = node.members(("id", "pairs", "rounds"), ("stretch",))
    return Interpreter(
        id=found["id"].text(),
        pairs=found["pairs"].each(lambda pair: pair.couple(Node.text)),
        rounds=found["rounds"].each(Node.whole),
        stretch=found["stretch"].couple(Node.whole) if "stretch" in found else None,
    )


def _pair(node: Node) -> Pair:
    value = node.value
    if type(value) is dict and len(value) == 3:  # most of a file is pairs: the usual ones the short way
        candidate, stand, score = value.get("candidate"), value.get("stand"), value.get("score")
        if type(candidate) is str and type(stand) is str and type(score) is int and (candidate + stand).isprintable():
            return Pair(candidate, stand, score)
    found = node.members(("candidate", "stand", "score"))
    return Pair(found["candidate"].text(), found["stand"].text(), found["score"].whole())


def _fixed(node: Node) -> Fixed:
    found = node.members(("candidate", "stand", "round"))
    return Fixed(found["candidate"].text(), found["stand"].text(), found["round"].whole())


def _conversation(node: Node) -> Conversation:
    found = node.members(("candidate", "stand", "round", "interpreter"))
    interpreter = found["interpreter"]
    return Conversation(
        candidate=found["candidate"].text(),
        stand=found["stand"].text(),
        round=found["round"].whole(),
        interpreter=None if interpreter.value is None else interpreter.text(),
    )


def _clash(node: Node) -> Clash:
    found = node.members(("code", "conversations"), ("limit",))
    return Clash(
        code=found["code"].text(),
        conversations=found["conversations"].each(_conversation),
        limit=found["limit"].whole() if "limit" in found else None,
    )


def _status(node: Node) -> Status:
    word = node.text()
    if word not in get_args(Status):
        raise node.refuse(f'unknown status "{quote(word)}"')
    return cast(Status, word)


def _level(node: Node) -> Level:
    word = node.text()
    try:
        return Level[word]
    except KeyError:
        raise node.refuse(f'unknown level "{quote(word)}"') from None


def _languages(node: Node) -> dict[str, Level]:
    return {code: _level(entry) for code, entry in node.entries().items()}


def _problem_values(problem: Problem) -> dict[str, Any]:
    rules = problem.rules
    values: dict[str, Any] = {
        "rounds": problem.rounds,
        "rules": {
            "min_level": rules.min_level.name,
            "ladder": rules.ladder,
            "max_conversations": rules.max_conversations,
            "stretch": rules.stretch,
        },
        "stands": [_members(stand) for stand in problem.stands],
        "candidates": [_members(candidate) for candidate in problem.candidates],
        "interpreters": [_members(interpreter) for interpreter in problem.interpreters],
        "pairs": [_members(pair) for pair in problem.pairs],
    }
    if problem.fixed:
        values["fixed"] = [_members(fixed) for fixed in problem.fixed]
    return values


def _plan_values(plan: Plan) -> dict[str, Any]:
    values: dict[str, Any] = {
        "conversations": [_members(conversation, keep=("interpreter",)) for conversation in plan.conversations],
        "value": plan.value,
        "bound": plan.bound,
        "idle_rounds": plan.idle_rounds,
        "interpreter_moves": plan.interpreter_moves,
        "seconds": plan.seconds,
        "status": plan.status,
    }
    bounds = {"idle_bound": plan.idle_bound, "moves_bound": plan.moves_bound}
    values |= {name: bound for name, bound in bounds.items() if bound is not None}
    if plan.clashes:
        values["clashes"] = [
            _members(clash) | {"conversations": [_members(one, keep=("interpreter",)) for one in clash.conversations]}
            for clash in plan.clashes
        ]
    return values


def _changes_values(changes: Changes) -> dict[str, Any]:
    """Every list that is not empty; ids are written as they are."""
    lists = {name: getattr(changes, name) for name in changes.__slots__}
    return {
        name: [entry if isinstance(entry, str) else _members(entry) for entry in entries]
        for name, entries in lists.items()
        if entries
    }


def _members(record: Any, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a record by name; None is left out, except for the names in `keep`."""
    found = {name: getattr(record, name) for name in record.__slots__}
    if "languages" in found:
        found["languages"] = {code: level.name for code, level in found["languages"].items()}
    return {name: value for name, value in found.items() if value is not None or name in keep}


def _laid_out(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(_short(entry) for entry in value) + "]"
    return _short(value)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
