"""How far the planner is, what its plan is worth in one sentence, and what a new draft does otherwise."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask_babel import force_locale

from deploy.servers.waiting import wait_for
from services.scheduling.events.rules import load_event
from services.scheduling.planning.plan import Progress
from services.scheduling.timetable import heartbeat, rules, runs
from services.scheduling.timetable.comparing import compare_plans, tell_difference
from services.scheduling.timetable.heartbeat import Heartbeat
from services.scheduling.timetable.models import Conversation, Plan, PlanningRun
from services.scheduling.timetable.outcome import tell_outcome, tell_waits
from services.scheduling.timetable.progress import DEAD_AFTER
from shared import clock
from tests.factories.scheduling import World, make_answer, tell_world
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.asking import ask
from tests.services.scheduling.timetable.test_plans import make_plan, publish

STAGES = (
    *("read", "keeping", "filling", "selecting", "timing", "improving", "naming", "waiting", "walking"),
    "explaining",
)


def address_of(world: World) -> str:
    return f"/events/{world.event.event_id}/plan"


@contextmanager
def begun_run(service: ServiceUnderTest, world: World) -> Iterator[uuid.UUID]:
    """A run that a worker took just now, while the clock stands still."""
    with time_machine.travel(clock.now(), tick=False):
        with service.session() as session:
            run = runs.ask_for_plan(session, load_event(session, world.event.event_id))
            run.state, run.begun_at, run_id = "running", clock.now(), run.id
        yield run_id


def seen(service: ServiceUnderTest, world: World) -> str:
    return service.signed_in().get(address_of(world) + "/progress").get_data(as_text=True)


def run_of(service: ServiceUnderTest, world: World) -> dict[str, Any]:
    found: dict[str, Any] = ask(service, f"events/{world.event.event_id}/plan/runs/newest").get_json()
    return found


# ── while it runs ─────────────────────────────────────────────────────────────────────────────────────────────


def test_progress_says_stage_worth_and_time(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with begun_run(scheduling, world) as run_id:
        beat = Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID)
        beat.report(Progress("improving", 3, 10, 995, 1000))
        assert not beat.is_stopped()
        with time_machine.travel(clock.now() + timedelta(seconds=12), tick=False):
            shown, told = seen(scheduling, world), run_of(scheduling, world)
    assert "Trying whether it can be better." in shown
    assert "99.5% of the best possible plan" in shown
    assert "At work for 12 seconds." in shown
    assert 'value="30"' in shown
    assert (told["sentence"], told["seconds"]) == ("Trying whether it can be better.", 12)
    assert (told["value"], told["bound"], told["kind"], told["broken"]) == (995, 1000, "plan", False)


def test_every_stage_has_words_of_its_own(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with begun_run(scheduling, world) as run_id:
        said = set()
        for stage in STAGES:
            Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID).report(Progress(stage, 0, 0, 0, 0))
            said.add(run_of(scheduling, world)["sentence"])
    assert len(said) == len(STAGES)
    assert "Making the plan." not in said


def test_stop_reaches_the_planner_and_is_asked_once(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with begun_run(scheduling, world) as run_id:
        client = scheduling.signed_in()
        assert "Stop with the best so far" in client.get(address_of(world)).get_data(as_text=True)
        post_form(client, address_of(world) + "/stop", {}, page=address_of(world))
        beat = Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID)
        beat.report(Progress("improving", 3, 10, 995, 1000))
        assert beat.is_stopped()
        shown = client.get(address_of(world)).get_data(as_text=True)
    assert "Stopping with the best so far." in shown
    assert "/plan/stop" not in shown


def test_plan_that_will_be_replaced_is_not_offered_for_publishing(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    make_plan(scheduling, world)
    client = scheduling.signed_in()
    assert "Publish the plan" in client.get(address_of(world)).text
    with begun_run(scheduling, world):
        assert "Publish the plan" not in client.get(address_of(world)).text


def test_heart_beats_by_itself_while_the_planner_says_nothing(
    scheduling: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = tell_world(scheduling)
    monkeypatch.setattr(heartbeat, "ALONE_EVERY", 0.01)
    with scheduling.session() as session:
        run = runs.ask_for_plan(session, load_event(session, world.event.event_id))
        run.state, run.beat_at, run_id = "running", clock.now() - DEAD_AFTER * 2, run.id
    assert run_of(scheduling, world)["broken"]
    with Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID).beating():
        assert wait_for(lambda: not run_of(scheduling, world)["broken"], 20, pause=0.05)


def test_a_worker_that_was_given_up_changes_nothing_any_more(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with begun_run(scheduling, world) as run_id:
        with scheduling.session() as session:
            session.get_one(PlanningRun, run_id).state = "failed"
        Heartbeat(scheduling.sessions, run_id, ORGANISATION_ID).report(Progress("improving", 3, 10, 995, 1000))
        assert (run_of(scheduling, world)["value"], run_of(scheduling, world)["broken"]) == (0, True)


def test_run_whose_worker_died_says_so_and_can_be_started_again(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    with begun_run(scheduling, world):
        later = clock.now() + DEAD_AFTER + timedelta(seconds=1)
        with time_machine.travel(later, tick=False):
            client = scheduling.signed_in()
            shown = client.get(address_of(world)).get_data(as_text=True)
            assert "What was published still counts" in shown
            assert "Make the plan again" in shown
            assert run_of(scheduling, world)["broken"]
            assert post_form(client, address_of(world) + "/make", {}, page=address_of(world)).status_code == 303
            assert not run_of(scheduling, world)["broken"]
    with scheduling.session() as session:
        found = rules.find_plan(session, world.event.event_id, published=True)
        assert found is not None
        assert found.number == 1


# ── what came of it ───────────────────────────────────────────────────────────────────────────────────────────


def plan_of(value: int, bound: int, *reasons: str, people: int = 2) -> Plan:
    made = [Conversation(invitation_id=uuid.uuid4()) for _ in range(people)]
    missing = [{"invitation": str(uuid.uuid4()), "reason": reason} for reason in reasons]
    return Plan(value=value, bound=bound, conversations=made, without_conversation=missing)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (plan_of(10, 10), "The best possible plan: 2 conversations; all 2 candidates have at least one."),
        (
            plan_of(9999, 10000, "no_language", people=1),
            (
                "99.9% of the best possible plan: 1 conversation; 1 person has no conversation,"
                " because no interpreter is asked for the languages."
            ),
        ),
        (
            plan_of(998, 1000, "seats_taken", "no_interpreter", "no_interpreter"),
            (
                "99.8% of the best possible plan: 2 conversations; 3 people have no conversation, because the"
                " interpreters work elsewhere in the rounds that fit (2); all seats are taken in the rounds that"
                " fit (1)."
            ),
        ),
        (
            plan_of(998, 1000, "absent", "no_rounds"),
            "99.8% of the best possible plan: 2 conversations; 2 people have no conversation, because no round fits.",
        ),
    ],
)
def test_outcome_is_one_sentence_with_the_reasons_grouped(
    scheduling: ServiceUnderTest, plan: Plan, sentence: str
) -> None:
    with scheduling.app.test_request_context(headers={"Accept-Language": "en"}):
        assert tell_outcome(plan) == sentence


@pytest.mark.parametrize(
    ("idle", "idle_bound", "moves", "moves_bound", "sentence"),
    [
        (0, 0, 1, None, "Candidates wait 0 rounds between conversations; interpreters change stands 1 time."),
        (
            31,
            29,
            58,
            58,
            (
                "Candidates wait 31 rounds between conversations (with these conversations at least 29);"
                " interpreters change stands 58 times (with these conversations it cannot be less)."
            ),
        ),
    ],
)
def test_waits_and_moves_stand_beside_the_least_that_they_can_be(
    scheduling: ServiceUnderTest, idle: int, idle_bound: int, moves: int, moves_bound: int | None, sentence: str
) -> None:
    plan = Plan(idle_rounds=idle, idle_bound=idle_bound, interpreter_moves=moves, moves_bound=moves_bound)
    with scheduling.app.test_request_context(headers={"Accept-Language": "en"}):
        assert tell_waits(plan) == sentence


def test_page_and_api_say_the_outcome(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    scheduling.deliver(make_answer(world.event, 150, languages={"pl": "C2"}))
    make_plan(scheduling, world)
    said = ask(scheduling, f"events/{world.event.event_id}/plan").get_json()["sentence"]
    assert said.endswith("1 person has no conversation, because no interpreter is asked for the languages.")
    shown = scheduling.signed_in().get(address_of(world)).get_data(as_text=True)
    assert said.split(": ", 1)[1] in shown


# ── what is otherwise ─────────────────────────────────────────────────────────────────────────────────────────


def test_first_plan_is_compared_with_nothing(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    assert ask(scheduling, f"plans/{plan_id}/difference").status_code == 404
    assert "What changes" not in scheduling.signed_in().get(address_of(world)).get_data(as_text=True)


def test_new_draft_says_what_is_otherwise(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=2, interpreters=1, rounds=2)
    publish(scheduling, make_plan(scheduling, world))
    wish = (world.stands[0].employer_id,)
    scheduling.deliver(make_answer(world.event, 150, languages={"nl": "B2"}, wished_employers=wish))
    plan_id = make_plan(scheduling, world)
    told = ask(scheduling, f"plans/{plan_id}/difference").get_json()
    assert told["sentence"].startswith("Compared with the published plan: 1 wish more is met, 1 person fewer has no")
    assert (told["wishes"], told["without"]) == ([0, 1], [1, 0])
    late = next(one for one in told["people"] if one["number"] == 150)
    assert {change["state"] for change in late["changes"]} == {"new"}
    shown = scheduling.signed_in().get(address_of(world)).get_data(as_text=True)
    assert told["sentence"] in shown
    assert re.search(r"<b>150</b>", shown)


def test_comparison_counts_every_conversation_of_both_plans_once(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=3, rounds=3)
    make_plan(scheduling, world)
    scheduling.deliver(make_answer(world.event, 150))
    make_plan(scheduling, world)
    with scheduling.session() as session:
        after = rules.find_plan(session, world.event.event_id)
        assert after is not None
        before = rules.find_plan_before(session, after)
        assert before is not None
        people = rules.load_people(session, load_event(session, world.event.event_id))
        forth, back = compare_plans(before, after, people), compare_plans(after, before, people)
        both = sum(forth.counts[state] for state in ("kept", "moved", "interpreter"))
        assert both + forth.counts["dropped"] == len(before.conversations)
        assert both + forth.counts["new"] == len(after.conversations)
        assert (forth.counts["new"], forth.counts["moved"]) == (back.counts["dropped"], back.counts["moved"])
        with force_locale("en"):
            assert "Compared with the plan before" in tell_difference(forth)
