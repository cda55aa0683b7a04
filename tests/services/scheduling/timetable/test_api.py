"""The JSON API of plans and own timetables: what the pages show, for the same people, by the same rules."""

import uuid
import warnings
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_smorest import Api

from services.scheduling.app import API
from services.scheduling.events.rules import load_event
from services.scheduling.timetable import rules, runs
from shared.events import EventChanged
from tests.factories.scheduling import World, make_answer, make_stand, tell_world
from tests.queries import queries_of
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest
from tests.services.scheduling.timetable.test_correcting import send
from tests.services.scheduling.timetable.test_plans import make_plan, publish

PERSONAL = ("my/timetable", "my/stand", "my/day")
KINDS = {"my/timetable": "candidate", "my/stand": "employer", "my/day": "interpreter"}


def as_person(world: World, path: str) -> dict[str, Any]:
    """How the first person of the kind is signed in."""
    people = {
        "my/timetable": world.answers[0].candidate.id,
        "my/stand": world.stands[0].contact.id,
        "my/day": world.interpreters[0],
    }
    kind = KINDS[path]
    return {"roles": (kind,), "kind": kind, "subject_id": people[path], "event_id": world.event.event_id}


def ask(service: ServiceUnderTest, address: str, **who: Any) -> Any:
    return service.signed_in(*who.pop("roles", ()), **who).get(f"/api/{address}")


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


def lose_all_rounds(service: ServiceUnderTest, world: World) -> None:
    service.deliver(EventChanged(replace(world.event, version=2, rounds=()), moved=False))


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
    assert free["sentences"] == ["1 candidate talks with this stand in another round."]
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
    assert sentences == ["For 1 candidate no interpreter is asked who connects the languages of both."]


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


@pytest.mark.parametrize("what", ["unmet-wishes", "free-seats"])
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


@pytest.mark.parametrize("what", ["missing", "unmet-wishes", "free-seats", "conversations/{one}/why"])
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


# ── own timetables ────────────────────────────────────────────────────────────────────────────────────────────


def test_candidate_reads_the_own_stops(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    me = as_person(world, "my/timetable")
    path = f"my/timetable/{world.event.event_id}"
    assert ask(scheduling, path, **me).get_json() == {"coming": True, "stops": []}
    plan_id = make_plan(scheduling, world)
    assert ask(scheduling, path, **me).get_json()["stops"] == []
    publish(scheduling, plan_id)
    found = ask(scheduling, path, **me).get_json()["stops"]
    assert 0 < len(found) <= 3
    assert all(one["interpreter"].startswith("Tolk") and one["language"] == "uk" for one in found)
    assert {one["employer"] for one in found} <= {stand.employer for stand in world.stands}
    assert [one["starts_at"] for one in found] == sorted(one["starts_at"] for one in found)
    nobody = {**me, "subject_id": uuid.uuid4()}
    assert ask(scheduling, path, **nobody).get_json() == {"coming": False, "stops": []}


def test_employer_reads_numbers_and_no_names(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    answer = ask(scheduling, f"my/stand/{world.event.event_id}", **as_person(world, "my/stand"))
    [day] = answer.get_json()
    assert (day["stand"], day["booking_id"]) == ("1", str(world.stands[0].booking_id))
    assert {one["number"] for one in day["stops"]} <= {one.number for one in world.answers}
    assert all(one["languages"] == ["uk"] for one in day["stops"])
    assert "ksana" not in answer.get_data(as_text=True)
    nobody = {**as_person(world, "my/stand"), "subject_id": uuid.uuid4()}
    assert ask(scheduling, f"my/stand/{world.event.event_id}", **nobody).status_code == 404


def test_interpreter_reads_the_own_day_and_answers(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, interpreters=1)
    publish(scheduling, make_plan(scheduling, world))
    me, path = as_person(world, "my/day"), f"my/day/{world.event.event_id}"
    day = ask(scheduling, path, **me).get_json()
    assert (day["answer"], day["rounds"]) == ("needs_action", list(range(6)))
    assert day["work"]
    assert set(day["work"][0]) == {"round", "starts_at", "stand", "employer", "language"}
    yes = send(scheduling, f"/api/{path}/answer", {"answer": "accepted", "rounds": [2, 0]}, "POST", **me)
    assert (yes.status_code, yes.get_json()["answer"], yes.get_json()["rounds"]) == (200, "accepted", [0, 2])
    no = send(scheduling, f"/api/{path}/answer", {"answer": "declined"}, "POST", **me)
    assert (no.status_code, no.get_json()["answer"], no.get_json()["rounds"]) == (200, "declined", [0, 2])
    asked = ask(scheduling, f"events/{world.event.event_id}/interpreters").get_json()
    assert [one["answer"] for one in asked] == ["declined"]
    nobody = {**me, "subject_id": uuid.uuid4()}
    assert ask(scheduling, path, **nobody).status_code == 404
    assert send(scheduling, f"/api/{path}/answer", {"answer": "declined"}, "POST", **nobody).status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "answer", None),
        ({"answer": "perhaps"}, "answer", None),
        ({"answer": "accepted", "rounds": ["x"]}, "rounds", None),
        ({"answer": "accepted", "rounds": list(range(61))}, "rounds", None),
        ({"answer": "accepted", "round": [1]}, "round", None),
        ({"answer": "accepted"}, None, "no_rounds"),
        ({"answer": "accepted", "rounds": [99]}, None, "round_unknown"),
    ],
)
def test_answer_that_does_not_hold_is_refused(
    scheduling: ServiceUnderTest, body: dict[str, Any], field: str | None, code: str | None
) -> None:
    world = tell_world(scheduling)
    address = f"/api/my/day/{world.event.event_id}/answer"
    answer = send(scheduling, address, body, "POST", **as_person(world, "my/day"))
    assert answer.status_code == 422
    told = answer.get_json()
    assert field in told["errors"]["json"] if field else told["code"] == code
    day = ask(scheduling, f"my/day/{world.event.event_id}", **as_person(world, "my/day")).get_json()
    assert day["answer"] == "needs_action"


