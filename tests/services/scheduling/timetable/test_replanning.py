"""Planning the rest of the day anew: what has been stays, what was announced stays where it can."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scheduling import planning
from services.scheduling.events.errors import EventOver
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.rules import find_engagement
from services.scheduling.timetable import replanning, rules, runs
from services.scheduling.timetable.errors import DayBegun, DayOver, NothingPublished, PlanBehind, PlanningBusy
from services.scheduling.timetable.models import Conversation, Plan, PlanningRun
from services.scheduling.timetable.outcome import ABSENT
from shared.events import CandidateArrived, InvitationAnswered, PutCalendarEntry, SendMessage, StandCancelled
from tests.factories.scheduling import World, make_answer, tell_world
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.asking import ask, send
from tests.services.scheduling.timetable.test_plans import make_plan, publish, sent

Row = tuple[uuid.UUID, uuid.UUID, int, uuid.UUID | None]


@contextmanager
def at_round(world: World, number: int) -> Iterator[None]:
    """The moment in which this round has just begun; before the event for -1."""
    moment = world.event.rounds[number].starts_at if number >= 0 else world.event.starts_at - timedelta(hours=1)
    with time_machine.travel(moment + timedelta(seconds=1), tick=False):
        yield


def arrive(service: ServiceUnderTest, world: World, answers: Iterable[InvitationAnswered]) -> None:
    service.deliver_all(
        CandidateArrived(one.organisation_id, one.event_id, one.invitation_id, world.event.starts_at) for one in answers
    )


def replan(service: ServiceUnderTest, world: World, leave_out_absent: bool = True) -> Plan:
    """Ask for it and let the worker's job do it; the draft."""
    with service.session() as session:
        run = runs.ask_for_replan(session, load_event(session, world.event.event_id), leave_out_absent)
        run_id = run.id
    runs.make_plan(service.sessions, str(run_id))
    with service.session() as session:
        done = session.get_one(PlanningRun, run_id)
        assert (done.state, done.kind) == ("done", "replan")
        assert done.plan_id is not None
        return rules.load_plan(session, done.plan_id)


def published(service: ServiceUnderTest, world: World) -> Plan:
    with service.session() as session:
        found = rules.find_plan(session, world.event.event_id, published=True)
        assert found is not None
        return found


def rows(plan: Plan, rounds: Iterable[int]) -> set[Row]:
    among = set(rounds)
    return {(one.invitation_id, one.booking_id, one.round, one.interpreter_id) for one in plan.conversations
            if one.round in among}  # fmt: skip


def of(plan: Plan, answer: InvitationAnswered) -> list[Conversation]:
    return [one for one in plan.conversations if one.invitation_id == answer.invitation_id]


# ── what a re-plan does ───────────────────────────────────────────────────────────────────────────────────────


def test_replan_keeps_everything_when_nothing_changed_and_nobody_is_told(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=2)
    publish(scheduling, make_plan(scheduling, world))
    with at_round(world, 1):
        draft = replan(scheduling, world, leave_out_absent=False)
        assert draft.from_round == 2
        assert rows(draft, range(6)) == rows(published(scheduling, world), range(6))
        scheduling.forget_outbox()
        publish(scheduling, draft.id)
    assert scheduling.outbox(SendMessage) == []
    assert scheduling.outbox(PutCalendarEntry) == []


def test_walk_in_gets_a_conversation_and_nobody_else_is_moved_or_told(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=4, candidates=2, interpreters=1, rounds=4)
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, world.answers)
    late = make_answer(world.event, 180, languages={"nl": "B2"})
    with at_round(world, 0):
        scheduling.deliver(late)
        arrive(scheduling, world, [late])
        before = published(scheduling, world)
        draft = replan(scheduling, world)
        assert rows(draft, range(4)) >= rows(before, range(4))
        assert of(draft, late)
        assert all(one.round >= 1 for one in of(draft, late))
        scheduling.forget_outbox()
        publish(scheduling, draft.id)
        told = {message.person.id for message in sent(scheduling, "timetable_candidate")}
    unchanged = {one.candidate.id for one in world.answers if len(of(draft, one)) == len(of(before, one))}
    assert late.candidate.id in told
    assert not told & unchanged


