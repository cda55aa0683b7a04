"""The JSON API of venues and events."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from shared import clock
from shared.events import EventChanged
from tests.factories.events import make_event, make_organisation, make_venue
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def _send(client: FlaskClient, method: str, address: str, body: Any = None) -> Any:
    page = client.get("/venues/new").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return client.open(address, method=method, json=body, headers={"X-CSRFToken": found.group(1)})


def _facts(plan_id: str, **other: Any) -> dict[str, Any]:
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    usual = {"name": "API", "floor_plan_id": plan_id, "date": day, "start": "13:00", "end": "16:30",
             "first_round": "13:15", "rounds": 12}  # fmt: skip
    return {**usual, **other}


def test_an_event_from_its_venue_to_its_end(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_organisation(session)
    client = registration.signed_in()
    venue = _send(client, "POST", "/api/venues", {"name": "Stadsloket", "address": "Parkweg 12"})
    assert venue.status_code == 201
    plan = venue.json["floor_plans"][0]
    assert len(plan["stands"]) == 12
    redrawn = _send(client, "PUT", f"/api/venues/{venue.json['id']}/plans/{plan['id']}",
                    {"name": "Zaal", "stands": plan["stands"][:6]})  # fmt: skip
    assert (redrawn.status_code, len(redrawn.json["stands"])) == (200, 6)
    event = _send(client, "POST", "/api/events", _facts(plan["id"]))
    assert (event.status_code, event.json["state"], len(event.json["rounds"])) == (201, "draft", 12)
    address = f"/api/events/{event.json['id']}"
    assert _send(client, "POST", f"{address}/publish").json["state"] == "published"
    later = (clock.now() + timedelta(days=21)).date().isoformat()
    moved = _send(client, "POST", f"{address}/move",
                  {"date": later, "start": "13:00", "end": "16:30", "first_round": "13:15", "rounds": 12,
                   "venue_id": venue.json["id"]})  # fmt: skip
    assert (moved.status_code, moved.json["version"]) == (200, 2)
    assert registration.outbox(EventChanged)[0].moved
    renamed = _send(client, "PUT", address, _facts(plan["id"], name="Other", date=later))
    assert (renamed.status_code, renamed.json["name"], renamed.json["version"]) == (200, "Other", 3)
    assert _send(client, "POST", f"{address}/cancel").json["state"] == "cancelled"
    assert _send(client, "POST", f"{address}/archive").status_code == 409
    assert [one["name"] for one in client.get("/api/events").json] == ["Other"]
    assert [one["name"] for one in client.get("/api/venues").json] == ["Stadsloket"]


def test_faults_come_by_field(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan_id = str(make_venue(session).floor_plans[0].id)
    client = registration.signed_in()
    answer = _send(client, "POST", "/api/events", _facts(plan_id, end="12:00", name="", extra=1, rounds=2**31))
    assert answer.status_code == 422
    assert set(answer.json["errors"]["json"]) == {"end", "name", "extra", "rounds"}
    assert answer.json["request_id"]


def test_nothing_of_another_organisation(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        event = make_event(session)
        plan = event.floor_plan
    client = registration.signed_in()
    assert client.get("/api/events").json == []
    assert client.get(f"/api/events/{event.id}").status_code == 404
    for action in ("publish", "cancel", "archive"):
        assert _send(client, "POST", f"/api/events/{event.id}/{action}").status_code == 404
    answer = _send(client, "PUT", f"/api/venues/{plan.venue_id}/plans/{plan.id}", {"name": "Mine", "stands": []})
    assert answer.status_code == 404
    taken = _send(client, "POST", "/api/events", _facts(str(plan.id)))
    assert (taken.status_code, taken.json["code"]) == (422, "floor_plan_unknown")


def test_a_copy_of_a_plan(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_event(session).floor_plan
    answer = _send(registration.signed_in(), "POST", f"/api/venues/{plan.venue_id}/plans/{plan.id}/copy")
    assert answer.status_code == 201
    assert answer.json["id"] != str(plan.id)
    assert len(answer.json["stands"]) == 12


def test_the_description_names_the_routes(registration: ServiceUnderTest) -> None:
    paths = registration.client().get("/api/openapi.json").json["paths"]
    assert {"/api/events", "/api/events/{event_id}/move", "/api/venues/{venue_id}"} <= set(paths)
