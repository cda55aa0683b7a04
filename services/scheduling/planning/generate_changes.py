"""Invented changes of a day, the same for the same seed: people who do not come, others who come without invitation."""

from collections import defaultdict
from dataclasses import replace
from random import Random

from .plan import Plan
from .problem import Changes, Pair, Problem

NO_SHOWS, WALK_INS = 0.12, 0.08
"""As parts of all candidates."""


def change_of_the_day(problem: Problem, plan: Plan, from_round: int, seed: int = 1, *, ill: float = 0.0) -> Changes:
    """Return what changes after `from_round` rounds; `ill` is the part of the interpreters who go home.

    No-shows are drawn from those without a conversation so far. Walk-ins speak and wish what somebody invited does,
    and can stay to the end.
    """
    random = Random(f"{seed}/{from_round}/{len(problem.candidates)}")  # noqa: S311 - drawing lots, no secret
    seen = {one.candidate for one in plan.conversations if one.round < from_round}
    unseen = [one.id for one in problem.candidates if one.id not in seen]
    people, helpers = len(problem.candidates), len(problem.interpreters)
    absent = random.sample(unseen, min(len(unseen), round(NO_SHOWS * people)))
    gone = random.sample([one.id for one in problem.interpreters], round(ill * helpers))
    wishes: dict[str, list[Pair]] = defaultdict(list)
    for pair in problem.pairs:
        wishes[pair.candidate].append(pair)
    arrived, pairs = [], []
    for number in range(round(WALK_INS * people)):
        like, name = random.choice(problem.candidates), f"W{number + 1}"
        arrived.append(replace(like, id=name, rounds=(from_round, problem.rounds - 1)))
        pairs += [replace(pair, candidate=name) for pair in wishes[like.id]]
    return Changes(
        absent_candidates=tuple(absent),
        absent_interpreters=tuple(gone),
        new_candidates=tuple(arrived),
        new_pairs=tuple(pairs),
    )
