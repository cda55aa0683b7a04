"""The JSON API of plans: what the organiser's page shows, by the same rules."""

import uuid
import warnings
from dataclasses import replace

import pytest
from flask import Flask
from flask_smorest import Api

from services.scheduling.app import API
from services.scheduling.events.rules import load_event
from services.scheduling.timetable import rules, runs
from tests.factories.scheduling import World, make_answer, make_stand, tell_world
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest
from tests.services.scheduling.timetable.asking import as_person, ask, cost, lose_all_rounds, send
from tests.services.scheduling.timetable.test_plans import make_plan

# ── the description ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_field_is_described_and_every_schema_has_a_name_of_its_own(scheduling: ServiceUnderTest) -> None:
    app = Flask("described")
    app.config.update(API_TITLE="Described", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        described = Api(app)
        for blueprint in API:
            described.register_blueprint(blueprint)
    description = scheduling.client().get("/api/openapi.json").get_json()
    assert described.spec.to_dict()["components"]["schemas"].keys() == description["components"]["schemas"].keys()
    ours = {name: one for name, one in description["components"]["schemas"].items() if name not in FROM_THE_LIBRARY}
    assert len(ours) > 15
    bare = [f"{name}.{key}" for name, one in ours.items() for key, field in one["properties"].items()
            if not field.get("description")]  # fmt: skip
    assert bare == []


FROM_THE_LIBRARY = {"Error", "PaginationMetadata"}

# ── a run ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_run_is_stopped(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    path = f"events/{world.event.event_id}/plan/runs"
    assert send(scheduling, f"/api/{path}/newest/stop", {}, "POST").status_code == 404
    assert send(scheduling, f"/api/{path}", {}, "POST").get_json()["stop_asked"] is False
    answer = send(scheduling, f"/api/{path}/newest/stop", {}, "POST")
    assert (answer.status_code, answer.get_json()["state"], answer.get_json()["stop_asked"]) == (200, "queued", True)
    assert ask(scheduling, f"{path}/newest").get_json()["stop_asked"] is True


def test_run_that_has_ended_stays_as_it_is(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    make_plan(scheduling, world)
    answer = send(scheduling, f"/api/events/{world.event.event_id}/plan/runs/newest/stop", {}, "POST").get_json()
    assert (answer["state"], answer["stop_asked"]) == ("done", False)


def test_run_is_stopped_by_organisers_of_its_own_organisation_alone(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    address = f"/api/events/{world.event.event_id}/plan/runs/newest/stop"
    with scheduling.session() as session:
        runs.ask_for_plan(session, load_event(session, world.event.event_id))
    assert send(scheduling, address, {}, "POST", organisation_id=STRANGER_ORGANISATION_ID).status_code == 404
    assert send(scheduling, address, {}, "POST", roles=("door",)).status_code == 403
    with scheduling.session() as session:
        run = runs.find_run(session, world.event.event_id)
        assert run is not None
        assert not run.stop_asked


# ── reasons ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_reason_of_a_conversation_is_what_the_page_says(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    plan = ask(scheduling, f"events/{world.event.event_id}/plan").get_json()
    one = plan["conversations"][0]["id"]
    reason = ask(scheduling, f"plans/{plan_id}/conversations/{one}/why").get_json()
    address = f"/plans/{plan_id}/why?conversation={one}"
    panel = scheduling.signed_in().get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Oksana Yizhakevych-Galagan" in reason["title"]
    assert reason["language"] == "uk"
    assert len(reason["sentences"]) >= 3
    for sentence in [reason["title"], reason["where"], *reason["sentences"]]:
        assert sentence in panel


@pytest.mark.parametrize(("done", "told"), [(("it", "care"), True), (("it",), False), ((), False)])
def test_experience_that_was_wished_for_is_a_reason(
    scheduling: ServiceUnderTest, done: tuple[str, ...], told: bool
) -> None:
    world = tell_world(scheduling, stands=1, candidates=1)
    (stand,), (answer,) = world.stands, world.answers
    wished = tuple(replace(one, wanted_experience=("care", "childcare")) for one in stand.vacancies)
    scheduling.deliver_all([replace(stand, version=2, vacancies=wished), replace(answer, version=2, did_sectors=done)])
    plan_id = make_plan(scheduling, world)
    plan = ask(scheduling, f"events/{world.event.event_id}/plan").get_json()
    reason = ask(scheduling, f"plans/{plan_id}/conversations/{plan['conversations'][0]['id']}/why").get_json()
    assert ("Has the experience that the employer wishes for: Helpende." in reason["sentences"]) == told


@pytest.mark.parametrize("one", ["0b5cd1c3-8d63-4c0f-9f2c-6f1d3f0b7a11", "nonsense"])
def test_reason_of_nothing_is_not_found(scheduling: ServiceUnderTest, one: str) -> None:
    plan_id = make_plan(scheduling, tell_world(scheduling))
    assert ask(scheduling, f"plans/{plan_id}/conversations/{one}/why").status_code == 404


def test_reason_of_a_round_that_is_no_more_is_not_found(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    lose_all_rounds(scheduling, world)
    one = ask(scheduling, f"events/{world.event.event_id}/plan").get_json()["conversations"][0]["id"]
    assert ask(scheduling, f"plans/{plan_id}/conversations/{one}/why").status_code == 404
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan?why={one}")
    assert page.status_code == 200


def test_candidates_without_a_conversation_are_named_with_the_reason(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=0)
    plan_id = make_plan(scheduling, world)
    found = ask(scheduling, f"plans/{plan_id}/missing").get_json()
    assert [one["number"] for one in found] == [answer.number for answer in world.answers]
    assert {one["reason"] for one in found} == {"no_language"}
    assert {one["name"] for one in found} == {"Oksana Yizhakevych-Galagan"}
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert all(one["sentence"] in page for one in found)


def one_seat(service: ServiceUnderTest) -> World:
    """A stand that speaks Dutch, open for one round, and two candidates who want to go there: only one can."""
    world = tell_world(service, stands=1, candidates=0, interpreters=1, rounds=1)
    other = make_stand(world.event, "2")
    wish = (world.stands[0].employer_id,)
    answers = [make_answer(world.event, 101 + n, wished_employers=wish, languages={"nl": "B2"}) for n in range(2)]
    service.deliver_all([other, *answers])
    return World(world.event, [*world.stands, other], answers, world.interpreters)


def test_wish_that_is_not_met_has_a_reason_on_the_page_and_in_the_api(scheduling: ServiceUnderTest) -> None:
    world = one_seat(scheduling)
    plan_id = make_plan(scheduling, world)
    [unmet] = ask(scheduling, f"plans/{plan_id}/unmet-wishes").get_json()
    assert (unmet["employer"], unmet["reason"]) == ("Zorggroep 1", "seats_taken")
    assert unmet["booking_id"] == str(world.stands[0].booking_id)
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert "Wishes that are not met" in page
    assert unmet["sentence"] in page


def test_free_seats_have_a_reason_on_the_page_and_in_the_api(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1, interpreters=1, rounds=2)
    plan_id = make_plan(scheduling, world)
    [free] = ask(scheduling, f"plans/{plan_id}/free-seats").get_json()
    assert (free["booking_id"], free["stand"], free["seats"]) == (str(world.stands[0].booking_id), "1", 1)
    assert free["reason"] == "met_already"
    assert free["sentences"] == ["1 candidate talks with this stand in another round (101)."]
    client, page = scheduling.signed_in(), f"/events/{world.event.event_id}/plan"
    key = f"{free['booking_id']}.{free['round']}"
    assert f"conversation={key}" in client.get(page).get_data(as_text=True)
    address = f"/plans/{plan_id}/why?conversation={key}"
    panel = client.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert free["sentences"][0] in panel
    assert "Why nobody sits here" in panel
    assert free["sentences"][0] in client.get(address, follow_redirects=True).get_data(as_text=True)


def test_nobody_who_could_talk_is_said_so(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1, interpreters=1, rounds=1)
    polish = make_stand(world.event, "9", languages={"pl": "C2"})
    scheduling.deliver(polish)
    plan_id = make_plan(scheduling, world)
    found = ask(scheduling, f"plans/{plan_id}/free-seats").get_json()
    [sentences] = [one["sentences"] for one in found if one["booking_id"] == str(polish.booking_id)]
    assert sentences == ["For 1 candidate no interpreter is asked who connects the languages of both (101)."]


@pytest.mark.parametrize(
    "key", ["x.1", "0b5cd1c3-8d63-4c0f-9f2c-6f1d3f0b7a11.0", "{stand}.99", "{stand}.-1", "{stand}.x", "{stand}.²"]
)
def test_free_seat_that_is_none_is_not_found(scheduling: ServiceUnderTest, key: str) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    asked = key.format(stand=world.stands[0].booking_id)
    address = f"/plans/{plan_id}/why?conversation={asked}"
    assert scheduling.signed_in().get(address, headers={"HX-Request": "true"}).status_code == 404
    assert scheduling.signed_in().get(address, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("what", ["unmet-wishes", "free-seats", "idle-interpreters"])
def test_outdated_plan_has_no_answer(scheduling: ServiceUnderTest, what: str) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    scheduling.deliver(make_answer(world.event, 101, invitation_id=world.answers[0].invitation_id, version=2,
                                   state="declined", candidate=world.answers[0].candidate))  # fmt: skip
    answer = ask(scheduling, f"plans/{plan_id}/{what}")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "plan_outdated")
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan")
    assert page.status_code == 200
    assert "Make the plan again before you publish" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "what", ["missing", "unmet-wishes", "free-seats", "idle-interpreters", "conversations/{one}/why"]
)
def test_reasons_are_for_organisers_of_the_own_organisation(scheduling: ServiceUnderTest, what: str) -> None:
    world = tell_world(scheduling)
    plan_id = make_plan(scheduling, world)
    with scheduling.session() as session:
        path = f"plans/{plan_id}/{what.format(one=rules.load_plan(session, plan_id).conversations[0].id)}"
    assert ask(scheduling, path).status_code == 200
    assert ask(scheduling, path, organisation_id=STRANGER_ORGANISATION_ID).status_code == 404
    assert ask(scheduling, path, roles=("desk",)).status_code == 403
    assert ask(scheduling, path, **as_person(world, "my/day")).status_code == 403
    assert ask(scheduling, path.replace(str(plan_id), str(uuid.uuid4()))).status_code == 404


def test_every_list_of_reasons_costs_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    small = tell_world(scheduling, stands=2, candidates=2, interpreters=1)
    large = tell_world(scheduling, stands=6, candidates=20, interpreters=4)
    plans = [make_plan(scheduling, one) for one in (small, large)]
    for path in ("missing", "unmet-wishes", "free-seats", "idle-interpreters"):
        counts = [cost(scheduling, f"plans/{plan_id}/{path}") for plan_id in plans]
        assert counts[0] == counts[1], path
