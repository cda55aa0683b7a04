"""Pages of the door: phones, arrivals, and the scanner as it is served."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
import zxingcpp
from sqlalchemy import event as listening

from services.registration.accounts.devices import list_devices
from services.registration.events.rules import change_event
from services.registration.events.times import EventTimes
from shared import clock
from shared.limits import limiter
from tests.factories.door import Door, make_door, make_phone, scan
from tests.factories.events import make_event
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form


@pytest.fixture
def door(registration: ServiceUnderTest) -> Door:
    limiter.reset()
    with registration.session() as session:
        return make_door(session, guests=4)


def read_code(page: str) -> str:
    """What the QR code drawn on the page says, read by another library."""
    size = int(re.search(r'viewBox="-4 -4 (\d+)', page).group(1))  # type: ignore[union-attr]
    path = re.search(r'<path d="([^"]+)" stroke', page).group(1)  # type: ignore[union-attr]
    light = [bytearray(b"\xff" * size) for _ in range(size)]
    for x, y, run in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path):
        light[int(y) + 4][int(x) + 4 : int(x) + 4 + int(run)] = bytes(int(run))
    large = b"".join(bytes(value for value in row for _ in range(6)) * 6 for row in light)
    found = zxingcpp.read_barcode(memoryview(large).cast("B", (size * 6, size * 6)))
    assert found is not None
    return str(found.text)


def test_make_a_code_and_enrol_with_it(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("organiser")
    answer = post_form(client, f"/events/{door.event.id}/devices", {"gate": "Вхід O'Brien 李"})
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    address, code = read_code(page).split("#")
    assert address == "http://127.0.0.1:8000/door"
    assert "Вхід O&#39;Brien 李" in page
    assert client.get(f"{answer.location}/code?seen=1").status_code == 204
    enrolled = registration.client().post("/api/devices/enrol", json={"code": code, "name": "Phone Android"})
    assert enrolled.status_code == 200
    now = client.get(f"{answer.location}/code?seen=1").get_data(as_text=True)
    assert "This phone can scan now: Phone Android" in now
    assert 'viewBox="-4 -4' not in now


def test_code_is_shown_to_who_made_it_only(registration: ServiceUnderTest, door: Door) -> None:
    address = post_form(registration.signed_in("organiser"), f"/events/{door.event.id}/devices", {"gate": "x"}).location
    page = registration.signed_in("organiser").get(address).get_data(as_text=True)
    assert 'viewBox="-4 -4' not in page
    assert "does not work any more" in page


def test_code_that_lapsed(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("organiser")
    address = post_form(client, f"/events/{door.event.id}/devices", {"gate": "x"}).location
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert "does not work any more" in client.get(address).get_data(as_text=True)
        assert "code lapsed" in client.get(f"/events/{door.event.id}/devices").get_data(as_text=True)


@pytest.mark.parametrize("gate", ["", "   ", "x" * 101])
def test_gate_that_does_not_hold(registration: ServiceUnderTest, door: Door, gate: str) -> None:
    answer = post_form(registration.signed_in("organiser"), f"/events/{door.event.id}/devices", {"gate": gate})
    assert answer.status_code == 422
    assert 'id="field-gate-error"' in answer.get_data(as_text=True)


def test_take_a_phone_out(registration: ServiceUnderTest, door: Door) -> None:
    client, devices = registration.signed_in("organiser"), f"/events/{door.event.id}/devices"
    answer = post_form(client, f"{devices}/{door.device.subject_id}/revoke", {}, page=devices)
    assert answer.status_code == 303
    assert "taken out" in client.get(devices).get_data(as_text=True)


def test_phones_move_with_the_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, later = make_event(session), timedelta(days=1)
        make_phone(session, event)
        before = list_devices(session, event.id)[0].expires_at
        moved = EventTimes(event.time_zone, event.starts_at + later, event.ends_at + later,
                           event.first_round_at + later, event.rounds)  # fmt: skip
        change_event(session, event, times=moved)
        session.expire_all()
        assert timedelta(hours=22) < list_devices(session, event.id)[0].expires_at - before < timedelta(hours=26)


def test_arrivals_say_numbers_and_no_names(registration: ServiceUnderTest, door: Door) -> None:
    client, page = registration.signed_in("organiser"), f"/events/{door.event.id}/arrivals"
    assert "Nobody has come in yet" in client.get(page).get_data(as_text=True)
    with registration.session() as session:
        scan(session, door.device, door.text(0))
        scan(session, door.device, door.text(1))
    shown = client.get(page).get_data(as_text=True)
    for guest in door.invitations[:2]:
        assert f"<td>{guest.number}</td>" in shown
        assert guest.candidate.name not in shown
        assert guest.candidate.readable_name not in shown


def test_arrivals_answer_only_when_something_changed(registration: ServiceUnderTest, door: Door) -> None:
    client, now = registration.signed_in("organiser"), f"/events/{door.event.id}/arrivals/now"
    assert client.get(f"{now}?seen=0-4").status_code == 204
    with registration.session() as session:
        scan(session, door.device, door.text(0))
    answer = client.get(f"{now}?seen=0-4")
    assert answer.status_code == 200
    assert "seen=1-4" in answer.get_data(as_text=True)


def test_arrivals_cost_the_same_for_many(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("organiser")

    def statements() -> int:
        counted: list[Any] = []
        engine = registration.sessions.kw["bind"]
        listening.listen(engine, "before_cursor_execute", listener := lambda *a: counted.append(a[2]))
        client.get(f"/events/{door.event.id}/arrivals")
        listening.remove(engine, "before_cursor_execute", listener)
        return len(counted)

    with registration.session() as session:
        scan(session, door.device, door.text(0))
    few = statements()
    with registration.session() as session:
        for index in (1, 2, 3):
            scan(session, door.device, door.text(index))
    assert statements() == few


@pytest.mark.parametrize("role", ["desk", "case_worker"])
def test_pages_are_for_who_runs_the_door(registration: ServiceUnderTest, door: Door, role: str) -> None:
    client = registration.signed_in(role)
    for path in ("devices", "arrivals", "arrivals/now"):
        assert client.get(f"/events/{door.event.id}/{path}").status_code == 403


def test_strangers_find_nothing(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    for path in ("devices", f"devices/{door.device.subject_id}", "arrivals", "arrivals/now"):
        assert client.get(f"/events/{door.event.id}/{path}").status_code == 404
    mine = registration.signed_in("organiser")
    assert mine.get(f"/events/{door.event.id}/devices/{uuid.uuid4()}").status_code == 404


def test_scanner_page_lets_the_reader_run(registration: ServiceUnderTest) -> None:
    answer = registration.client().get("/door")
    assert answer.status_code == 200
    assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" not in registration.client().get("/help").headers["Content-Security-Policy"]


def test_service_worker_may_look_after_the_scanner(registration: ServiceUnderTest) -> None:
    answer = registration.client().get("/door/sw.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/door"


def test_manifest_names_files_that_are_there(registration: ServiceUnderTest) -> None:
    client = registration.client()
    answer = client.get("/door/app.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    assert client.get(answer.get_json(force=True)["icons"][0]["src"]).status_code == 200


def test_enrolled_phone_is_listed(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("door")
    page = client.get(f"/events/{door.event.id}/devices").get_data(as_text=True)
    assert "Telephone of Ben" in page
    assert "can scan" in page


def test_phone_for_an_event_that_is_over(registration: ServiceUnderTest, door: Door) -> None:
    client = registration.signed_in("organiser")
    with time_machine.travel(clock.now() + timedelta(hours=48)):
        client = registration.signed_in("organiser")
        answer = post_form(client, f"/events/{door.event.id}/devices", {"gate": "x"})
        assert answer.status_code == 422
        assert "over or cancelled" in answer.get_data(as_text=True)
