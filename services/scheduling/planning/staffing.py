"""Interpreters for conversations that must take place, all of them.

One after the other gets an interpreter. Where the rest between stretches is in the way, a conversation of another
round is taken off and waits for another interpreter; those that were hardest to place are taken off last. A search of
this kind finds, and cannot prove that there is nothing to find: None means that many tries found no way.
"""

from random import Random

from .crew import Crew
from .instance import Instance, bits

Job = tuple[int, int, int]
"""Candidate, team and round of a conversation that needs an interpreter."""

STEPS_A_JOB = 60
LEAST_STEPS = 2_000


def staff(instance: Instance, jobs: list[Job]) -> Crew | None:
    """Return a crew that serves all these conversations, or None when none was found."""
    search = _Search(instance)
    return search.crew if search.serve(jobs) else None


class _Search:
    """The crew so far, and how often each conversation was hard to place."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.crew = Crew(instance)
        self.trouble: dict[Job, int] = {}
        self.random = Random(0)  # noqa: S311 - drawing lots, no secret

    def serve(self, jobs: list[Job]) -> bool:
        """Serve all, or give up after a number of steps that grows with the jobs."""
        waiting = list(reversed(jobs))
        for _ in range(max(LEAST_STEPS, STEPS_A_JOB * len(jobs))):
            if not waiting:
                return True
            job = waiting.pop()
            if self.crew.add(*job):
                continue
            self.trouble[job] = self.trouble.get(job, 0) + 1
            taken_off = self._give_rest(job)
            if not taken_off:
                return False
            waiting += [*taken_off, job]
        return not waiting

    def _give_rest(self, job: Job) -> list[Job]:
        """Free one interpreter's other rounds so that this job can be served; nothing where that helps nobody."""
        _, team, number = job
        ways = [
            (self._trouble_of(interpreter, rounds), self.random.random(), interpreter, rounds)
            for interpreter in self._who_could_help(team, number)
            for rounds in self._rests(interpreter, number)
        ]
        if not ways:
            return []
        _, _, interpreter, rounds = min(ways)
        taken_off = [(*self.crew.jobs[other][interpreter], other) for other in rounds]
        for other in rounds:
            self.crew.put(other, interpreter, None)
        return taken_off

    def _trouble_of(self, interpreter: int, rounds: tuple[int, ...]) -> int:
        jobs = [(*self.crew.jobs[other][interpreter], other) for other in rounds]
        return sum(1 + self.trouble.get(job, 0) for job in jobs)

    def _who_could_help(self, team: int, number: int) -> list[int]:
        """Those on duty and unoccupied in this round who could serve the team, or relieve somebody who could."""
        asked = members = self.crew.teams[team]
        while asked:
            colleagues = [self.crew.jobs[number].get(interpreter) for interpreter in bits(asked)]
            wider = members
            for theirs in colleagues:
                if theirs is not None:
                    wider |= self.crew.teams[theirs[1]]
            asked, members = wider & ~members, wider
        duty = self.instance.duty
        return [one for one in bits(members) if duty[one] >> number & 1 and one not in self.crew.jobs[number]]

    def _rests(self, interpreter: int, number: int) -> list[tuple[int, ...]]:
        """The ways to make room for this round: one round in every window that is full, or all of the nearest."""
        most = self.instance.stretch[interpreter][0]
        work = self.crew.work[interpreter]
        full = [
            window & work
            for window in self.instance.windows[interpreter]
            if window >> number & 1 and (window & work).bit_count() >= most
        ]
        shared = work
        for window in full:
            shared &= window
        if shared:
            return [(other,) for other in bits(shared)]
        return [tuple(bits(full[0] | full[-1]))] if full else []
