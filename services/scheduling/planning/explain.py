"""Why a conversation is where it is, and what stands in the way of one that is not.

Reasons are data, for pages to put into the reader's language.

Codes of `why_here`, several a conversation: `fixed`; `fit` (score, rank among the candidate's wishes, of);
`shared_language` (languages); `interpreted` (interpreter, candidate_language, stand_language) with one of
`interpreter_stays`, `interpreter_comes` (from_stand, distance), `interpreter_begins`; `turn` (number, of,
worth, later_rounds); `waits` (rounds).

Codes of `why_not` and `why_none`: `no_rounds`, `none_allowed`, `no_wishes`, those of obstacles.py,
`stand_closed`, `seats_taken`, and `possible` (stand, round) where nothing is in the way, as in a plan that was
stopped or changed by hand. Who sits there, or interprets elsewhere, is among the people of the reason.

Codes of `why_empty`: `nobody_listed`, the obstacle that keeps away most of those listed (with a number and names for
each of the obstacles), `possible`.

Those of `why_idle`, about interpreters, stand in unneeded.py.
"""

import math
from collections import Counter
from dataclasses import dataclass

from .instance import bits, span
from .languages import bridge, talk_directly
from .obstacles import MOST_NAMED, Figure, Reason, Situation
from .plan import Conversation, Plan
from .problem import Problem
from .unneeded import IdleInterpreter, explain_idle


@dataclass(frozen=True, slots=True)
class EmptySeats:
    """Seats that nobody takes in a round, and why."""

    stand: str
    round: int
    seats: int
    reason: Reason


