"""An interpreter with another address: where links, messages and calendar entries go from then on."""

import threading
import uuid
from dataclasses import replace

import pytest

from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.rules import answer_engagement, find_engagement
from services.scheduling.timetable import rules
from services.scheduling.timetable.correcting import correct_interpreter
from services.scheduling.timetable.errors import PlanOutdated
from shared.events import CancelCalendarEntry, EventCancelled, MessageFailed, PutCalendarEntry, SendMessage
from shared.identity import link_address
from tests.factories.scheduling import tell_world
from tests.queries import queries_of
from tests.service_under_test import ServiceUnderTest
from tests.services.scheduling.timetable.asking import (
    NEW_ADDRESS,
    arguments,
    correct,
    known,
    link_of,
    link_works,
    wait_until_somebody_waits,
)
from tests.services.scheduling.timetable.test_plans import make_plan, moved, publish


def test_the_link_at_the_old_address_ends_and_the_new_one_is_asked_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=2)
    old = link_of(scheduling, world)
    assert link_works(scheduling, old)
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert not link_works(scheduling, old)
    [message] = scheduling.outbox(SendMessage)
    assert (message.template, message.person.email) == ("interpreter_invited", NEW_ADDRESS)
    assert message.link_id == link_of(scheduling, world)
    assert link_works(scheduling, message.link_id)
    assert scheduling.outbox(CancelCalendarEntry) == scheduling.outbox(PutCalendarEntry) == []