def test_those_who_have_not_come_make_room_or_keep_their_place(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=5, interpreters=2)
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, world.answers[1:])
    missing = world.answers[0]
    with at_round(world, 0):
        kept = replan(scheduling, world, leave_out_absent=False)
        before = published(scheduling, world)
        assert rows(kept, range(6)) >= {row for row in rows(before, range(6)) if row[0] == missing.invitation_id}
        left = replan(scheduling, world)
        assert all(one.round == 0 for one in of(left, missing))
        if not of(left, missing):
            assert {"invitation": str(missing.invitation_id), "reason": ABSENT} in left.without_conversation


def test_interpreter_who_fell_ill_and_stand_that_left_do_no_more_but_what_was_stays(
    scheduling: ServiceUnderTest,
) -> None:
    world = tell_world(scheduling, stands=3, candidates=6, interpreters=2)
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, world.answers)
    stand, ill = world.stands[0], world.interpreters[0]
    with at_round(world, 2):
        before = published(scheduling, world)
        scheduling.deliver(StandCancelled(stand.organisation_id, stand.event_id, stand.booking_id, version=2))
        with scheduling.session() as session:
            engagement = find_engagement(session, world.event.event_id, ill)
            assert engagement is not None
            engagement.answer, engagement.rounds = "declined", []
        draft = replan(scheduling, world)
        later = [one for one in draft.conversations if one.round > 2]
        assert later
        assert all(one.booking_id != stand.booking_id and one.interpreter_id != ill for one in later)
        assert rows(draft, range(3)) == rows(before, range(3))
        publish(scheduling, draft.id)
        assert published(scheduling, world).id == draft.id


def test_everybody_can_read_the_day_although_some_are_gone(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=3, candidates=6, interpreters=2)
    wish = tuple(stand.employer_id for stand in world.stands)
    scheduling.deliver_all(replace(one, version=2, wished_employers=wish) for one in world.answers)
    publish(scheduling, make_plan(scheduling, world))
    stand, ill, event = world.stands[0], world.interpreters[0], world.event.event_id
    with at_round(world, 2):
        scheduling.deliver(StandCancelled(stand.organisation_id, stand.event_id, stand.booking_id, version=2))
        scheduling.deliver(replace(world.answers[0], version=3, state="declined"))
        with scheduling.session() as session:
            engagement = find_engagement(session, event, ill)
            assert engagement is not None
            engagement.answer, engagement.rounds = "declined", []
        draft = replan(scheduling, world, leave_out_absent=False)
        gone = {stand.booking_id, world.answers[0].invitation_id, ill}
        assert any(gone & {one.booking_id, one.invitation_id, one.interpreter_id} for one in draft.conversations)
        publish(scheduling, draft.id)
        assert scheduling.signed_in().get(f"/events/{event}/plan").status_code == 200
        for path in ("unmet-wishes", "free-seats", "idle-interpreters", "missing", "difference"):
            assert ask(scheduling, f"plans/{draft.id}/{path}").status_code == 200, path
        for one in draft.conversations:
            why = scheduling.signed_in().get(f"/events/{event}/plan?why={one.id}")
            assert why.status_code == 200
        people = [("interpreter", "day", one) for one in world.interpreters]
        people += [("candidate", "timetable", one.candidate.id) for one in world.answers[1:]]
        people += [("employer", "stand", one.contact.id) for one in world.stands[1:]]
        for kind, path, person in people:
            client = scheduling.signed_in(kind, kind=kind, subject_id=person, event_id=event)
            assert client.get(f"/my/{path}/{event}").status_code == 200, (kind, person)


