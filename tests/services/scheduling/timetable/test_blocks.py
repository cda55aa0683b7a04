"""An interpreter's connected blocks: how work falls apart into them, and how a new plan's are recognised."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.rules import engage_interpreter, load_interpreter
from services.scheduling.timetable.blocks import Span, connect_rounds, recognise
from services.scheduling.timetable.models import Conversation
from services.scheduling.timetable.roster import tell_roster
from shared.events import CancelCalendarEntry, EventPublished, PutCalendarEntry, Round, StandBooked
from tests.factories.notifications import at
from tests.factories.scheduling import make_facts, make_interpreter, make_stand
from tests.service_under_test import ServiceUnderTest

ROUNDS = 12
Plan = frozenset[int]
plans = st.frozensets(st.integers(0, ROUNDS - 1))


def rounds_with(*gaps: int, lasts: int = 12) -> list[Round]:
    """Rounds from noon on with so many minutes between them."""
    found, start = [], at(2026, 12, 10, 12)
    for number, gap in enumerate([*gaps, 0]):
        found.append(Round(number, start, start + timedelta(minutes=lasts)))
        start += timedelta(minutes=lasts + gap)
    return found


def spans(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(*pair) for pair in pairs]


@pytest.mark.parametrize(
    ("worked", "blocks"),
    [
        ([], []),
        ([3], [(3, 3)]),
        ([0, 1, 2, 4, 5], [(0, 2), (4, 5)]),
        ([5, 1, 0, 1, 3], [(0, 1), (3, 3), (5, 5)]),
        ([0, 99], [(0, 0)]),
    ],
)
def test_a_round_without_work_ends_a_block(worked: list[int], blocks: list[tuple[int, int]]) -> None:
    assert connect_rounds(worked, rounds_with(3, 3, 3, 3, 3)) == spans(*blocks)


def test_a_longer_break_between_two_rounds_ends_a_block_too() -> None:
    assert connect_rounds(range(5), rounds_with(3, 30, 3, 3)) == spans((0, 1), (2, 4))


def test_rounds_that_follow_at_once_are_one_block() -> None:
    assert connect_rounds(range(3), rounds_with(0, 0)) == spans((0, 2))
    assert connect_rounds([0], rounds_with()) == spans((0, 0))


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ([(0, 3)], [(0, 3)], {0: 0}),
        ([(0, 3)], [(0, 1)], {0: 0}),
        ([(0, 3)], [(2, 5)], {0: 0}),
        ([(2, 2)], [(3, 3)], {0: 0}),
        ([(2, 2)], [(4, 4)], {}),
        ([(0, 3)], [(0, 0), (2, 3)], {1: 0}),
        ([(0, 3)], [(0, 1), (3, 3)], {0: 0}),
        ([(0, 4)], [(0, 1), (3, 4)], {0: 0}),
        ([(0, 1), (3, 4)], [(0, 4)], {0: 0}),
        ([(0, 1), (3, 7)], [(0, 7)], {0: 1}),
        ([(1, 2), (4, 5)], [(2, 3), (5, 6)], {0: 0, 1: 1}),
        ([(0, 1), (3, 4)], [(3, 4)], {0: 1}),
        ([], [(0, 1)], {}),
        ([(0, 1)], [], {}),
    ],
)
def test_blocks_are_recognised_by_the_rounds_they_share(
    old: list[tuple[int, int]], new: list[tuple[int, int]], same: dict[int, int]
) -> None:
    assert recognise(spans(*old), spans(*new)) == same


@given(plans, plans)
def test_a_block_that_is_as_it_was_stays_itself(before: Plan, after: Plan) -> None:
    old, new = (connect_rounds(plan, rounds_with(*[3] * (ROUNDS - 1))) for plan in (before, after))
    found = recognise(old, new)
    assert len(set(found.values())) == len(found)
    for place, block in enumerate(new):
        if block in old:
            assert old[found[place]] == block
        elif any(max(block.first, one.first) <= min(block.last, one.last) for one in old):
            rivals = [at for at, was in found.items() if _meet(old[was], block)]
            assert place in found or rivals, "a block that shares rounds is only new when another one goes on"


def _meet(one: Span, other: Span) -> bool:
    return max(one.first, other.first) <= min(one.last, other.last)


# ── what the calendars are told ───────────────────────────────────────────────────────────────────────────────


class Calendar:
    """What an interpreter's calendar holds after the commands so far."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.told = make_facts(ROUNDS)
        self.stand: StandBooked = make_stand(self.told, "1")
        service.deliver_all([EventPublished(self.told), self.stand])
        with service.session() as session:
            self.interpreter_id = make_interpreter(session).id
            interpreter = load_interpreter(session, self.interpreter_id)
            engage_interpreter(session, load_event(session, self.told.event_id), interpreter, range(ROUNDS))
        self.entries: dict[str, tuple[datetime, datetime]] = {}
        self.versions: dict[str, int] = {}

    def publish(self, plan: Plan) -> list[PutCalendarEntry | CancelCalendarEntry]:
        """Tell the roster of this plan; what was asked of notifications."""
        self.service.forget_outbox()
        with self.service.session() as session:
            tell_roster(session, load_event(session, self.told.event_id), [self._talk(number) for number in plan])
        commands = [one for one in self.service.outbox() if isinstance(one, PutCalendarEntry | CancelCalendarEntry)]
        for one in commands:
            assert one.version > self.versions.get(one.key, 0)
            self.versions[one.key] = one.version
            if isinstance(one, PutCalendarEntry):
                self.entries[one.key] = (one.starts_at, one.ends_at)
            else:
                del self.entries[one.key]
        return commands

    def blocks(self, plan: Plan) -> list[tuple[datetime, datetime]]:
        starts = {one.number: one for one in self.told.rounds}
        found = connect_rounds(plan, self.told.rounds)
        return [(starts[one.first].starts_at, starts[one.last].ends_at) for one in found]

    def _talk(self, number: int) -> Conversation:
        people: dict[str, Any] = {"invitation_id": uuid.uuid4(), "booking_id": self.stand.booking_id}
        return Conversation(round=number, seat=0, language="uk", interpreter_id=self.interpreter_id, **people)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([frozenset(range(4)), frozenset({0, 1, 3}), frozenset(), frozenset({1, 2})])