def test_whoever_came_in_by_the_old_link_is_out(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    old = link_of(scheduling, world)
    assert old is not None
    settings, client = scheduling.floor.settings, scheduling.client()
    path = link_address(settings, old, "scheduling").removeprefix(settings.base_url).removeprefix("/scheduling")
    assert client.get(path).status_code == 303
    assert client.get(f"/my/day/{world.event.event_id}").status_code == 200
    correct(scheduling, world, email=NEW_ADDRESS)
    assert client.get(f"/my/day/{world.event.event_id}").status_code == 410


def test_the_calendar_entry_leaves_the_old_address_and_comes_to_the_new(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    [entry] = scheduling.outbox(PutCalendarEntry)
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS, name="Олена")
    [cancelled], [put] = scheduling.outbox(CancelCalendarEntry), scheduling.outbox(PutCalendarEntry)
    assert (cancelled.person, cancelled.key) == (entry.person, entry.key)
    assert (cancelled.version, cancelled.template) == (2, "interpreter_readdressed")
    assert (put.person.email, put.person.name) == (NEW_ADDRESS, "Олена")
    assert (put.key, put.template) == ("interpreting:1", "interpreter_roster")
    assert (put.starts_at, put.ends_at, put.values) == (entry.starts_at, entry.ends_at, entry.values)
    assert link_works(scheduling, put.link_id)
    assert not link_works(scheduling, entry.link_id)
    (reminder,) = scheduling.outbox(SendMessage)
    assert (reminder.template, reminder.before_start) == ("interpreter_reminder", 24 * 60)
    assert (reminder.person.email, reminder.link_id) == (NEW_ADDRESS, put.link_id)


def test_each_of_several_entries_leaves_the_old_address_and_comes_to_the_new(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, candidates=6, interpreters=1, rounds=8)
    publish(scheduling, make_plan(scheduling, world))
    before = {entry.key: entry for entry in scheduling.outbox(PutCalendarEntry)}
    assert len(before) == 2, "nobody interprets six rounds without a break"
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert {one.key for one in scheduling.outbox(CancelCalendarEntry)} == set(before)
    puts = scheduling.outbox(PutCalendarEntry)
    assert sorted(one.key for one in puts) == ["interpreting:2", "interpreting:3"]
    assert {one.starts_at for one in puts} == {one.starts_at for one in before.values()}
    scheduling.forget_outbox()
    publish(scheduling, make_plan(scheduling, world))
    assert scheduling.outbox(PutCalendarEntry) == scheduling.outbox(CancelCalendarEntry) == []


def test_everything_after_it_goes_to_the_new_address(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    correct(scheduling, world, email=NEW_ADDRESS)
    scheduling.forget_outbox()
    scheduling.deliver(moved(world))
    [put] = scheduling.outbox(PutCalendarEntry)
    assert (put.person.email, put.key, put.template) == (NEW_ADDRESS, "interpreting:1", "event_moved")
    scheduling.deliver(EventCancelled(replace(world.event, version=3, state="cancelled")))
    [cancelled] = scheduling.outbox(CancelCalendarEntry)
    assert (cancelled.person.email, cancelled.key) == (NEW_ADDRESS, "interpreting:1")
    assert cancelled.version > put.version


def test_address_that_changes_back_gets_another_entry_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    first = known(scheduling, world)["email"]
    correct(scheduling, world, email=NEW_ADDRESS)
    correct(scheduling, world, email=first)
    told = [(entry.person.email, entry.key) for entry in scheduling.outbox(PutCalendarEntry)]
    assert told == [(first, "interpreting"), (NEW_ADDRESS, "interpreting:1"), (first, "interpreting:2")]


def test_the_same_address_in_other_letters_and_other_details_tell_nobody(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    old, email = link_of(scheduling, world), known(scheduling, world)["email"]
    scheduling.forget_outbox()
    correct(scheduling, world, email=email.upper(), mobile="0612345678", name="Олена", language="nl")
    assert scheduling.outbox() == []
    assert link_works(scheduling, old)
    assert link_works(scheduling, link_of(scheduling, world))
    assert link_of(scheduling, world) != old
    scheduling.deliver(moved(world))
    [put] = scheduling.outbox(PutCalendarEntry)
    assert (put.person.name, put.person.language, put.person.email) == ("Олена", "nl", email.upper())


def test_who_declined_is_asked_no_more_but_the_calendar_is_cleared(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    with scheduling.session() as session:
        engagement = find_engagement(session, world.event.event_id, world.interpreters[0])
        assert engagement is not None
        answer_engagement(engagement, "declined", [], load_event(session, world.event.event_id))
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert [type(event) for event in scheduling.outbox()] == [CancelCalendarEntry]


def test_events_that_are_cancelled_are_not_told_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    old = link_of(scheduling, world)
    scheduling.deliver(EventCancelled(replace(world.event, version=2, state="cancelled")))
    scheduling.forget_outbox()
    correct(scheduling, world, email=NEW_ADDRESS)
    assert scheduling.outbox() == []
    assert not link_works(scheduling, old)


def test_mail_that_did_not_arrive_is_forgotten_with_the_address(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    event, interpreter = world.event, world.interpreters[0]
    refused = (uuid.uuid4(), "interpreter_invited", "interpreter", interpreter, "address_refused")
    scheduling.deliver(MessageFailed(event.organisation_id, event.event_id, *refused))
    page = f"/events/{event.event_id}/interpreters"
    assert "mail did not arrive" in scheduling.signed_in().get(page).get_data(as_text=True)
    correct(scheduling, world, email=NEW_ADDRESS)
    assert "mail did not arrive" not in scheduling.signed_in().get(page).get_data(as_text=True)


def test_plan_published_while_an_address_changes_goes_to_the_new_one(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    plan_id = make_plan(scheduling, world)
    scheduling.forget_outbox()
    thread = threading.Thread(target=publish, args=(scheduling, plan_id))
    with scheduling.session() as session:
        pairs = [("nl", "uk", "C1"), ("nl", "ru", "C1")]
        correct_interpreter(session, world.interpreters[0], arguments(pairs=pairs))
        thread.start()
        wait_until_somebody_waits(scheduling)
    thread.join(timeout=30)
    [put] = scheduling.outbox(PutCalendarEntry)
    assert put.person.email == NEW_ADDRESS
    assert link_works(scheduling, put.link_id)


def test_correcting_costs_the_same_however_long_the_list_is(scheduling: ServiceUnderTest) -> None:
    few = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    counts = []
    for number in range(2):
        with queries_of(scheduling) as statements:
            correct(scheduling, few, email=f"{number}@tolk.example")
        # The relay is woken by the first and reads the outbox in a thread of its own.
        counts.append(sum("outbox." not in one for one in statements))
        tell_world(scheduling, interpreters=20)
    assert counts[0] == counts[1]


def test_plan_with_languages_that_its_interpreter_does_not_speak_is_not_published(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=2, interpreters=1, rounds=2)
    plan_id = make_plan(scheduling, world)
    correct(scheduling, world, pairs=["nl-ru"])
    with scheduling.session() as session, pytest.raises(PlanOutdated):
        rules.publish_plan(session, plan_id)