@pytest.mark.parametrize("path", PERSONAL)
def test_own_timetable_is_for_its_owner_and_event_alone(scheduling: ServiceUnderTest, path: str) -> None:
    world, other = tell_world(scheduling), tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    me, address = as_person(world, path), f"{path}/{world.event.event_id}"
    assert ask(scheduling, address, **me).status_code == 200
    assert ask(scheduling, address, **{**me, "organisation_id": STRANGER_ORGANISATION_ID}).status_code == 404
    assert ask(scheduling, address, **{**me, "event_id": other.event.event_id}).status_code == 404
    assert ask(scheduling, f"{path}/{other.event.event_id}", **me).status_code == 404
    assert ask(scheduling, address).status_code == 403
    neighbour = next(one for one in PERSONAL if one != path)
    assert ask(scheduling, address, **as_person(world, neighbour)).status_code == 403


@pytest.mark.parametrize("path", PERSONAL)
def test_day_without_rounds_is_empty(scheduling: ServiceUnderTest, path: str) -> None:
    world = tell_world(scheduling)
    publish(scheduling, make_plan(scheduling, world))
    lose_all_rounds(scheduling, world)
    answer = ask(scheduling, f"{path}/{world.event.event_id}", **as_person(world, path))
    assert answer.status_code == 200
    assert "starts_at" not in answer.get_data(as_text=True)
    client = scheduling.signed_in(KINDS[path], **{k: v for k, v in as_person(world, path).items() if k != "roles"})
    assert client.get(f"/{path}/{world.event.event_id}").status_code == 200


def test_every_list_costs_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    small = tell_world(scheduling, stands=2, candidates=2, interpreters=1)
    large = tell_world(scheduling, stands=6, candidates=20, interpreters=4)
    plans = {one.event.event_id: make_plan(scheduling, one) for one in (small, large)}
    for plan_id in plans.values():
        publish(scheduling, plan_id)
    for path in ("missing", "unmet-wishes", "free-seats"):
        counts = [cost(scheduling, f"plans/{plan_id}/{path}") for plan_id in plans.values()]
        assert counts[0] == counts[1], path
    for path in PERSONAL:
        counts = [cost(scheduling, f"{path}/{one.event.event_id}", **as_person(one, path)) for one in (small, large)]
        assert counts[0] == counts[1], path


def cost(service: ServiceUnderTest, address: str, **who: Any) -> int:
    with queries_of(service) as statements:
        assert ask(service, address, **who).status_code == 200
    return len(statements)
