"""Conversations that lost their interpreter: counted by the clock, told to registration when the number changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.scheduling.events.models import Event
from services.scheduling.interpreters.models import Engagement
from services.scheduling.timetable.erasing import erase_interpreter
from services.scheduling.timetable.lost import tell_lost, tell_lost_of_all
from services.scheduling.timetable.models import Conversation, Plan
from shared import clock
from shared.events import InterpretersLost
from tests.factories.scheduling import World, tell_world
from tests.queries import queries_of
from tests.service_under_test import ServiceUnderTest
from tests.services.scheduling.timetable.test_plans import make_plan, publish


@pytest.fixture
def world(scheduling: ServiceUnderTest) -> World:
    """An event with a published plan, in which interpreters work."""
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    return world


def _told(service: ServiceUnderTest) -> list[tuple[int, int]]:
    tell_lost_of_all(service.sessions)
    return [(one.version, one.conversations) for one in service.outbox(InterpretersLost)]


def _work(service: ServiceUnderTest, world: World) -> list[Conversation]:
    """The conversations of the first interpreter who has any."""
    with service.session() as session:
        planned = session.scalars(select(Conversation).where(Conversation.interpreter_id.is_not(None))).all()
    first = planned[0].interpreter_id
    return [one for one in planned if one.interpreter_id == first]


def _set(service: ServiceUnderTest, work: list[Conversation], **changes: object) -> None:
    with service.session() as session:
        one = update(Engagement).where(Engagement.interpreter_id == work[0].interpreter_id)
        session.execute(one.values(**changes))


def test_nothing_lost_tells_nothing(scheduling: ServiceUnderTest, world: World) -> None:
    assert _told(scheduling) == []


def test_a_no_is_told_once_and_a_yes_after_it_too(scheduling: ServiceUnderTest, world: World) -> None:
    work = _work(scheduling, world)
    _set(scheduling, work, answer="declined")
    assert _told(scheduling) == [(1, len(work))]
    assert _told(scheduling) == [(1, len(work))]
    _set(scheduling, work, answer="accepted")
    assert _told(scheduling) == [(1, len(work)), (1, 0)]


def test_a_round_given_back_counts_its_conversation(scheduling: ServiceUnderTest, world: World) -> None:
    work = _work(scheduling, world)
    with scheduling.session() as session:
        given = session.scalars(select(Engagement).where(Engagement.interpreter_id == work[0].interpreter_id)).one()
        given.rounds = [number for number in given.rounds if number != work[0].round]
    assert _told(scheduling) == [(1, 1)]


def test_an_erased_interpreter_counts(scheduling: ServiceUnderTest, world: World) -> None:
    work = _work(scheduling, world)
    with scheduling.session() as session:
        assert work[0].interpreter_id
        erase_interpreter(session, work[0].interpreter_id)
    assert _told(scheduling) == [(1, len(work))]


def test_what_has_begun_is_not_counted(scheduling: ServiceUnderTest, world: World) -> None:
    work = _work(scheduling, world)
    _set(scheduling, work, answer="declined")
    address = f"/events/{world.event.event_id}/plan"
    assert _told(scheduling) == [(1, len(work))]
    for number in sorted({one.round for one in work}):
        with clock.at(world.event.rounds[number].starts_at):
            to_come = sum(one.round > number for one in work)
            assert _told(scheduling)[-1] == (1, to_come)
            page = scheduling.signed_in().get(address).get_data(as_text=True)
            assert ("no interpreter now" in page) == (to_come > 0)


def test_an_event_that_is_over_tells_nothing(scheduling: ServiceUnderTest, world: World) -> None:
    _set(scheduling, _work(scheduling, world), answer="declined")
    with scheduling.session() as session:
        session.execute(update(Event).values(ends_at=clock.now() - timedelta(minutes=1)))
    assert _told(scheduling) == []


def test_a_plan_that_was_replaced_meanwhile_tells_nothing(scheduling: ServiceUnderTest, world: World) -> None:
    _set(scheduling, _work(scheduling, world), answer="declined")
    with scheduling.session() as session:
        plan = session.scalars(select(Plan)).one()
        plan.state = "superseded"
        session.flush()
        tell_lost(session, plan.id)
    assert scheduling.outbox(InterpretersLost) == []


def test_looking_is_one_query_however_many_there_are(scheduling: ServiceUnderTest, world: World) -> None:
    with queries_of(scheduling) as statements:
        tell_lost_of_all(scheduling.sessions)
    assert len(statements) == 1
