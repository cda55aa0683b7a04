"""A plan under construction. Every step on it keeps every hard rule, and every step can be taken back."""

from typing import Literal

from .crew import Crew
from .instance import DIRECT, Instance, Option

Step = tuple[Literal["sit", "leave"], int, int, int]
Mark = tuple[int, int]


class Board:
    """Who sits where in which round. All numbers are those of the instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.crew = Crew(instance)
        self.day: list[dict[int, int]] = [{} for _ in instance.present]
        self.met: list[dict[int, int]] = [{} for _ in instance.present]
        self.free = list(instance.present)
        self.sitting: list[list[list[int]]] = [[[] for _ in seats] for seats in instance.seats]
        self.room = [sum(1 << number for number, count in enumerate(seats) if count) for seats in instance.seats]
        self.locked: set[tuple[int, int]] = set()
        self.value = 0
        self.count = 0
        self._steps: list[Step] = []

    def gain(self, candidate: int, option: Option) -> int:
        """Return what one more conversation of this candidate adds to the value."""
        return self.instance.steps[len(self.day[candidate])] + option.score

    def loss(self, candidate: int, stand: int) -> int:
        """Return what the value loses when the candidate no longer talks to this stand."""
        option = self.instance.options[candidate][stand]
        return self.instance.steps[len(self.day[candidate]) - 1] + option.score

    def is_full(self, candidate: int) -> bool:
        """Say whether the candidate has as many conversations as are allowed."""
        return len(self.day[candidate]) >= self.instance.limit[candidate]

    def rounds_for(self, candidate: int, option: Option) -> int:
        """Return the rounds in which this conversation could take place right away (limit and repeats aside)."""
        rounds = self.free[candidate] & self.room[option.stand]
        if option.team == DIRECT or not rounds:
            return rounds
        return self.crew.rounds_for(option.team, rounds)

    def place(self, candidate: int, stand: int, number: int) -> bool:
        """Seat the candidate if every rule allows it; say whether it was done."""
        option = self.instance.options[candidate].get(stand)
        if option is None or self.is_full(candidate) or stand in self.met[candidate]:
            return False
        if not self.free[candidate] & self.room[stand] & 1 << number:
            return False
        if option.team != DIRECT and not self.crew.add(candidate, option.team, number):
            return False
        self.value += self.gain(candidate, option)
        self._sit(candidate, stand, number)
        self._steps.append(("sit", candidate, stand, number))
        return True

    def seat(self, candidate: int, stand: int, number: int, *, lock: bool) -> None:
        """Seat a conversation that breaks no rule; `lock` it where it is fixed. Its interpreter comes apart."""
        self.value += self.gain(candidate, self.instance.options[candidate][stand])
        self._sit(candidate, stand, number)
        if lock:
            self.locked.add((candidate, number))

    def remove(self, candidate: int, number: int) -> int:
        """Take a conversation off the board and return its stand. Fixed ones must not be asked for."""
        stand = self.day[candidate][number]
        self.value -= self.loss(candidate, stand)
        if self.instance.options[candidate][stand].team != DIRECT:
            self.crew.drop(candidate, number)
        self._leave(candidate, stand, number)
        self._steps.append(("leave", candidate, stand, number))
        return stand

    def mark(self) -> Mark:
        """Return a point to which `rollback` can return."""
        return len(self._steps), len(self.crew.log)

    def rollback(self, mark: Mark) -> None:
        """Undo everything since the mark, interpreters included."""
        while len(self._steps) > mark[0]:
            kind, candidate, stand, number = self._steps.pop()
            if kind == "sit":
                self.value -= self.loss(candidate, stand)
                self._leave(candidate, stand, number)
            else:
                self.value += self.gain(candidate, self.instance.options[candidate][stand])
                self._sit(candidate, stand, number)
        self.crew.rollback(mark[1])

    def forget_steps(self) -> None:
        """Drop the memory of steps taken: nothing before this point can be undone any more."""
        self._steps.clear()
        self.crew.log.clear()

    def touched(self) -> set[int]:
        """Return the candidates of all steps that can still be undone."""
        return {candidate for _, candidate, _, _ in self._steps}

    def occupants(self, stand: int, number: int) -> list[int]:
        """Return the candidates at a stand in a round who may be moved."""
        return [who for who in self.sitting[stand][number] if (who, number) not in self.locked]

    def _sit(self, candidate: int, stand: int, number: int) -> None:
        self.day[candidate][number] = stand
        self.met[candidate][stand] = number
        self.free[candidate] ^= 1 << number
        seated = self.sitting[stand][number]
        seated.append(candidate)
        if len(seated) >= self.instance.seats[stand][number]:
            self.room[stand] &= ~(1 << number)
        self.count += 1

    def _leave(self, candidate: int, stand: int, number: int) -> None:
        del self.day[candidate][number]
        del self.met[candidate][stand]
        self.free[candidate] ^= 1 << number
        self.sitting[stand][number].remove(candidate)
        self.room[stand] |= 1 << number
        self.count -= 1
