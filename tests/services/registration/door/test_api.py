"""The API of the phones at the door, and of those who set them up."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from services.registration.accounts.devices import load_device, revoke_device
from services.registration.events.rules import cancel_event, lock_event
from shared import clock
from shared.limits import limiter
from tests.factories.accounts import device_headers
from tests.factories.door import Door, make_door
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


@pytest.fixture
def door(registration: ServiceUnderTest) -> Door:
    limiter.reset()
    with registration.session() as session:
        return make_door(session, guests=3)


def body(text: Any, **others: Any) -> dict[str, Any]:
    now = clock.now().isoformat()
    return {"client_id": str(uuid.uuid4()), "text": text, "scanned_at": now, "sent_at": now, **others}


def test_scan_over_http(registration: ServiceUnderTest, door: Door) -> None:
    client, headers = registration.client(), device_headers(door.token)
    answer = client.post("/api/door/scans", json=body(door.text()), headers=headers)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["verdict"] == "admitted"
    assert answer.json["name"] == door.invitations[0].candidate.name
    assert set(answer.json) == {"client_id", "verdict", "number", "name", "readable_name", "language", "stop",
                                "stop_at", "inside_since", "gate"}  # fmt: skip
    counts = client.get("/api/door/counts", headers=headers).json
    assert counts == {"inside": 1, "not_yet": 2, "expected": 3}


def test_phone_learns_its_event(registration: ServiceUnderTest, door: Door) -> None:
    answer = registration.client().get("/api/door/event", headers=device_headers(door.token)).json
    assert answer is not None
    assert (answer["event_id"], answer["gate"]) == (str(door.event.id), "Entrance north")
    assert answer["time_zone"] == "Europe/Amsterdam"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "x"}, {"text": None}, {"text": 7}, {"text": "x" * 4001}, {"scanned_at": "yesterday"},
        {"scanned_at": "2026-12-10T12:00:00"}, {"sent_at": None}, {"gate": "mine"},
    ],
)  # fmt: skip
def test_scan_that_does_not_hold(registration: ServiceUnderTest, door: Door, wrong: dict[str, Any]) -> None:
    answer = registration.client().post(
        "/api/door/scans", json={**body(door.text()), **wrong}, headers=device_headers(door.token)
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(("scanned_at", "sent_at"), [
    ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"),
    ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00"),
    ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
])  # fmt: skip
def test_clock_of_the_phone_may_say_anything(
    registration: ServiceUnderTest, door: Door, scanned_at: str, sent_at: str
) -> None:
    answer = registration.client().post(
        "/api/door/scans",
        json=body(door.text(), scanned_at=scanned_at, sent_at=sent_at),
        headers=device_headers(door.token),
    )
    assert answer.status_code == 200


def test_nobody_without_a_device_reads_a_name(registration: ServiceUnderTest, door: Door) -> None:
    clients: list[tuple[Any, dict[str, str]]] = [
        (registration.client(), {}),
        (registration.client(), device_headers("guess")),
        (registration.client(), {"Authorization": f"Bearer {door.token}"}),
        (registration.signed_in("organiser"), {}),
        (registration.signed_in("candidate", kind="candidate", event_id=door.event.id), {}),
    ]
    for client, headers in clients:
        answer = client.post("/api/door/scans", json=body(door.text()), headers=headers)
        assert answer.status_code in {400, 403}
        assert client.get("/api/door/counts", headers=headers).status_code == 403
        assert client.get("/api/door/event", headers=headers).status_code == 403


def test_device_is_for_the_door_and_nothing_else(registration: ServiceUnderTest, door: Door) -> None:
    client, headers = registration.client(), device_headers(door.token)
    for path in ("/events", f"/events/{door.event.id}", f"/events/{door.event.id}/devices", "/staff", "/candidates"):
        assert client.get(path, headers=headers).status_code == 403


def test_revoked_device(registration: ServiceUnderTest, door: Door) -> None:
    with registration.session() as session:
        revoke_device(load_device(session, door.event.id, door.device.subject_id))
    answer = registration.client().post("/api/door/scans", json=body(door.text()), headers=device_headers(door.token))
    assert answer.status_code == 403


def test_device_after_its_day_hands_in_and_learns_nothing(registration: ServiceUnderTest, door: Door) -> None:
    client, headers, made = registration.client(), device_headers(door.token), body(door.text())
    with time_machine.travel(clock.now() + timedelta(hours=40)):
        made["sent_at"] = clock.now().isoformat()
        answer = client.post("/api/door/scans", json=made, headers=headers)
        assert answer.json is not None
        assert (answer.json["verdict"], answer.json["name"]) == ("admitted", None)
        assert client.get("/api/door/counts", headers=headers).status_code == 403
        assert client.get("/api/door/event", headers=headers).json["code"] == "device_expired"  # type: ignore[index]


def staff(registration: ServiceUnderTest) -> tuple[Any, dict[str, str]]:
    client = registration.signed_in("organiser")
    html = client.get("/events").get_data(as_text=True)
    return client, {"X-CSRFToken": html.split('name="csrf-token" content="')[1].split('"')[0]}


def test_set_up_list_and_revoke_by_api(registration: ServiceUnderTest, door: Door) -> None:
    client, headers = staff(registration)
    devices = f"/api/events/{door.event.id}/devices"
    made = client.post(devices, json={"gate": "Вхід"}, headers=headers)
    assert made.status_code == 201
    address, code = made.json["address"].split("#")
    assert address == "http://127.0.0.1:8000/door"
    enrolled = registration.client().post("/api/devices/enrol", json={"code": code, "name": "Phone"})
    assert enrolled.status_code == 200
    assert {one["gate"] for one in client.get(devices).json} == {"Вхід", "Entrance north"}
    assert client.delete(f"{devices}/{made.json['id']}", headers=headers).json["revoked_at"] is not None
    token = enrolled.json["token"]  # type: ignore[index]
    assert registration.client().get("/api/door/event", headers=device_headers(token)).status_code == 403
    assert client.get(f"/api/events/{door.event.id}/arrivals").json == {"inside": 0, "not_yet": 3, "expected": 3}


def test_phone_for_a_cancelled_event(registration: ServiceUnderTest, door: Door) -> None:
    with registration.session() as session:
        cancel_event(session, lock_event(session, door.event.id))
    client, headers = staff(registration)
    answer = client.post(f"/api/events/{door.event.id}/devices", json={"gate": "x"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (409, "event_closed_for_phones")


def test_strangers_find_nothing(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    for path in ("devices", "arrivals"):
        assert client.get(f"/api/events/{door.event.id}/{path}").status_code == 404
