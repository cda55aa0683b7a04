"""What one plan does otherwise than another: wishes, people without a conversation, conversations moved."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext

from services.scheduling.events.models import Attendee, Stand
from services.scheduling.timetable.models import Conversation, Plan
from services.scheduling.timetable.rules import People


@dataclass(frozen=True)
class WishOfPlan:
    """An employer at the event whom a candidate asked to meet, and whether the plan lets them meet."""

    attendee: Attendee
    stand: Stand
    met: bool


def list_wishes(plan: Plan | None, people: People) -> list[WishOfPlan]:
    """Every wish for an employer who is there, by candidate."""
    meets: set[tuple[uuid.UUID, uuid.UUID | None]] = {
        (one.invitation_id, people.stands[one.booking_id].employer_id)
        for one in (plan.conversations if plan else ())
        if one.booking_id in people.stands
    }
    by_employer = {stand.employer_id: stand for stand in reversed(list(people.stands.values()))}
    return [
        WishOfPlan(attendee, by_employer[employer], (attendee.id, employer) in meets)
        for attendee in people.attendees.values()
        for employer in attendee.wished_employers
        if employer in by_employer
    ]


@dataclass(frozen=True)
class Change:
    """What becomes of one conversation, one of STATES.

    kept: as it was; moved: in another round; interpreter: in the same round with another one or without.
    """

    state: str
    stand: Stand
    before: Conversation | None
    after: Conversation | None


@dataclass
class PersonsChanges:
    """What another plan means for one candidate."""

    attendee: Attendee
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """What a plan does otherwise than the one before it."""

    before: Plan
    counts: dict[str, int]
    """each of STATES → conversations"""
    people: list[PersonsChanges]
    """those for whom something is otherwise, by number"""
    wishes: tuple[int, int]
    """met before and after"""
    without: tuple[int, int]
    """people without a conversation, before and after"""

    @property
    def sentence(self) -> str:
        """The difference in a sentence, in the reader's language."""
        return tell_difference(self)


def rounds_planned_before(plan: Plan) -> range:
    """The rounds that a re-plan left as they were."""
    return range(plan.from_round or 0)


STATES = ("kept", "moved", "interpreter", "new", "dropped")


def compare_plans(before: Plan, after: Plan, people: People, begun: Collection[int] = ()) -> Difference:
    """What `after` does otherwise than `before`; rounds that have `begun` are left out of the counts."""
    changes = _changes_by_person(before, after, people, begun)
    counts = dict.fromkeys(STATES, 0)
    for one in (one for own in changes.values() for one in own):
        counts[one.state] += 1
    touched = [
        PersonsChanges(people.attendees[who], [one for one in changes[who] if one.state != "kept"])
        for who in people.attendees
        if any(one.state != "kept" for one in changes[who])
    ]
    met = [sum(wish.met for wish in list_wishes(plan, people)) for plan in (before, after)]
    coming = set(people.attendees)
    without = [len(coming - {one.invitation_id for one in plan.conversations}) for plan in (before, after)]
    return Difference(before, counts, touched, (met[0], met[1]), (without[0], without[1]))


def _changes_by_person(
    before: Plan, after: Plan, people: People, begun: Collection[int]
) -> dict[uuid.UUID, list[Change]]:
    old, new = _by_pair(before.conversations, begun), _by_pair(after.conversations, begun)
    found: dict[uuid.UUID, list[Change]] = defaultdict(list)
    for pair in {**old, **new}:
        who, where = pair
        if who in people.attendees and where in people.stands:
            was, comes = old.get(pair), new.get(pair)
            found[who].append(Change(_state(was, comes), people.stands[where], was, comes))
    return found


def _by_pair(
    conversations: Iterable[Conversation], begun: Collection[int]
) -> dict[tuple[uuid.UUID, uuid.UUID], Conversation]:
    return {(one.invitation_id, one.booking_id): one for one in conversations if one.round not in begun}


def _state(was: Conversation | None, comes: Conversation | None) -> str:
    if was is None:
        return "new"
    if comes is None:
        return "dropped"
    if was.round != comes.round:
        return "moved"
    return "kept" if (was.interpreter_id, was.language) == (comes.interpreter_id, comes.language) else "interpreter"


def tell_difference(difference: Difference) -> str:
    """The difference in a sentence, in the reader's language."""
    parts = {
        "wishes": _tell_wishes(difference.wishes[1] - difference.wishes[0]),
        "people": _tell_without(difference.without[1] - difference.without[0]),
        "moved": _tell_moved(difference.counts["moved"]),
    }
    if difference.before.state == "published":
        return gettext("Compared with the published plan: %(wishes)s, %(people)s, %(moved)s.", **parts)
    return gettext("Compared with the plan before: %(wishes)s, %(people)s, %(moved)s.", **parts)


def _tell_moved(moved: int) -> str:
    if not moved:
        return gettext("no conversation moved to another round")
    return ngettext(
        "%(num)s conversation moved to another round", "%(num)s conversations moved to another round", moved
    )


def _tell_wishes(more: int) -> str:
    if more > 0:
        return ngettext("%(num)s wish more is met", "%(num)s wishes more are met", more)
    if more < 0:
        return ngettext("%(num)s wish fewer is met", "%(num)s wishes fewer are met", -more)
    return gettext("as many wishes are met")


def _tell_without(more: int) -> str:
    if more > 0:
        return ngettext("%(num)s person more has no conversation", "%(num)s people more have no conversation", more)
    if more < 0:
        return ngettext("%(num)s person fewer has no conversation", "%(num)s people fewer have no conversation", -more)
    return gettext("as many people have no conversation")
