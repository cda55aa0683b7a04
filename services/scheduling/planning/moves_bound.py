"""A proven bound on moves: however the same conversations in the same rounds are handed out, there are no fewer.

Say that an interpreter is at the stand of the last conversation, or before the first one, of the first. Let n[s,t] be
the conversations at stand s in round t that need an interpreter, y[s,t] the interpreters who are at s then, and up[s,t]
those who come to s from another stand:

    minimise    Σ up[s,t]
    subject to  n[s,t] ≤ y[s,t] ≤ y[s,t−1] + up[s,t],    Σ_s y[s,t] ≤ interpreters there are
                y[s,a] + Σ_{a<t≤b} up[s,t] ≥ Σ_{a≤t≤b} n[s,t] / most     for windows [a,b] of a stretch

because whoever is at s in a window was there at its beginning or came, and has at most `most` conversations in it.
Every way to hand out the work is a solution, so the relaxed optimum, proven by linear.py, is a bound. Interpreters who
have no conversation that could be each other's, directly or through others, are counted apart.
"""

from collections import Counter, defaultdict

from .board import Board
from .instance import Instance, bits, windows
from .linear import LinearModel

Needed = dict[int, Counter[int]]
"""How many conversations there are, by stand and round."""


def bound_moves(board: Board, seconds: float) -> int | None:
    """The bound for the conversations on a board; None when there is no time for it."""
    total = 0
    for crew, needed in _split(board):
        solution = _write(board.instance, crew, needed).relax(seconds)
        if solution is None:
            return None
        total += max(0, -solution.proven)
    return total


def _split(board: Board) -> list[tuple[int, Needed]]:
    """Sets of interpreters who can take over from each other, and what they do."""
    crews: list[int] = []
    jobs = [(number, who, team) for number, jobs in enumerate(board.crew.jobs) for who, team in jobs.values()]
    for team in {board.instance.teams[team] for _, _, team in jobs}:
        joined = [crew for crew in crews if crew & team]
        crews = [crew for crew in crews if not crew & team]
        crews.append(team | _union(joined))
    found: list[tuple[int, Needed]] = []
    for crew in sorted(crews):
        needed: Needed = defaultdict(Counter)
        for number, who, team in jobs:
            if board.instance.teams[team] & crew:
                needed[board.day[who][number]][number] += 1
        found.append((crew, needed))
    return found


def _union(sets: list[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union


def _write(instance: Instance, crew: int, needed: Needed) -> LinearModel:
    model = LinearModel()
    people = crew.bit_count()
    rounds = range(instance.rounds)
    limits = _most_work(instance, crew)
    there: dict[tuple[int, int], int] = {}
    coming: dict[tuple[int, int], int] = {}
    for stand, count in sorted(needed.items()):
        for number in rounds:
            there[stand, number] = model.add_column(0, people, least=count[number], whole=False)
            if number:
                coming[stand, number] = model.add_column(-1, people, whole=False)
                model.add_row(0, [there[stand, number]], [there[stand, number - 1], coming[stand, number]])
        for window, most in limits:
            first, *later = bits(window)
            fewest = -(-sum(count[number] for number in bits(window)) // most)
            model.add_row(-fewest, (), [there[stand, first], *(coming[stand, number] for number in later)])
    for number in rounds:
        model.add_row(people, [there[stand, number] for stand in needed])
    return model


def _most_work(instance: Instance, crew: int) -> list[tuple[int, int]]:
    """Windows as long as the stretches of these interpreters, with the most that anyone of them can do in each."""
    stretches = {instance.stretch[interpreter] for interpreter in bits(crew)}
    return [
        (window, max(_work_within(window.bit_count(), *stretch) for stretch in stretches))
        for length in {length for _, length in stretches}
        for window in windows(instance.rounds, length)
    ]


def _work_within(rounds: int, most: int, length: int) -> int:
    """The most conversations in so many consecutive rounds."""
    return rounds // length * most + min(most, rounds % length)
