"""Events as the use cases make, publish, move and cancel them; and who is told."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from services.registration.events import rules
from services.registration.events.errors import (
    EventNotOpen,
    EventOver,
    EventUnknown,
    FloorPlanFixed,
    FloorPlanUnknown,
    NothingToPublish,
    StandsStay,
    VenueNameTaken,
    VenueUnknown,
)
from services.registration.events.jobs import follow_clock_of_events
from services.registration.events.models import Event
from services.registration.events.rules import Move
from services.registration.events.venues import add_venue, load_floor_plan, redraw
from shared import clock
from shared.database import act_for
from shared.events import EventCancelled, EventChanged, EventPublished
from tests.factories.events import make_event, make_times, make_venue
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest


@pytest.fixture
def told() -> Iterator[list[tuple[str, Event, Move | None]]]:
    """What the other rooms would hear of, from a listener of our own in the table."""
    heard: list[tuple[str, Event, Move | None]] = []
    moves, cancels = list(rules.WHEN_EVENT_MOVES), list(rules.WHEN_EVENT_IS_CANCELLED)
    rules.WHEN_EVENT_MOVES.append(lambda _, event, move: heard.append(("moved", event, move)))
    rules.WHEN_EVENT_IS_CANCELLED.append(lambda _, event: heard.append(("cancelled", event, None)))
    yield heard
    rules.WHEN_EVENT_MOVES[:], rules.WHEN_EVENT_IS_CANCELLED[:] = moves, cancels


def test_add_event_makes_a_draft_that_nobody_hears_of(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, published=False)
        assert (event.state, event.version, event.published_at) == ("draft", 1, None)
    assert registration.outbox() == []


def test_add_event_in_a_hall_of_another_organisation(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        plan_id = make_venue(session).floor_plans[0].id
    with registration.session() as session, pytest.raises(FloorPlanUnknown):
        rules.add_event(session, name="Ours", floor_plan_id=plan_id, times=make_times())


def test_load_event_of_another_organisation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event_id = make_event(session).id
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        with pytest.raises(EventUnknown):
            rules.load_event(session, event_id)
        with pytest.raises(EventUnknown):
            rules.lock_event(session, event_id)


def test_publish_event_tells_the_facts(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, rounds=10)
        facts = rules.event_facts(event)
    (published,) = registration.outbox(EventPublished)
    assert published.event == facts
    assert (facts.state, facts.version, len(facts.rounds)) == ("published", 1, 10)
    assert facts.organisation_id == ORGANISATION_ID


def test_publish_event_twice(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        with pytest.raises(EventNotOpen):
            rules.publish_event(session, event)


def test_publish_event_without_rounds(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, rounds=0, published=False)
        with pytest.raises(NothingToPublish):
            rules.publish_event(session, event)


def test_publish_event_that_is_over(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, starts_at=clock.now() - timedelta(days=1), published=False)
        with pytest.raises(EventOver):
            rules.publish_event(session, event)


def test_change_event_of_a_draft_tells_nobody(registration: ServiceUnderTest, told: list[object]) -> None:
    with registration.session() as session:
        event = make_event(session, published=False)
        other = make_venue(session)
        rules.change_event(
            session, event, name="Другий", times=make_times(rounds=4), floor_plan_id=other.floor_plans[0].id
        )
        assert (event.name, event.rounds, event.venue_id) == ("Другий", 4, other.id)
    assert registration.outbox() == []
    assert told == []


def test_change_event_of_a_draft_to_another_venue_takes_its_hall(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session, published=False), make_venue(session)
        rules.change_event(session, event, venue_id=other.id)
        assert (event.venue_id, event.floor_plan_id) == (other.id, other.floor_plans[0].id)


def test_change_event_name_is_told_to_services_and_not_to_people(
    registration: ServiceUnderTest, told: list[object]
) -> None:
    with registration.session() as session:
        rules.change_event(session, make_event(session), name="Їжакевич-Ґалаґан & O'Brien 李")
    (changed,) = registration.outbox(EventChanged)
    assert (changed.event.name, changed.event.version, changed.moved) == ("Їжакевич-Ґалаґан & O'Brien 李", 2, False)
    assert told == []


def test_change_event_by_a_day_moves_it(registration: ServiceUnderTest, told: list[tuple[str, Event, Move]]) -> None:
    with registration.session() as session:
        event = make_event(session)
        before, times = event.starts_at, make_times()
        later = replace(times, starts_at=times.starts_at + timedelta(days=1), ends_at=times.ends_at + timedelta(days=1),
                        first_round_at=times.first_round_at + timedelta(days=1))  # fmt: skip
        rules.change_event(session, event, times=later)
    (changed,) = registration.outbox(EventChanged)
    assert (changed.moved, changed.event.version) == (True, 2)
    ((what, moved, move),) = told
    assert (what, moved.id, move.starts_at) == ("moved", event.id, before)
    assert moved.starts_at == before + timedelta(days=1)


def test_change_event_to_another_venue_keeps_the_stands(
    registration: ServiceUnderTest, told: list[tuple[str, Event, Move]]
) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_venue(session)
        plan_id, place = event.floor_plan_id, event.venue.name
        rules.change_event(session, event, venue_id=other.id)
        assert event.floor_plan_id == plan_id
    (changed,) = registration.outbox(EventChanged)
    assert (changed.moved, changed.event.venue) == (True, other.name)
    assert told[0][2].place == place


def test_change_event_without_a_change_tells_nobody(registration: ServiceUnderTest, told: list[object]) -> None:
    with registration.session() as session:
        event = make_event(session)
        rules.change_event(session, event, name=event.name, venue_id=event.venue_id, floor_plan_id=event.floor_plan_id)
    assert registration.outbox(EventChanged) == []
    assert told == []


def test_change_event_that_was_published_to_another_floor_plan(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_venue(session)
        with pytest.raises(StandsStay):
            rules.change_event(session, event, floor_plan_id=other.floor_plans[0].id)


def test_change_event_to_a_venue_of_another_organisation(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        theirs = make_venue(session).id
    with registration.session() as session, pytest.raises(VenueUnknown):
        rules.change_event(session, make_event(session), venue_id=theirs)


def test_change_event_that_is_going_on(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, starts_at=clock.now() - timedelta(minutes=5))
        with pytest.raises(EventNotOpen):
            rules.change_event(session, event, name="Too late")


def test_change_event_takes_a_capacity_away(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, capacity=80)
        rules.change_event(session, event, name="Other")
        assert event.capacity == 80
        rules.change_event(session, event, capacity=None)
        assert event.capacity is None


def test_cancel_event_tells_who_was_told(registration: ServiceUnderTest, told: list[tuple[str, Event, None]]) -> None:
    with registration.session() as session:
        event = make_event(session)
        rules.cancel_event(session, event)
        with pytest.raises(EventNotOpen):
            rules.cancel_event(session, event)
    (cancelled,) = registration.outbox(EventCancelled)
    assert (cancelled.event.state, cancelled.event.version) == ("cancelled", 2)
    assert [what for what, *_ in told] == ["cancelled"]


def test_cancel_event_of_a_draft_tells_nobody(registration: ServiceUnderTest, told: list[object]) -> None:
    with registration.session() as session:
        rules.cancel_event(session, make_event(session, published=False))
    assert registration.outbox() == []
    assert told == []


def test_follow_clock_opens_and_closes_each_event_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_event(session, published=False)
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        theirs = make_event(session)
    registration.forget_outbox()
    with time_machine.travel(event.starts_at, tick=False):
        for _ in range(2):
            follow_clock_of_events(registration.sessions)
    assert {(one.event.event_id, one.event.state, one.moved) for one in registration.outbox(EventChanged)} == {
        (event.id, "running", False), (theirs.id, "running", False)}  # fmt: skip
    assert len(registration.outbox()) == 2
    registration.forget_outbox()
    with time_machine.travel(event.ends_at, tick=False):
        for _ in range(2):
            follow_clock_of_events(registration.sessions)
    assert [one.event.state for one in registration.outbox()] == ["closed", "closed"]
    assert {one.event.version for one in registration.outbox()} == {3}


def test_follow_clock_of_an_event_that_nobody_looked_at(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    with time_machine.travel(event.ends_at + timedelta(hours=2), tick=False):
        follow_clock_of_events(registration.sessions)
    with registration.session() as session:
        assert rules.load_event(session, event.id).state == "closed"


def test_archive_event_only_when_it_is_over(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        with pytest.raises(EventNotOpen):
            rules.archive_event(session, event)
        with time_machine.travel(event.ends_at, tick=False):
            rules.archive_event(session, event)
        assert event.state == "archived"


def test_list_events_what_is_next_first(registration: ServiceUnderTest) -> None:
    now = clock.now()
    with registration.session() as session:
        venue = make_venue(session)
        for days in (-40, 20, -4, 3):
            make_event(session, name=str(days), starts_at=now + timedelta(days=days), venue=venue, published=False)
        assert [event.name for event in rules.list_events(session)] == ["3", "20", "-4", "-40"]


def test_change_venue_moves_published_events_there(
    registration: ServiceUnderTest, told: list[tuple[str, Event, Move]]
) -> None:
    with registration.session() as session:
        venue = make_venue(session, name="Buurthuis")
        event = make_event(session, venue=venue)
        make_event(session, venue=venue, published=False)
        make_event(session)
        rules.change_venue(session, venue, name="Buurthuis De Brug", address=venue.address, route=venue.route)
    (changed,) = registration.outbox(EventChanged)
    assert (changed.event.event_id, changed.event.venue, changed.moved) == (event.id, "Buurthuis De Brug", True)
    assert [move.place for _, _, move in told] == ["Buurthuis"]


def test_change_venue_route_is_told_to_services_only(registration: ServiceUnderTest, told: list[object]) -> None:
    with registration.session() as session:
        venue = make_venue(session)
        make_event(session, venue=venue)
        rules.change_venue(session, venue, name=venue.name, address=venue.address, route="Bus 3")
    (changed,) = registration.outbox(EventChanged)
    assert (changed.moved, changed.event.route) == (False, "Bus 3")
    assert told == []


def test_change_venue_coordinates_are_told_to_services_only(registration: ServiceUnderTest, told: list[object]) -> None:
    with registration.session() as session:
        venue = make_venue(session)
        make_event(session, venue=venue)
        known = {"name": venue.name, "address": venue.address, "route": venue.route}
        rules.change_venue(session, venue, **known, latitude=52.0907, longitude=5.1214)
    (changed,) = registration.outbox(EventChanged)
    assert (changed.moved, changed.event.latitude, changed.event.longitude) == (False, 52.0907, 5.1214)
    assert told == []


def test_add_venue_with_a_name_that_is_taken(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        venue = make_venue(session, name="Stadsloket Zuid")
        with pytest.raises(VenueNameTaken):
            add_venue(session, name="Stadsloket Zuid", address="Elsewhere")
        rules.change_venue(session, venue, name="Stadsloket Zuid", address="Parkweg 14", route="")
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        assert make_venue(session, name="Stadsloket Zuid").id != venue.id


def test_an_unknown_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session, pytest.raises(EventUnknown):
        rules.load_event(session, uuid.uuid4())


def test_two_who_change_an_event_at_once_wait_for_each_other(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event_id = make_event(session).id
    ready = threading.Barrier(4)

    def rename(number: int) -> None:
        ready.wait(10)
        with registration.sessions.begin() as session:
            act_for(session, ORGANISATION_ID)
            rules.change_event(session, rules.lock_event(session, event_id), name=f"Name {number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rename, range(4)))
    assert sorted(one.event.version for one in registration.outbox(EventChanged)) == [2, 3, 4, 5]


def test_publishing_and_redrawing_at_once_never_do_both(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, published=False)
        plan_id, venue_id, event_id = event.floor_plan_id, event.venue_id, event.id
    ready = threading.Barrier(2)

    def publish() -> None:
        with registration.sessions.begin() as session:
            act_for(session, ORGANISATION_ID)
            locked = rules.lock_event(session, event_id)
            ready.wait(10)
            rules.publish_event(session, locked)

    def empty_the_hall() -> None:
        with registration.sessions.begin() as session:
            act_for(session, ORGANISATION_ID)
            plan = load_floor_plan(session, venue_id, plan_id)
            ready.wait(10)
            redraw(session, plan, "Empty", [])

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.exception() for future in [pool.submit(publish), pool.submit(empty_the_hall)]]
    assert [type(one) for one in outcomes] in (
        [type(None), FloorPlanFixed],
        [NothingToPublish, type(None)],
    )
