"""Phones at the door: enrolled once, good for one event, revocable."""

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine

from services.registration.accounts import devices
from services.registration.accounts.errors import DeviceUnknown, EnrolmentCodeInvalid
from services.registration.accounts.models import Device
from services.registration.accounts.rules import read_device
from shared import clock
from tests.factories.accounts import make_device
from tests.factories.events import make_organisation
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest

EVENT_ID = uuid.UUID("33333333-3333-4333-8333-333333333333")


def a_code(registration: ServiceUnderTest, hours: int = 10) -> tuple[uuid.UUID, str]:
    with registration.session() as session:
        make_organisation(session)
        device, code = devices.add_device(session, EVENT_ID, "Вхід", clock.now() + timedelta(hours=hours))
        return device.id, code


def test_code_and_token_are_kept_as_hashes(registration: ServiceUnderTest) -> None:
    device_id, code = a_code(registration)
    with registration.session() as session:
        assert code not in str(vars(session.get_one(Device, device_id)))
        device, token = devices.enrol_device(session, code, "Phone")
        session.refresh(device)
        assert token not in str(vars(device))
        assert device.code_hash is None


def test_device_is_known_by_its_token(registration: ServiceUnderTest) -> None:
    device_id, code = a_code(registration)
    with registration.session(None) as session:
        _, token = devices.enrol_device(session, code, "Phone")
    with registration.session(None) as session:
        identity = read_device(session, token)
    assert identity is not None
    assert (identity.kind, identity.subject_id, identity.event_id) == ("device", device_id, EVENT_ID)
    assert (identity.organisation_id, identity.roles) == (ORGANISATION_ID, frozenset({"device"}))
    assert identity.display_name == "Вхід"


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000, "ключ"])
def test_unknown_token(registration: ServiceUnderTest, token: str) -> None:
    with registration.session(None) as session:
        assert read_device(session, token) is None


def test_code_works_once(registration: ServiceUnderTest) -> None:
    _, code = a_code(registration)
    with registration.session(None) as session:
        devices.enrol_device(session, code, "Phone")
        with pytest.raises(EnrolmentCodeInvalid):
            devices.enrol_device(session, code, "Phone")


def test_code_works_once_for_two_phones_at_the_same_moment(registration: ServiceUnderTest) -> None:
    _, code = a_code(registration)
    start, outcomes = threading.Barrier(2), []

    def enrol() -> None:
        start.wait(10)
        try:
            with registration.session(None) as session:
                devices.enrol_device(session, code, "Phone")
            outcomes.append("in")
        except EnrolmentCodeInvalid:
            outcomes.append("refused")

    threads = [threading.Thread(target=enrol) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["in", "refused"]


def test_code_after_a_quarter_of_an_hour(registration: ServiceUnderTest) -> None:
    _, code = a_code(registration)
    later = time_machine.travel(clock.now() + timedelta(minutes=16))
    with later, registration.session(None) as session, pytest.raises(EnrolmentCodeInvalid):
        devices.enrol_device(session, code, "Phone")


def test_code_of_a_revoked_device(registration: ServiceUnderTest) -> None:
    device_id, code = a_code(registration)
    with registration.session() as session:
        devices.revoke_device(devices.load_device(session, EVENT_ID, device_id))
    with registration.session(None) as session, pytest.raises(EnrolmentCodeInvalid):
        devices.enrol_device(session, code, "Phone")


def test_revoked_device(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        device, token = make_device(session, EVENT_ID)
        devices.revoke_device(device)
        first = device.revoked_at
        devices.revoke_device(device)
        assert device.revoked_at == first
    with registration.session(None) as session:
        assert read_device(session, token) is None


def test_device_a_week_after_its_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        _, token = make_device(session, EVENT_ID)
    with registration.session(None) as session:
        with time_machine.travel(clock.now() + timedelta(days=3)):
            identity = read_device(session, token)
            assert identity is not None
            assert identity.expires_at < clock.now()
        with time_machine.travel(clock.now() + timedelta(days=9)):
            assert read_device(session, token) is None


def test_devices_move_with_their_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        device, _ = make_device(session, EVENT_ID)
        other, _ = make_device(session, uuid.uuid4())
        until, before = clock.now() + timedelta(days=30), other.expires_at
        devices.move_devices(session, EVENT_ID, until)
        session.refresh(device)
        session.refresh(other)
        assert (device.expires_at, other.expires_at) == (until, before)


def test_devices_of_another_event_or_organisation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        device, _ = make_device(session, EVENT_ID)
        assert [one.id for one in devices.list_devices(session, EVENT_ID)] == [device.id]
        assert devices.list_devices(session, uuid.uuid4()) == []
        with pytest.raises(DeviceUnknown):
            devices.load_device(session, uuid.uuid4(), device.id)
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        assert devices.list_devices(session, EVENT_ID) == []
        with pytest.raises(DeviceUnknown):
            devices.load_device(session, EVENT_ID, device.id)


def test_enrol_by_the_api(registration: ServiceUnderTest) -> None:
    _, code = a_code(registration)
    answer = registration.client().post("/api/devices/enrol", json={"code": code, "name": "Телефон"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["gate"], answer.json["event_id"]) == ("Вхід", str(EVENT_ID))
    with registration.session(None) as session:
        assert read_device(session, answer.json["token"]) is not None


@pytest.mark.parametrize("body", [{}, {"code": "x"}, {"code": "", "name": "x"}, {"code": 7, "name": "x"}, [], None])
def test_enrol_with_what_does_not_hold(registration: ServiceUnderTest, body: object) -> None:
    assert registration.client().post("/api/devices/enrol", json=body).status_code in {400, 422}


def test_enrol_with_an_unknown_code(registration: ServiceUnderTest) -> None:
    answer = registration.client().post("/api/devices/enrol", json={"code": "nonsense", "name": "x"})
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "enrolment_code_invalid"
