"""Senseless values sent to the API of plans: a sentence, nothing changed, and never a fault of ours."""

from dataclasses import asdict
from typing import Any

import pytest

from services.scheduling.events.rules import load_event
from services.scheduling.timetable.questions import load_weights
from services.scheduling.timetable.runs import find_run
from services.scheduling.timetable.scores import Weights
from shared.identity import Role
from tests.factories.scheduling import tell_world
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest
from tests.services.scheduling.timetable.asking import send

DEFAULTS = asdict(Weights())


@pytest.mark.parametrize("value", [1.5, True, None, [], {}, "\0", 10**400, -1, 101])
def test_weights_that_are_none_are_refused_and_none_is_changed(scheduling: ServiceUnderTest, value: object) -> None:
    world = tell_world(scheduling)
    for path, method in (("", "PUT"), ("/effect", "POST")):
        answer = send(
            scheduling,
            f"/api/events/{world.event.event_id}/plan/weights{path}",
            {**DEFAULTS, "wish": 5, "hours": value},
            method,
        )
        assert answer.status_code == (400 if value == "\0" else 422), answer.get_json()
        assert answer.get_json()["message"]
    with scheduling.session() as session:
        assert load_weights(session, world.event.event_id) == Weights()


@pytest.mark.parametrize(
    "body",
    [
        [DEFAULTS],
        "x",
        None,
        5,
        {**DEFAULTS, "x": 1},
        {**DEFAULTS, **{f"k{number}": 1 for number in range(10_000)}},
        {name: number for name, number in DEFAULTS.items() if name != "wish"},
    ],
)
def test_bodies_that_hold_no_weights_are_refused(scheduling: ServiceUnderTest, body: Any) -> None:
    world = tell_world(scheduling)
    address = f"/api/events/{world.event.event_id}/plan/weights"
    answer = send(scheduling, address, body)
    assert answer.status_code == 422, answer.get_json()
    with scheduling.session() as session:
        assert load_weights(session, world.event.event_id) == Weights()


@pytest.mark.parametrize("value", ["x", 2, "\0", [], {}, None, 10**30])
def test_replan_that_is_asked_for_wrongly_is_not_begun(scheduling: ServiceUnderTest, value: object) -> None:
    world = tell_world(scheduling)
    address = f"/api/events/{world.event.event_id}/plan/replans"
    assert send(scheduling, address, {"leave_out_absent": value}, "POST").status_code in (400, 422)
    with scheduling.session() as session:
        assert find_run(session, load_event(session, world.event.event_id).id) is None


def test_nobody_else_chooses_what_counts(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling)
    address = f"/api/events/{world.event.event_id}/plan/weights"
    sent = {**DEFAULTS, "wish": 77}
    assert send(scheduling, address, sent, roles=(Role.ADMIN,)).status_code == 403
    assert send(scheduling, address, sent, organisation_id=STRANGER_ORGANISATION_ID).status_code == 404
    assert scheduling.signed_in().put(address, json=sent).status_code == 400  # without a token
    with scheduling.session() as session:
        assert load_weights(session, world.event.event_id) == Weights()
