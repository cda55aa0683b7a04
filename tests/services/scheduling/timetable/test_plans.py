"""Making, keeping and publishing a plan; who is told what, and how often."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from services.scheduling.events.errors import EventOver
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.rules import answer_engagement, find_engagement
from services.scheduling.timetable import rules, runs
from services.scheduling.timetable.errors import NothingToPlan, PlanningBusy, PlanNotDraft, PlanOutdated
from services.scheduling.timetable.models import Plan, PlanningRun
from services.scheduling.timetable.progress import DEAD_AFTER, is_dead
from shared import clock
from shared.events import (
    CancelCalendarEntry,
    EventCancelled,
    EventChanged,
    PlanPublished,
    PutCalendarEntry,
    Round,
    SendMessage,
    StandCancelled,
)
from tests.factories.scheduling import World, make_answer, tell_world
from tests.service_under_test import ServiceUnderTest


def make_plan(service: ServiceUnderTest, world: World) -> uuid.UUID:
    """Ask for a plan and let the worker's job make it; the plan's id."""
    with service.session() as session:
        run = runs.ask_for_plan(session, load_event(session, world.event.event_id))
        run_id = run.id
    runs.make_plan(service.sessions, str(run_id))
    with service.session() as session:
        done = session.scalar(select(PlanningRun).where(PlanningRun.id == run_id))
        assert done is not None
        assert done.state == "done"
        assert done.plan_id is not None
        return done.plan_id


def publish(service: ServiceUnderTest, plan_id: uuid.UUID) -> None:
    with service.session() as session:
        rules.publish_plan(session, plan_id)


def sent(service: ServiceUnderTest, template: str) -> list[SendMessage]:
    return [message for message in service.outbox(SendMessage) if message.template == template]


def test_plan_gives_everybody_a_conversation_with_an_interpreter(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        plan = rules.load_plan(session, plan_id)
        assert {one.invitation_id for one in plan.conversations} == {one.invitation_id for one in world.answers}
        assert all(one.interpreter_id in world.interpreters for one in plan.conversations)
        assert {one.language for one in plan.conversations} == {"uk"}
        assert plan.state == "draft"
        assert 0 < plan.value <= plan.bound


def test_candidates_without_an_interpreter_are_named_with_the_reason(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=0)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        missing = rules.load_plan(session, plan_id).without_conversation
    assert {one["invitation"] for one in missing} == {str(one.invitation_id) for one in world.answers}
    assert {one["reason"] for one in missing} == {"no_language"}


def test_publishing_tells_each_person_once(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    scheduling.forget_outbox()
    publish(scheduling, plan_id)
    told = [message.person.id for message in sent(scheduling, "timetable_candidate")]
    assert sorted(told) == sorted(answer.candidate.id for answer in world.answers)
    employers = [message.person.id for message in sent(scheduling, "timetable_employer")]
    assert len(employers) == len(set(employers)) > 0
    entries = scheduling.outbox(PutCalendarEntry)
    assert len({(entry.person.id, entry.key) for entry in entries}) == len(entries) > 0
    assert all(entry.key.startswith("interpreting") and entry.version == 1 for entry in entries)
    published = scheduling.outbox(PlanPublished)
    assert [len(one.first_stops) for one in published] == [len(world.answers)]


def test_publishing_the_same_plan_again_tells_nobody(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    again = make_plan(scheduling, world)
    scheduling.forget_outbox()
    publish(scheduling, again)
    assert scheduling.outbox(SendMessage) == []
    assert scheduling.outbox(PutCalendarEntry) == []


def test_employers_message_names_no_candidate(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    for message in sent(scheduling, "timetable_employer"):
        assert "Оксана" not in str(message.values)
        assert "Oksana" not in str(message.values)


def test_new_plan_tells_only_those_for_whom_something_changed(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    late = make_answer(world.event, 150, languages={"nl": "B2"})
    scheduling.deliver(late)
    scheduling.forget_outbox()
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        before = rules.find_plan(session, world.event.event_id, published=True)
        after = rules.load_plan(session, plan_id)
        people = rules.load_people(session, load_event(session, world.event.event_id))
        assert before is not None
        old = rules.stops_of_candidates(people, before.conversations)
        new = rules.stops_of_candidates(people, after.conversations)
        everybody = [*world.answers, late]
        changed = {one.candidate.id for one in everybody if old[one.invitation_id] != new[one.invitation_id]}
    publish(scheduling, plan_id)
    assert {message.person.id for message in sent(scheduling, "timetable_candidate")} == changed
    assert late.candidate.id in changed


def test_timetables_carry_the_number_of_their_plan_so_that_an_older_one_is_known_as_such(
    scheduling: ServiceUnderTest,
) -> None:
    world = tell_world(scheduling, stands=2, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    assert {message.version for message in scheduling.outbox(SendMessage) if "timetable" in message.template} == {1}
    scheduling.deliver(make_answer(world.event, 150, languages={"nl": "B2"}))
    scheduling.forget_outbox()
    publish(scheduling, make_plan(scheduling, world))
    for template in ("timetable_candidate", "timetable_employer"):
        assert {message.version for message in sent(scheduling, template)} == {2}


def test_published_plan_is_one_and_the_earlier_is_superseded(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    publish(scheduling, make_plan(scheduling, world))
    with scheduling.session() as session:
        assert session.scalars(select(Plan.state).order_by(Plan.number)).all() == ["superseded", "published"]


def test_plan_is_published_once(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    publish(scheduling, plan_id)
    with pytest.raises(PlanNotDraft):
        publish(scheduling, plan_id)


def test_plan_with_a_stand_that_was_given_up_is_not_published(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    stand = world.stands[0]
    scheduling.deliver(StandCancelled(stand.organisation_id, stand.event_id, stand.booking_id, version=2))
    with pytest.raises(PlanOutdated):
        publish(scheduling, plan_id)


def test_plan_with_an_interpreter_who_declined_is_not_published(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        engagement = find_engagement(session, world.event.event_id, world.interpreters[0])
        assert engagement is not None
        answer_engagement(engagement, "declined", [], load_event(session, world.event.event_id))
    with pytest.raises(PlanOutdated):
        publish(scheduling, plan_id)


def test_two_plans_are_not_made_at_once(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with scheduling.session() as session:
        event = load_event(session, world.event.event_id)
        runs.ask_for_plan(session, event)
        with pytest.raises(PlanningBusy):
            runs.ask_for_plan(session, event)


def test_run_whose_worker_died_gives_way_to_the_next_start(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        with scheduling.session() as session:
            run = runs.ask_for_plan(session, load_event(session, world.event.event_id))
            run.state = "running"
        traveller.shift(DEAD_AFTER + timedelta(seconds=1))
        with scheduling.session() as session:
            old = runs.find_run(session, world.event.event_id)
            assert old is not None
            assert is_dead(old)
            runs.ask_for_plan(session, load_event(session, world.event.event_id))
    with scheduling.session() as session:
        states = session.scalars(select(PlanningRun.state).order_by(PlanningRun.asked_at)).all()
    assert states == ["failed", "queued"]


def test_job_delivered_twice_makes_one_plan(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with scheduling.session() as session:
        run_id = str(runs.ask_for_plan(session, load_event(session, world.event.event_id)).id)
    runs.make_plan(scheduling.sessions, run_id)
    runs.make_plan(scheduling.sessions, run_id)
    with scheduling.session() as session:
        assert len(session.scalars(select(Plan)).all()) == 1


def test_run_whose_asking_was_lost_is_found_by_the_sweep(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        with scheduling.session() as session:
            runs.ask_for_plan(session, load_event(session, world.event.event_id))
        traveller.shift(timedelta(seconds=11))
        runs.take_waiting_runs(scheduling.sessions)
    with scheduling.session() as session:
        assert len(session.scalars(select(Plan)).all()) == 1


def test_nothing_to_plan_without_stands(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=0)
    with scheduling.session() as session, pytest.raises(NothingToPlan):
        runs.ask_for_plan(session, load_event(session, world.event.event_id))


def test_event_that_is_over_is_not_planned(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    afterwards = time_machine.travel(world.event.ends_at + timedelta(minutes=1))
    with afterwards, scheduling.session() as session, pytest.raises(EventOver):
        runs.ask_for_plan(session, load_event(session, world.event.event_id))


def moved(world: World) -> EventChanged:
    day = timedelta(days=1)
    rounds = tuple(Round(one.number, one.starts_at + day, one.ends_at + day) for one in world.event.rounds)
    event = world.event
    later = replace(event, version=2, starts_at=event.starts_at + day, ends_at=event.ends_at + day, rounds=rounds)
    return EventChanged(later, moved=True)


def test_moved_event_moves_each_interpreters_entry_once(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    first = {(entry.person.id, entry.key): entry for entry in scheduling.outbox(PutCalendarEntry)}
    scheduling.forget_outbox()
    scheduling.deliver_all([moved(world), moved(world)])
    entries = scheduling.outbox(PutCalendarEntry)
    assert sorted((entry.person.id, entry.key) for entry in entries) == sorted(first)
    for entry in entries:
        assert entry.starts_at == first[entry.person.id, entry.key].starts_at + timedelta(days=1)
        assert entry.version == 2
    with_the_news = [entry.person.id for entry in entries if entry.template == "event_moved"]
    told = [*with_the_news, *(one.person.id for one in sent(scheduling, "event_moved"))]
    assert sorted(told) == sorted(world.interpreters), "each hears the news once, however many entries move"


def test_moved_event_is_a_message_for_those_without_a_roster(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    scheduling.forget_outbox()
    scheduling.deliver(moved(world))
    messages = sent(scheduling, "event_moved")
    assert sorted(message.person.id for message in messages) == sorted(world.interpreters)
    assert messages[0].values["old_starts_at"] == world.event.starts_at.isoformat()


def test_cancelled_event_takes_entries_out_of_calendars(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    with_entry = {entry.person.id for entry in scheduling.outbox(PutCalendarEntry)}
    scheduling.forget_outbox()
    scheduling.deliver(EventCancelled(replace(world.event, version=2, state="cancelled")))
    assert {entry.person.id for entry in scheduling.outbox(CancelCalendarEntry)} == with_entry


def test_candidate_who_comes_after_a_shortened_event_gets_no_conversation(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, rounds=4)
    late = make_answer(world.event, 160, first_round=9, last_round=11)
    scheduling.deliver(late)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        missing = rules.load_plan(session, plan_id).without_conversation
    assert [one["invitation"] for one in missing] == [str(late.invitation_id)]
