"""The best plan of a tiny problem by trying everything: slow, plain, and therefore to be believed."""

from collections.abc import Iterator
from dataclasses import replace

from services.scheduling.planning import Conversation, Problem, check
from tests.services.scheduling.planning.problems import plan_of


def best_value(problem: Problem) -> int | None:
    """The value of the best plan there is, or None when no plan contains everything that is fixed."""
    return max((check(problem, plan_of(problem, *found)).value for found in _plans(problem)), default=None)


def _plans(problem: Problem) -> Iterator[tuple[Conversation, ...]]:
    fixed = {(one.candidate, one.stand, one.round) for one in problem.fixed}
    free = replace(problem, fixed=())
    for found in _extend(free, (), 0):
        if fixed <= {(one.candidate, one.stand, one.round) for one in found}:
            yield found


def _extend(problem: Problem, found: tuple[Conversation, ...], at: int) -> Iterator[tuple[Conversation, ...]]:
    """All legal plans that begin with these, deciding about the pairs from `at` on. Taking away breaks no rule."""
    if at == len(problem.pairs):
        yield found
        return
    yield from _extend(problem, found, at + 1)
    pair = problem.pairs[at]
    for number in range(problem.rounds):
        for name in (None, *(one.id for one in problem.interpreters)):
            more = (*found, Conversation(pair.candidate, pair.stand, number, name))
            if check(problem, plan_of(problem, *more)).broken is None:
                yield from _extend(problem, more, at + 1)
