"""The JSON API of own timetables: what the personal pages show, to their owner alone."""

import uuid
from typing import Any

import pytest

from tests.factories.scheduling import tell_world
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest
from tests.services.scheduling.timetable.asking import KINDS, PERSONAL, as_person, ask, cost, lose_all_rounds, send
from tests.services.scheduling.timetable.test_plans import make_plan, publish


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


def test_own_timetables_cost_the_same_for_many(scheduling: ServiceUnderTest) -> None:
    worlds = [
        tell_world(scheduling, stands=2, candidates=2, interpreters=1),
        tell_world(scheduling, stands=6, candidates=20, interpreters=4),
    ]
    for world in worlds:
        publish(scheduling, make_plan(scheduling, world))
    for path in PERSONAL:
        counts = [cost(scheduling, f"{path}/{one.event.event_id}", **as_person(one, path)) for one in worlds]
        assert counts[0] == counts[1], path
