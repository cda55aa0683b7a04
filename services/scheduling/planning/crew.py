"""Which interpreter works in which round, kept legal at every step.

A conversation asks for a *team* (any interpreter of it will do), so interpreters are handed over where that
helps: when every member of a team is taken, one of them passes the own conversation to a colleague. Within a
round this is a matching in a bipartite graph, extended along alternating paths (Berge), so a request is refused
only if no assignment of this round serves it while the other rounds stay as they are.
"""

from .instance import Instance, bits

Job = tuple[int, int]
"""Candidate and team."""


class Crew:
    """The interpreters of one plan under construction. `log` remembers what to put back."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.teams = instance.teams
        self.work = [0] * len(instance.duty)
        self.jobs: list[dict[int, Job]] = [{} for _ in range(instance.rounds)]
        self.open = [0] * instance.rounds
        self._reach: list[int | None] = [None] * instance.rounds
        self.log: list[tuple[int, int, Job | None]] = []
        for interpreter, duty in enumerate(instance.duty):
            for number in bits(duty):
                self.open[number] |= 1 << interpreter

    def can_serve(self, team: int, number: int) -> bool:
        """Say whether one more conversation of this team fits in the round."""
        reach = self._reach[number]
        if reach is None:
            reach = self._reach[number] = self._find_reach(number)
        return self.teams[team] & reach != 0

    def rounds_for(self, team: int, rounds: int) -> int:
        """Return those of the rounds in which one more conversation of this team fits."""
        mask = self.teams[team]
        found = 0
        while rounds:
            low = rounds & -rounds
            number = low.bit_length() - 1
            reach = self._reach[number]
            if reach is None:
                reach = self._reach[number] = self._find_reach(number)
            if mask & reach:
                found |= low
            rounds ^= low
        return found

    def add(self, candidate: int, team: int, number: int) -> bool:
        """Give the conversation an interpreter, handing others over if need be; False when that cannot be done."""
        path = self._find_path(team, number)
        if not path:
            return False
        jobs = self.jobs[number]
        passed: Job | None = (candidate, team)
        for interpreter in path:
            before = jobs.get(interpreter)
            self.put(number, interpreter, passed)
            passed = before
        return True

    def drop(self, candidate: int, number: int) -> None:
        """Free the interpreter of this candidate's conversation."""
        interpreter = self.find(candidate, number)
        self.put(number, interpreter, None)

    def find(self, candidate: int, number: int) -> int:
        """Return who interprets for this candidate in this round."""
        return next(who for who, job in self.jobs[number].items() if job[0] == candidate)

    def put(self, number: int, interpreter: int, job: Job | None, note: bool = True) -> None:
        """Set what an interpreter does in a round. The caller answers for the rules; `rollback` takes it back."""
        jobs = self.jobs[number]
        if note:
            self.log.append((number, interpreter, jobs.get(interpreter)))
        self._reach[number] = None
        was_working = interpreter in jobs
        if job is None:
            jobs.pop(interpreter, None)
        else:
            jobs[interpreter] = job
        if was_working != (job is not None):
            self.work[interpreter] ^= 1 << number
            self._reopen(interpreter)

    def rollback(self, mark: int) -> None:
        """Undo everything since the log was `mark` long."""
        while len(self.log) > mark:
            number, interpreter, job = self.log.pop()
            self.put(number, interpreter, job, note=False)

    def spare_rounds(self, interpreter: int, work: int) -> int:
        """Return the rounds that an interpreter with this work could still take: on duty, not working, rested."""
        most = self.instance.stretch[interpreter][0]
        full = work
        for window in self.instance.windows[interpreter]:
            if (work & window).bit_count() >= most:
                full |= window
        return self.instance.duty[interpreter] & ~full

    def _reopen(self, interpreter: int) -> None:
        """Bring `open` up to date for one interpreter."""
        spare = self.spare_rounds(interpreter, self.work[interpreter])
        bit = 1 << interpreter
        for number in bits(self.instance.duty[interpreter]):
            now = self.open[number]
            wanted = now | bit if spare >> number & 1 else now & ~bit
            if wanted != now:
                self.open[number] = wanted
                self._reach[number] = None

    def _find_reach(self, number: int) -> int:
        """The interpreters who are free in this round or can be freed by handing their conversation over."""
        reach = self.open[number]
        busy: dict[int, int] = {}
        for interpreter, (_, team) in self.jobs[number].items():
            busy[team] = busy.get(team, 0) | 1 << interpreter
        grown = reach != 0
        while grown and busy:
            grown = False
            for team in [team for team in busy if self.teams[team] & reach]:
                reach |= busy.pop(team)
                grown = True
        return reach

    def _find_path(self, team: int, number: int) -> list[int]:
        """Whom to ask: the first takes the new conversation, each next one that of the one before; the last is free."""
        if not self.can_serve(team, number):
            return []
        came_from: dict[int, int] = {}
        queue: list[tuple[int, int]] = [(-1, team)]
        for asking, asked in queue:
            free = self.teams[asked] & self.open[number]
            if free:
                path = [self._least_missed(free, number)]
                while asking >= 0:
                    path.append(asking)
                    asking = came_from[asking]
                return path[::-1]
            for colleague in bits(self.teams[asked]):
                job = self.jobs[number].get(colleague)
                if job is not None and colleague not in came_from:
                    came_from[colleague] = asking
                    queue.append((colleague, job[1]))
        return []

    def _least_missed(self, free: int, number: int) -> int:
        """Of those who are free, the one whose other rounds suffer least; then the one with the fewest languages."""

        def missed(interpreter: int) -> tuple[int, int]:
            work = self.work[interpreter]
            before = self.spare_rounds(interpreter, work).bit_count()
            after = self.spare_rounds(interpreter, work | 1 << number).bit_count()
            return before - after, self.instance.crew_order[interpreter]

        return min(bits(free), key=missed)
