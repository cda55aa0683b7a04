"""The organiser's page of the plan and the personal timetables, through the real application."""

import uuid

import pytest

from services.scheduling.timetable import runs
from services.scheduling.timetable.models import PlanningRun
from tests.factories.scheduling import World, tell_world
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.scheduling.timetable.test_plans import make_plan, publish


def page(service: ServiceUnderTest, world: World) -> str:
    return service.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)


def test_page_without_a_plan_offers_to_make_one(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    assert "There is no plan yet" in page(scheduling, world)


def test_make_queues_a_run_and_the_page_shows_progress(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    client, address = scheduling.signed_in(), f"/events/{world.event.event_id}/plan"
    assert post_form(client, f"{address}/make", {}, page=address).status_code == 303
    assert "hx-get" in client.get(address).get_data(as_text=True)
    assert post_form(client, f"{address}/stop", {}, page=address).status_code == 303
    with scheduling.session() as session:
        run = runs.find_run(session, world.event.event_id)
        assert run is not None
        assert run.stop_asked


def test_make_twice_is_refused_with_a_sentence(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    client, address = scheduling.signed_in(), f"/events/{world.event.event_id}/plan"
    post_form(client, f"{address}/make", {}, page=address)
    answer = post_form(client, f"{address}/make", {}, page=address)
    assert answer.status_code == 409
    assert "being made already" in answer.get_data(as_text=True)


def test_finished_run_makes_the_page_load_anew(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    make_plan(scheduling, world)
    answer = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan/progress")
    assert answer.headers["HX-Refresh"] == "true"


def test_broken_run_says_so(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    with scheduling.session() as session:
        run = PlanningRun(
            organisation_id=world.event.organisation_id,
            event_id=world.event.event_id,
            state="failed",
            asked_at=world.event.starts_at,
            beat_at=world.event.starts_at,
        )
        session.add(run)
    assert "was broken off" in page(scheduling, world)


def test_page_shows_the_grid_and_publishes(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    shown = page(scheduling, world)
    assert "of the best possible plan" in shown
    for answer in world.answers:
        assert f">{answer.number}" in shown
    client, address = scheduling.signed_in(), f"/events/{world.event.event_id}/plan"
    assert post_form(client, f"/plans/{plan_id}/publish", {}, page=address).status_code == 303
    answer = post_form(client, f"/plans/{plan_id}/publish", {}, page=address)
    assert answer.status_code == 409
    assert "published before" in answer.get_data(as_text=True)


def test_reason_of_a_conversation_is_a_panel_or_a_page(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        from services.scheduling.timetable.rules import load_plan

        one = load_plan(session, plan_id).conversations[0]
    client, address = scheduling.signed_in(), f"/plans/{plan_id}/why?conversation={one.id}"
    panel = client.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Oksana Yizhakevych-Galagan" in panel
    assert "with interpreter" in panel
    whole = client.get(address, follow_redirects=True).get_data(as_text=True)
    assert "Oksana Yizhakevych-Galagan" in whole


@pytest.mark.parametrize("conversation", ["nonsense", "0b5cd1c3-8d63-4c0f-9f2c-6f1d3f0b7a11", ""])
def test_reason_of_nothing_is_not_found(scheduling: ServiceUnderTest, conversation: str) -> None:
    plan_id = make_plan(scheduling, tell_world(scheduling))
    answer = scheduling.signed_in().get(
        f"/plans/{plan_id}/why?conversation={conversation}", headers={"HX-Request": "true"}
    )
    assert answer.status_code == 404


def test_page_costs_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    small = tell_world(scheduling, stands=2, candidates=2, interpreters=1)
    make_plan(scheduling, small)
    large = tell_world(scheduling, stands=8, candidates=30, interpreters=6)
    make_plan(scheduling, large)
    counts = [count_queries(scheduling, f"/events/{one.event.event_id}/plan", "organiser") for one in (small, large)]
    assert counts[0] == counts[1]


def test_candidate_sees_only_the_own_stops(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    event_id, me = world.event.event_id, world.answers[0].candidate.id
    client = scheduling.signed_in("candidate", kind="candidate", subject_id=me, event_id=event_id)
    shown = client.get(f"/my/timetable/{event_id}").get_data(as_text=True)
    assert "Next meeting" in shown
    assert "with interpreter Tolk" in shown
    fragment = client.get(f"/my/timetable/{event_id}", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in fragment
    assert client.get(f"/my/timetable/{uuid.uuid4()}").status_code == 404


def test_candidate_sees_no_draft(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    make_plan(scheduling, world)
    event_id = world.event.event_id
    client = scheduling.signed_in(
        "candidate", kind="candidate", subject_id=world.answers[0].candidate.id, event_id=event_id
    )
    assert "as soon as it is ready" in client.get(f"/my/timetable/{event_id}").get_data(as_text=True)


def test_employer_sees_numbers_and_no_names(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    event_id, contact = world.event.event_id, world.stands[0].contact.id
    client = scheduling.signed_in("employer", kind="employer", subject_id=contact, event_id=event_id)
    shown = client.get(f"/my/stand/{event_id}").get_data(as_text=True)
    assert "Candidate 10" in shown
    assert "Oksana" not in shown
    assert "Оксана" not in shown
    other = scheduling.signed_in("employer", kind="employer", subject_id=uuid.uuid4(), event_id=event_id)
    assert other.get(f"/my/stand/{event_id}").status_code == 404


def test_interpreter_answers_and_sees_the_own_day(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    event_id, address = world.event.event_id, f"/my/day/{world.event.event_id}"
    client = scheduling.signed_in(
        "interpreter", kind="interpreter", subject_id=world.interpreters[0], event_id=event_id
    )
    assert "Zorggroep" in client.get(address).get_data(as_text=True)
    assert post_form(client, address, {"answer": "accepted", "rounds": ["0", "2"]}).status_code == 303
    refused = post_form(client, address, {"answer": "accepted"})
    assert refused.status_code == 422
    assert "Choose at least one round" in refused.get_data(as_text=True)
    assert post_form(client, address, {"answer": "declined"}).status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert "you are not coming" in page


def test_interpreter_who_said_no_is_not_told_to_wait_for_the_plan(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    event_id, address = world.event.event_id, f"/my/day/{world.event.event_id}"
    client = scheduling.signed_in(
        "interpreter", kind="interpreter", subject_id=world.interpreters[0], event_id=event_id
    )
    assert "You get an invite for your calendar" in client.get(address).text
    post_form(client, address, {"answer": "declined"})
    page = client.get(address).text
    assert "Can you come after all?" in page
    assert "You get an invite for your calendar" not in page


@pytest.mark.parametrize("path", ["plan", "plan/progress", "interpreters", "interpreters/new", "interpreters/ask"])
def test_stranger_finds_nothing(scheduling: ServiceUnderTest, path: str) -> None:
    world = tell_world(scheduling)
    stranger = scheduling.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(f"/events/{world.event.event_id}/{path}").status_code == 404