def test_candidates_who_cancelled_are_in_no_round_to_come(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    gone = world.answers[0]
    scheduling.deliver(replace(gone, version=2, state="declined"))
    with at_round(world, 1):
        draft = replan(scheduling, world, leave_out_absent=False)
        assert all(one.round <= 1 for one in of(draft, gone))
        publish(scheduling, draft.id)


def test_languages_corrected_on_the_day_do_not_stop_it(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, candidates=3)
    publish(scheduling, make_plan(scheduling, world))
    corrected = world.answers[0]
    scheduling.deliver(replace(corrected, version=2, languages={"nl": "C1"}))
    with at_round(world, 2):
        before = published(scheduling, world)
        draft = replan(scheduling, world, leave_out_absent=False)
        assert rows(draft, range(3)) == rows(before, range(3))
        assert all(one.interpreter_id is None for one in of(draft, corrected) if one.round > 2)


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    now=st.integers(-1, 4),
    here=st.sets(st.integers(0, 5)),
    walk_ins=st.integers(0, 3),
    declined=st.sets(st.integers(0, 5), max_size=2),
    closed=st.sets(st.integers(0, 2), max_size=1),
    ill=st.booleans(),
    leave_out=st.booleans(),
)
def test_a_replan_never_changes_a_round_that_has_begun_and_keeps_every_rule(
    scheduling: ServiceUnderTest,
    now: int,
    here: set[int],
    walk_ins: int,
    declined: set[int],
    closed: set[int],
    ill: bool,
    leave_out: bool,
) -> None:
    world = tell_world(scheduling, stands=3, candidates=6, interpreters=2)
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, [world.answers[number] for number in sorted(here)])
    with at_round(world, now):
        before = published(scheduling, world)
        scheduling.deliver_all(replace(world.answers[n], version=2, state="declined") for n in sorted(declined))
        scheduling.deliver_all(
            StandCancelled(one.organisation_id, one.event_id, one.booking_id, version=2)
            for one in (world.stands[n] for n in sorted(closed))
        )
        scheduling.deliver_all(make_answer(world.event, 180 + n, languages={"en": "B2"}) for n in range(walk_ins))
        if ill:
            with scheduling.session() as session:
                engagement = find_engagement(session, world.event.event_id, world.interpreters[0])
                assert engagement is not None
                engagement.answer, engagement.rounds = "declined", []
        with scheduling.session() as session:
            event = load_event(session, world.event.event_id)
            task = replanning.RestOfDay.read(session, event, leave_out)
        made = task.solve(lambda _: None, lambda: False)
        changed = planning.change_problem(task.problem, task.published, task.changes, task.from_round)
        assert planning.check(changed, made).broken is None
        with scheduling.session() as session:
            draft = task.keep(session, load_event(session, world.event.event_id), made, task.explain(made))
        assert rows(draft, range(now + 1)) == rows(before, range(now + 1))
        publish(scheduling, draft.id)
        assert rows(published(scheduling, world), range(now + 1)) == rows(before, range(now + 1))


# ── what is refused ───────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_planned_anew_before_something_is_published(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    make_plan(scheduling, world)
    with scheduling.session() as session, pytest.raises(NothingPublished):
        runs.ask_for_replan(session, load_event(session, world.event.event_id), False)


