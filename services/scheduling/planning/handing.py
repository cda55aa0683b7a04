"""Interpreters around those who are announced: everybody keeps their own conversations, and the rest is handed out.

Where the stretch leaves nobody time for one of the rest, somebody passes on a conversation of another round, if need be
to somebody who passes on one in turn.
"""

from collections.abc import Mapping, Sequence

from .crew import Crew, Job
from .instance import bits

CHAIN, TRIES = 3, 400
"""How many conversations may be passed on for one more, and how many ways of doing so are tried."""

Place = tuple[int, int]
"""Candidate and round."""
Wanted = tuple[int, int, int]
"""Round, candidate and team of a conversation that needs an interpreter."""


def hand_out_around(crew: Crew, later: int, wanted: Sequence[Wanted], announced: Mapping[Place, int]) -> bool:
    """Everybody announced where they were announced, then the rest; False, with nothing done, when it does not fit."""
    mark = len(crew.log)
    rest = []
    for number, candidate, team in wanted:
        interpreter = announced.get((candidate, number))
        if interpreter is not None and crew.open[number] >> interpreter & 1:
            crew.put(number, interpreter, (candidate, team))
        else:
            rest.append((number, candidate, team))
    for number, candidate, team in rest:
        if not _Handing(crew, later).add((candidate, team), number, CHAIN):
            crew.rollback(mark)
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