@given(st.lists(plans, min_size=1, max_size=6))
def test_calendar_holds_the_last_plans_blocks_and_nothing_else(
    scheduling: ServiceUnderTest, sequence: Sequence[Plan]
) -> None:
    calendar = Calendar(scheduling)
    for plan in sequence:
        before = dict(calendar.entries)
        commands = calendar.publish(plan)
        held = sorted(calendar.entries.values())
        assert held == calendar.blocks(plan)
        assert all(one[1] < later[0] for one, later in pairwise(held))
        as_they_were = {key for key, times in before.items() if calendar.entries.get(key) == times}
        assert not as_they_were & {command.key for command in commands}
        stayed = set(before.values()) & set(held)
        assert {before[key] for key in as_they_were} == stayed
        assert len(commands) == len({command.key for command in commands})
    assert calendar.publish(sequence[-1]) == []


def test_block_that_shrinks_or_moves_by_a_round_stays_the_same_entry(scheduling: ServiceUnderTest) -> None:
    calendar = Calendar(scheduling)
    for plan in ({2, 3, 4}, {3, 4}, {4, 5}, {6}, {7}):
        [command] = calendar.publish(frozenset(plan))
        assert (type(command), command.key) == (PutCalendarEntry, "interpreting")


def test_block_that_vanishes_is_cancelled_and_comes_back_as_the_same_entry(scheduling: ServiceUnderTest) -> None:
    calendar = Calendar(scheduling)
    calendar.publish(frozenset({0, 1, 5, 6}))
    assert sorted(calendar.entries) == ["interpreting", "interpreting:1"]
    [gone] = calendar.publish(frozenset({0, 1}))
    assert (type(gone), gone.key, gone.template) == (CancelCalendarEntry, "interpreting:1", "interpreter_free")
    [back] = calendar.publish(frozenset({0, 1, 6}))
    assert (type(back), back.key) == (PutCalendarEntry, "interpreting:1")


def test_each_entry_names_its_own_stands_only(scheduling: ServiceUnderTest) -> None:
    calendar = Calendar(scheduling)
    for command in calendar.publish(frozenset({0, 1, 5})):
        [block] = command.values["blocks"]
        assert isinstance(command, PutCalendarEntry)
        assert block["starts_at"] == command.starts_at.isoformat()
        assert block["ends_at"] == command.ends_at.isoformat()