def test_nothing_is_planned_anew_once_the_last_round_has_begun(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    with at_round(world, 5), scheduling.session() as session, pytest.raises(DayOver):
        runs.ask_for_replan(session, load_event(session, world.event.event_id), False)
    afterwards = time_machine.travel(world.event.ends_at + timedelta(minutes=1))
    with afterwards, scheduling.session() as session, pytest.raises(EventOver):
        runs.ask_for_replan(session, load_event(session, world.event.event_id), False)


def test_one_event_has_one_run_of_either_kind(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    with scheduling.session() as session:
        event = load_event(session, world.event.event_id)
        runs.ask_for_replan(session, event, False)
        with pytest.raises(PlanningBusy):
            runs.ask_for_plan(session, event)
        with pytest.raises(PlanningBusy):
            runs.ask_for_replan(session, event, True)


def test_whole_plan_is_not_made_during_the_day_and_an_older_one_is_not_published(
    scheduling: ServiceUnderTest,
) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    scheduling.deliver(StandCancelled(world.event.organisation_id, world.event.event_id,
                                      world.stands[0].booking_id, version=2))  # fmt: skip
    other = make_plan(scheduling, world)
    with at_round(world, 3):
        with scheduling.session() as session, pytest.raises(DayBegun):
            runs.ask_for_plan(session, load_event(session, world.event.event_id))
        with pytest.raises(PlanBehind):
            publish(scheduling, other)
        shown = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
        assert "A round has begun since this plan was made" in shown
        assert "Publish the plan" not in shown


def test_first_plan_of_a_late_start_can_be_published_during_the_day(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    with at_round(world, 1):
        publish(scheduling, plan_id)


# ── pages and API ─────────────────────────────────────────────────────────────────────────────────────────────


def test_page_says_who_is_there_and_asks_what_to_do(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    address, client = f"/events/{world.event.event_id}/plan", scheduling.signed_in()
    assert "Re-plan from now" not in client.get(address).get_data(as_text=True)
    with at_round(world, 1):
        client = scheduling.signed_in()
        assert f"{address}/replan" in client.get(address).get_data(as_text=True)
        nobody = client.get(f"{address}/replan").get_data(as_text=True)
        assert "What about the 5 people who have not come?" in nobody
        assert 'value="false" checked' in nobody
        arrive(scheduling, world, world.answers[:3])
        some = client.get(f"{address}/replan").get_data(as_text=True)
        assert "What about the 2 people who have not come?" in some
        assert 'value="true" checked' in some
        assert post_form(client, f"{address}/replan", {"leave_out_absent": "true"}).status_code == 303
        again = post_form(client, f"{address}/replan", {"leave_out_absent": "true"})
        assert again.status_code == 409
        assert "being made already" in again.get_data(as_text=True)
        with scheduling.session() as session:
            run = runs.find_run(session, world.event.event_id)
            assert run is not None
            assert (run.kind, run.leave_out_absent) == ("replan", True)


def test_page_before_anything_is_published_says_so(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    shown = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan/replan").get_data(as_text=True)
    assert "There is no published plan yet" in shown


def test_api_tells_who_is_there_and_plans_anew(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, world.answers[:4])
    path = f"events/{world.event.event_id}/plan"
    with at_round(world, 1):
        presence = ask(scheduling, f"{path}/presence").get_json()
        assert presence["absent"] == [str(world.answers[4].invitation_id)]
        assert (presence["from_round"], presence["arrived"], presence["leaves_out"]) == (2, 4, True)
        assert send(scheduling, f"/api/{path}/replans", {}, "POST").status_code == 422
        run = send(scheduling, f"/api/{path}/replans", {"leave_out_absent": True}, "POST")
        assert (run.status_code, run.get_json()["kind"]) == (202, "replan")
        runs.make_plan(scheduling.sessions, run.get_json()["id"])
        draft = ask(scheduling, path).get_json()
        assert draft["from_round"] == 2
        told = ask(scheduling, f"plans/{draft['id']}/difference").get_json()
        assert told["plan_id"] == str(published(scheduling, world).id)
        assert told["counts"]["moved"] == 0
        stranger = {"organisation_id": STRANGER_ORGANISATION_ID}
        assert ask(scheduling, f"{path}/presence", **stranger).status_code == 404


def test_pages_cost_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    small = tell_world(scheduling, stands=2, candidates=2, interpreters=1)
    large = tell_world(scheduling, stands=6, candidates=25, interpreters=5)
    costs = []
    for world in (small, large):
        publish(scheduling, make_plan(scheduling, world))
        arrive(scheduling, world, world.answers[:2])
        with at_round(world, 1):
            address = f"/events/{world.event.event_id}/plan"
            asked = count_queries(scheduling, f"{address}/replan", "organiser")
            replan(scheduling, world)
            costs.append((asked, count_queries(scheduling, address, "organiser")))
    assert costs[0] == costs[1]


def test_replanned_entry_of_an_interpreter_who_keeps_the_same_work_is_not_sent_again(
    scheduling: ServiceUnderTest,
) -> None:
    world = tell_world(scheduling, stands=4, candidates=2, interpreters=1, rounds=4)
    publish(scheduling, make_plan(scheduling, world))
    arrive(scheduling, world, world.answers)
    scheduling.deliver(make_answer(world.event, 180, languages={"nl": "B2"}))
    with at_round(world, 0):
        before, draft = published(scheduling, world), replan(scheduling, world)
        same = {one for one in rows(before, range(4)) if one[3]} == {one for one in rows(draft, range(4)) if one[3]}
        scheduling.forget_outbox()
        publish(scheduling, draft.id)
    assert same
    assert scheduling.outbox(PutCalendarEntry) == []
