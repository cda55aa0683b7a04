"""Why a conversation is where it is, and what stands in the way of one that is not.

Reasons are data, for pages to put into the reader's language.

Codes of `why_here`, several a conversation: `fixed`; `fit` (score, rank among the candidate's wishes, of);
`shared_language` (languages); `interpreted` (interpreter, candidate_language, stand_language) with one of
`interpreter_stays`, `interpreter_comes` (from_stand, distance), `interpreter_begins`; `turn` (number, of,
worth, later_rounds); `waits` (rounds).

Codes of `why_not` and `why_none`: `no_rounds`, `none_allowed`, `no_wishes`, those of obstacles.py,
`stand_closed`, `seats_taken`, and `possible` (stand, round) where nothing is in the way, as in a plan that was
stopped or changed by hand.

Codes of `why_empty`: `nobody_listed`, the obstacle that keeps away most of those listed (with a number for each
of the obstacles), `possible`.
"""

import math
from collections import Counter
from dataclasses import dataclass

from .languages import bridge, talk_directly
from .obstacles import Figure, Reason, Situation
from .plan import Conversation, Plan
from .problem import Problem


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
        self.plan = plan
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
        now = self._now
        general = self._general(candidate)
        if general:
            return general
        first, last = now.candidates[candidate].rounds
        rounds = range(first, last + 1)
        open_rounds = [number for number in rounds if now.stands[stand].seats[number]]
        found = [now.obstacle(candidate, stand, number) for number in open_rounds]
        for code in ("not_listed", "no_language", "met_already", "limit_reached"):
            if code in found:
                return Reason(code, self._figures(candidate, stand))
        if not open_rounds:
            return Reason("stand_closed", {"first_round": first, "last_round": last})
        return self._why_not_then(candidate, stand, dict(zip(open_rounds, found, strict=True)))

    def why_none(self, candidate: str) -> Reason:
        """Return what keeps a candidate from any conversation: the obstacle at most of the stands wished for."""
        general = self._general(candidate)
        if general:
            return general
        wishes = self._now.wishes[candidate]
        reasons = [self.why_not(candidate, stand) for stand in wishes]
        possible = next((reason for reason in reasons if reason.code == "possible"), None)
        if possible:
            return possible
        counts = Counter(reason.code for reason in reasons)
        code, stands = counts.most_common(1)[0]
        return Reason(code, {"stands": stands, "wishes": len(wishes)})

    def without_conversation(self) -> dict[str, Reason]:
        """Return everybody who has no conversation at all, with the reason."""
        return {name: self.why_none(name) for name, day in self._now.day.items() if not day}

    def why_empty(self, stand: str, number: int) -> Reason:
        """Return why a free seat of this stand stays free in this round."""
        listed = self._now.wanted_by[stand]
        if not listed:
            return Reason("nobody_listed")
        found = {candidate: self._now.obstacle(candidate, stand, number) for candidate in listed}
        able = next((candidate for candidate, code in found.items() if code is None), None)
        if able is not None:
            return Reason("possible", {"candidate": able, "stand": stand, "round": number})
        counts = Counter(code for code in found.values() if code is not None)
        return Reason(counts.most_common(1)[0][0], dict(counts))

    def empty_seats(self) -> list[EmptySeats]:
        """Return all seats that stay free, by stand and round."""
        return [
            EmptySeats(stand.id, number, free, self.why_empty(stand.id, number))
            for stand in self.problem.stands
            for number in range(self.problem.rounds)
            if (free := self._now.free_seats(stand.id, number)) > 0
        ]

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

    def _why_not_then(self, candidate: str, stand: str, found: dict[int, str | None]) -> Reason:
        """The answer where it depends on the round: `found` has the obstacle of every round with seats."""
        if set(found.values()) == {"no_interpreter"}:
            return Reason("no_interpreter", {**self._figures(candidate, stand), "rounds": tuple(found)})
        vacant = {number for number in found if self._now.free_seats(stand, number) > 0}
        for number in sorted(vacant):
            if found[number] is None:
                return Reason("possible", {"candidate": candidate, "stand": stand, "round": number})
        for code in ("no_interpreter", "busy"):
            rounds = tuple(number for number in sorted(vacant) if found[number] == code)
            if rounds:
                return Reason(code, {**self._figures(candidate, stand), "rounds": rounds})
        return Reason("seats_taken", {"rounds": tuple(found)})

    def _figures(self, candidate: str, stand: str) -> dict[str, Figure]:
        one, other = self._now.languages(candidate, stand)
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
        mine, theirs = self._now.languages(one.candidate, one.stand)
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
