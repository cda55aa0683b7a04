"""Which announced conversations stay: as many as can. What was fixed by the organiser goes before all others.

Whoever is gone takes their conversations along; that leaves those that are possible one by one. When everybody needed
for these is there, all of them stay, with the same interpreters: part of a plan that keeps every rule keeps every rule.
Where only interpreters are missing, colleagues may be able to stand in for them one by one (handing.py). Otherwise a
model decides (timing.py, each conversation offered in its own round only):

    maximise    Σ weight[p]·x[p]      weight: 1, or more than all others together for those fixed

Who interprets is open in it: an interpreter who fell ill is stood in for by whoever makes most conversations possible.
"""

import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .continuing import Continuation, Seated
from .crew import Crew
from .draft import NOBODY, Draft
from .handing import hand_out_around
from .instance import DIRECT
from .timing import Timing, one_by_one

Kept = dict[Seated, int]
"""What stays, with the group that serves it."""


def keep(day: Continuation, announced: Sequence[Seated], fixed: set[Seated], seconds: float) -> Kept:
    """Decide which of the announced conversations stay."""
    possible = [one for one in announced if _is_possible(day, one)]
    unchanged = _leave_unchanged(day, possible)
    if len(unchanged) == len(possible):
        return unchanged
    return _stand_in(day, possible) or _keep_most(day, possible, fixed, seconds) or unchanged


def _is_possible(day: Continuation, one: Seated) -> bool:
    """Whether the candidate, the stand and somebody to interpret are there."""
    instance = day.instance
    option = instance.options[one.candidate].get(one.stand)
    if option is None or not instance.present[one.candidate] >> one.round & 1:
        return False
    if not instance.seats[one.stand][one.round]:
        return False
    return option.team == DIRECT or any(
        group.duty >> one.round & 1 and option.team in group.teams for group in day.groups
    )


def _leave_unchanged(day: Continuation, possible: Sequence[Seated]) -> Kept:
    """Those whose seat and own interpreter are there; of a stand with fewer seats than before the first ones."""
    taken: Counter[tuple[int, int]] = Counter()
    kept = {}
    for one in possible:
        has_seat = taken[one.stand, one.round] < day.instance.seats[one.stand][one.round]
        if has_seat and (one.interpreter is None or day.instance.duty[one.interpreter] >> one.round & 1):
            taken[one.stand, one.round] += 1
            kept[one] = day.group(one)
    return kept


def _stand_in(day: Continuation, possible: Sequence[Seated]) -> Kept:
    """All of them, colleagues standing in around those who are there; nothing when that is not found at once."""
    seats = Counter((one.stand, one.round) for one in possible)
    if any(count > day.instance.seats[stand][number] for (stand, number), count in seats.items()):
        return {}
    crew = Crew(day.instance)
    for one in day.past:
        if one.interpreter is not None:
            crew.put(one.round, one.interpreter, (one.candidate, day.choose(one).team))
    served = [one for one in possible if one.interpreter is not None]
    wanted = [(one.round, one.candidate, day.choose(one).team) for one in served]
    announced = {(one.candidate, one.round): one.interpreter for one in served if one.interpreter is not None}
    if not hand_out_around(crew, day.later, wanted, announced):
        return {}
    now = {(job[0], number): who for number, jobs in enumerate(crew.jobs) for who, job in jobs.items()}
    return {one: NOBODY if one.interpreter is None else day.group_of[now[one.candidate, one.round]] for one in possible}


def _keep_most(day: Continuation, possible: Sequence[Seated], fixed: set[Seated], seconds: float) -> Kept:
    """Solve the model; nothing when there is no time for it."""
    instance = copy.copy(day.instance)
    instance.steps = [0] * len(instance.steps)
    past = [replace(day.choose(one), score=0) for one in day.past]
    offered = [replace(day.choose(one), score=1 + len(possible) * (one in fixed)) for one in possible]
    draft = Draft(instance, day.groups, offered + past)
    draft.taken = {len(offered) + at: (one.round, day.group(one)) for at, one in enumerate(day.past)}
    timing = Timing(draft, range(len(offered)), one_by_one(day.later))
    solution = timing.solve(seconds)
    if solution is None:
        return {}
    return {possible[at]: group for at, (_, group) in timing.read(solution).items()}
