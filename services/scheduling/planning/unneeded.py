"""Why an interpreter has rounds of duty without work.

Codes, with the number of candidates that each rule keeps away in the figures, and their names among the people:

* `rest`: working more would break the stretch (most, window) in all of these rounds;
* `nobody_needs`: no candidate and stand who may talk need one of this interpreter's pairs of languages;
* `absent`, `limit_reached`, `busy`, `met_already`, `seats_taken`: what keeps most of those who need one of the pairs
  from a conversation in these rounds: they are not there, have all that is allowed, talk elsewhere (directly or with a
  colleague), have met every stand for which they need the interpreter, or those stands are full. Under `seats_taken`
  the people are those who sit there, and `stands` are the full stands that most of them need;
* `possible` (candidate, stand, round): nothing is in the way, as in a plan that was stopped or changed by hand.
"""

from dataclasses import dataclass

from .instance import bits
from .obstacles import MOST_NAMED, Figure, Reason, Situation


@dataclass(frozen=True, slots=True)
class IdleInterpreter:
    """Rounds of duty without work, and why."""

    interpreter: str
    rounds: tuple[int, ...]
    reason: Reason


def explain_idle(now: Situation, interpreter: str, from_round: int = 0) -> IdleInterpreter | None:
    """Return the rounds from `from_round` on without work, and why; None where there are none."""
    known = now.interpreters[interpreter]
    rounds = sorted(at for at in known.rounds if at >= from_round and at not in now.work[interpreter])
    if not rounds:
        return None
    rested = sum(1 << at for at in rounds) & now.spare[interpreter]
    if not rested:
        most, window = known.stretch or now.problem.rules.stretch
        return IdleInterpreter(interpreter, tuple(rounds), Reason("rest", {"most": most, "window": window}))
    return IdleInterpreter(interpreter, tuple(rounds), _explain(now, _list_needing(now, interpreter), rested))


def _list_needing(now: Situation, interpreter: str) -> dict[str, int]:
    """For each stand the candidates who may talk there and could do so with this interpreter."""
    pairs = now.interpreters[interpreter].pairs
    found = {stand: now.joined(pairs, languages) & now.listed[stand] for stand, languages in now.spoken_at.items()}
    return {stand: candidates for stand, candidates in found.items() if candidates}


def _explain(now: Situation, needing: dict[str, int], rounds: int) -> Reason:
    """What is in the way in rounds in which the interpreter could work."""
    left = there = idle = 0
    for candidates in needing.values():
        left |= candidates
    if not left:
        return Reason("nobody_needs")
    for number in bits(rounds):
        there |= now.there[number]
        idle |= now.there[number] & ~now.busy[number]
    unmet = 0
    for stand, candidates in needing.items():
        unmet |= candidates & ~now.met[stand]
    kept_away: dict[str, int] = {}
    for code, able in (("absent", there), ("limit_reached", ~now.full), ("busy", idle), ("met_already", unmet)):
        if left & ~able:
            kept_away[code] = left & ~able
        left &= able
    wanted = {stand: left & candidates & ~now.met[stand] for stand, candidates in needing.items()}
    possible = _find_possible(now, wanted, rounds)
    if possible is not None:
        return possible
    if left:
        kept_away["seats_taken"] = left
    return _sum_up(now, kept_away, wanted, rounds)


def _find_possible(now: Situation, wanted: dict[str, int], rounds: int) -> Reason | None:
    """A conversation that breaks no rule."""
    for stand, candidates in wanted.items():
        for number in bits(rounds & now.vacant[stand]):
            able = candidates & now.there[number] & ~now.busy[number]
            if able:
                return Reason("possible", {"candidate": now.name(able)[0], "stand": stand, "round": number})
    return None


def _sum_up(now: Situation, kept_away: dict[str, int], wanted: dict[str, int], rounds: int) -> Reason:
    figures: dict[str, Figure] = {code: candidates.bit_count() for code, candidates in kept_away.items()}
    people = {code: now.name(candidates) for code, candidates in kept_away.items()}
    if "seats_taken" in kept_away:
        most_wanted = sorted(wanted, key=lambda stand: -wanted[stand].bit_count())
        stands = tuple(stand for stand in most_wanted if wanted[stand])[:MOST_NAMED]
        sitting = (name for stand in stands for name in now.name_sitting(stand, rounds))
        figures["stands"] = stands
        people["seats_taken"] = tuple(dict.fromkeys(sitting))[:MOST_NAMED]
    most = max(kept_away, key=lambda code: kept_away[code].bit_count())
    return Reason(most, figures, people)