class Explainer:
    """Answers questions about one plan. The plan must have passed `check`."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self._now = Situation(problem, plan)
        self._fixed = {(fixed.candidate, fixed.stand, fixed.round) for fixed in problem.fixed}

    def why_here(self, one: Conversation) -> tuple[Reason, ...]:
        """Return what speaks for this conversation, at this stand, in this round."""
        reasons = [Reason("fixed")] if (one.candidate, one.stand, one.round) in self._fixed else []
        reasons.append(self._fit(one))
        reasons += self._language(one)
        return (*reasons, *self._turn(one))

    def why_not(self, candidate: str, stand: str) -> Reason:
        """Return what stands between a candidate and a stand who do not talk in this plan."""
        general = self._general(candidate)
        if general:
            return general
        code, rounds = self._find_obstacle(candidate, stand)
        if code == "stand_closed":
            first, last = self._now.candidates[candidate].rounds
            return Reason(code, {"first_round": first, "last_round": last})
        if code == "possible":
            return Reason(code, {"candidate": candidate, "stand": stand, "round": next(bits(rounds))})
        figures = {} if code == "seats_taken" else self._figures(candidate, stand)
        when: dict[str, Figure] = {"rounds": tuple(bits(rounds))} if rounds else {}
        return Reason(code, figures | when, self._name(code, candidate, stand, rounds))

    def why_none(self, candidate: str) -> Reason:
        """Return what keeps a candidate from any conversation: the obstacle at most of the stands wished for.

        The people are those at the best fitting of these stands, which is the `stand` of the figures.
        """
        general = self._general(candidate)
        if general:
            return general
        wishes = self._now.wishes[candidate]
        found = {stand: self._find_obstacle(candidate, stand) for stand in wishes}
        possible = next((stand for stand, (code, _) in found.items() if code == "possible"), None)
        if possible is not None:
            return self.why_not(candidate, possible)
        code, stands = Counter(code for code, _ in found.values()).most_common(1)[0]
        best = max((stand for stand in wishes if found[stand][0] == code), key=lambda stand: wishes[stand])
        people = self._name(code, candidate, best, found[best][1])
        return Reason(code, {"stands": stands, "wishes": len(wishes), "stand": best}, people)

    def without_conversation(self) -> dict[str, Reason]:
        """Return everybody who has no conversation at all, with the reason."""
        return {name: self.why_none(name) for name, day in self._now.day.items() if not day}

    def why_empty(self, stand: str, number: int) -> Reason:
        """Return why a free seat of this stand stays free in this round."""
        now = self._now
        left = now.listed[stand]
        if not left:
            return Reason("nobody_listed")
        never, not_now = now.speaking(now.spoken_at[stand], number)
        kept_away = {}
        for code, candidates in (
            ("no_language", never),
            ("met_already", now.met[stand]),
            ("absent", ~now.there[number]),
            ("limit_reached", now.full),
            ("busy", now.busy[number]),
            ("no_interpreter", not_now),
        ):
            if left & candidates:
                kept_away[code] = left & candidates
            left &= ~candidates
        if left:
            return Reason("possible", {"candidate": now.name(left)[0], "stand": stand, "round": number})
        counts: dict[str, Figure] = {code: candidates.bit_count() for code, candidates in kept_away.items()}
        most = max(kept_away, key=lambda code: kept_away[code].bit_count())
        return Reason(most, counts, {code: now.name(candidates) for code, candidates in kept_away.items()})

    def empty_seats(self, from_round: int = 0) -> list[EmptySeats]:
        """Return all seats that stay free, by stand and round."""
        return [
            EmptySeats(stand.id, number, self._now.free_seats(stand.id, number), self.why_empty(stand.id, number))
            for stand in self.problem.stands
            for number in bits(self._now.vacant[stand.id])
            if number >= from_round
        ]

    def why_idle(self, interpreter: str, from_round: int = 0) -> IdleInterpreter | None:
        """Return the rounds of duty in which the interpreter has no work, and why; None where there are none."""
        return explain_idle(self._now, interpreter, from_round)

    def idle_interpreters(self, from_round: int = 0) -> list[IdleInterpreter]:
        """Return all interpreters who have rounds of duty without work."""
        found = (self.why_idle(one.id, from_round) for one in self.problem.interpreters)
        return [one for one in found if one is not None]

    def _general(self, candidate: str) -> Reason | None:
        """What keeps a candidate from every stand alike."""
        first, last = self._now.candidates[candidate].rounds
        if first > last:
            return Reason("no_rounds")
        if self._now.limit(candidate) == 0:
            return Reason("none_allowed")
        if not self._now.wishes[candidate]:
            return Reason("no_wishes")
        return None

    def _find_obstacle(self, candidate: str, stand: str) -> tuple[str, int]:
        """What is between these two, and in which rounds: for most codes those in which it is the answer."""
        now = self._now
        first, last = now.candidates[candidate].rounds
        there = now.open[stand] & span(first, last)
        if not there:
            return "stand_closed", 0
        code = now.obstacle(candidate, stand)
        if code is not None:
            return code, 0
        busy = there & sum(1 << at for at in now.day[candidate])
        alone = there & ~busy & ~now.helped(now.speaks[candidate], now.spoken_at[stand])
        vacant = there & now.vacant[stand]
        if alone == there:
            return "no_interpreter", there
        for answer, rounds in (("possible", ~busy & ~alone), ("no_interpreter", alone), ("busy", busy)):
            if vacant & rounds:
                return answer, vacant & rounds
        return "seats_taken", there

    def _name(self, code: str, candidate: str, stand: str, rounds: int) -> dict[str, tuple[str, ...]]:
        """Who stands in the way: those on the seats, or the interpreters who work or rest in these rounds."""
        now = self._now
        if code == "seats_taken":
            return {code: now.name_sitting(stand, rounds)}
        if code == "no_interpreter":
            team = now.team(now.speaks[candidate], now.spoken_at[stand]) or ()
            there = [name for name in team if any(rounds >> at & 1 for at in now.interpreters[name].rounds)]
            return {code: tuple(there[:MOST_NAMED])} if there else {}
        return {}

    def _figures(self, candidate: str, stand: str) -> dict[str, Figure]:
        one, other = self._now.speaks[candidate], self._now.spoken_at[stand]
        return {
            "candidate_languages": tuple(sorted(one)),
            "stand_languages": tuple(sorted(other)),
            "limit": self._now.limit(candidate),
        }

    def _fit(self, one: Conversation) -> Reason:
        wishes = self._now.wishes[one.candidate]
        score = wishes[one.stand]
        better = sum(other > score for other in wishes.values())
        return Reason("fit", {"score": score, "rank": better + 1, "of": len(wishes)})

    def _language(self, one: Conversation) -> list[Reason]:
        mine, theirs = self._now.speaks[one.candidate], self._now.spoken_at[one.stand]
        if one.interpreter is None:
            return [Reason("shared_language", {"languages": tuple(sorted(mine & theirs))})]
        pair = bridge(self._now.interpreters[one.interpreter], mine, theirs)
        if pair is None or talk_directly(mine, theirs):
            raise ValueError("the plan breaks a rule of languages: check it before asking why")
        named: dict[str, Figure] = {
            "interpreter": one.interpreter,
            "candidate_language": pair[0],
            "stand_language": pair[1],
        }
        return [Reason("interpreted", named), self._arrival(one.interpreter, one)]

    def _arrival(self, interpreter: str, one: Conversation) -> Reason:
        """Where the interpreter was before."""
        work = self._now.work[interpreter]
        before = max((number for number in work if number < one.round), default=None)
        if before is None:
            return Reason("interpreter_begins", {"interpreter": interpreter})
        start = work[before]
        if start == one.stand:
            return Reason("interpreter_stays", {"interpreter": interpreter})
        ends = self._now.stands[start].position, self._now.stands[one.stand].position
        distance = round(math.dist(*ends), 1)
        return Reason("interpreter_comes", {"interpreter": interpreter, "from_stand": start, "distance": distance})

    def _turn(self, one: Conversation) -> list[Reason]:
        rounds = sorted(self._now.day[one.candidate])
        number = rounds.index(one.round)
        ladder = self.problem.rules.ladder
        figures: dict[str, Figure] = {
            "number": number + 1,
            "of": len(rounds),
            "worth": ladder[number] if number < len(ladder) else 0,
            "later_rounds": tuple(rounds[number + 1 :]),
        }
        waited = one.round - rounds[number - 1] - 1 if number else 0
        return [Reason("turn", figures), *([Reason("waits", {"rounds": waited})] if waited else [])]
