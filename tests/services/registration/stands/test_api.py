"""The JSON API of employers and stands: the same rules as the pages, with the floor's errors."""

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.registration.events.models import Event
from shared.events import SendMessage, StandBooked
from tests.factories.events import make_event, make_organisation
from tests.factories.stands import find_stand, make_booking, make_employer, make_hold, make_invitation
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest

WORK = {"title": "Bakker", "sector": "food", "hours": 32}


class Caller:
    """A program that holds somebody's session and the token of our own scripts."""

    def __init__(self, client: FlaskClient, page: str) -> None:
        self.client = client
        found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).get_data(as_text=True))
        assert found
        self.headers = {"X-CSRFToken": found.group(1)}

    def __call__(self, method: str, path: str, data: Any = None, status: int = 200) -> Any:
        answer = self.client.open(path, method=method, json=data, headers=self.headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json(silent=True)


@pytest.fixture
def event(registration: ServiceUnderTest) -> Event:
    with registration.session() as session:
        return make_event(session)


@pytest.fixture
def organiser(registration: ServiceUnderTest) -> Caller:
    with registration.session() as session:
        make_organisation(session)
    return Caller(registration.signed_in("organiser"), "/employers")


@pytest.fixture
def employer(registration: ServiceUnderTest, event: Event) -> Caller:
    with registration.session() as session:
        contact_id = make_invitation(session, event, make_employer(session, "Own")).contact_id
    client = registration.signed_in("employer", kind="employer", subject_id=contact_id, event_id=event.id)
    return Caller(client, f"/my/stands/{event.id}")


def test_employers_are_added_corrected_and_found(organiser: Caller) -> None:
    new = {"name": "Bakkerij Їжак", "contact_name": "李", "email": "li@example.org", "phone": "+31612345678"}
    made = organiser("POST", "/api/employers", new, 201)
    assert made["contacts"][0]["phone"] == "+31612345678"
    assert organiser("POST", "/api/employers", new, 409)["code"] == "employer_exists"
    assert organiser("POST", "/api/employers", {**new, "name": "Bakerij Їжак"}, 409)["code"] == "name_looks_known"
    organiser("POST", "/api/employers", {**new, "name": "Bakerij Їжак", "although_alike": True}, 201)
    one = f"/api/employers/{made['id']}"
    els = organiser("POST", f"{one}/contacts", {"contact_name": "Els", "email": "els@example.org"}, 201)
    organiser("PUT", f"{one}/contacts/{els['id']}", {"contact_name": "Els V.", "email": "e@example.org"})
    assert organiser("PUT", one, {"name": "Brood"})["name"] == "Brood"
    assert [c["contact_name"] for c in organiser("GET", one)["contacts"]] == ["李", "Els V."]
    assert organiser("GET", "/api/employers?search=brood")["total"] == 1
    assert organiser("GET", f"{one}/vacancies") == []


def test_bad_input_names_the_field(organiser: Caller) -> None:
    answer = organiser("POST", "/api/employers", {"name": "", "email": "x", "shoe_size": 44}, 422)
    fields = answer["errors"]["json"]
    assert {"name", "email", "contact_name", "shoe_size"} == set(fields)


def test_employers_are_invited_once(registration: ServiceUnderTest, event: Event, organiser: Caller) -> None:
    with registration.session() as session:
        ids = [str(make_employer(session, name).id) for name in ("A", "B")]
    path = f"/api/events/{event.id}/employers"
    for _ in range(2):
        rows = organiser("POST", path, {"employers": ids}, 201)
        assert [(row["employer"], row["state"]) for row in rows] == [("A", "invited"), ("B", "invited")]
    assert len(registration.outbox(SendMessage)) == 2
    one = f"{path}/{rows[0]['id']}"
    organiser("POST", f"{one}/send", {})
    assert organiser("PUT", f"{one}/stands-allowed", {"stands_allowed": 2})["stands_allowed"] == 2
    assert len(organiser("GET", path)) == 2
    assert organiser("GET", one)["employer"] == "A"
    assert organiser("POST", path, {"employers": []}, 422)["code"] == "nobody_chosen"


def test_employer_books_changes_and_gives_up(registration: ServiceUnderTest, event: Event, employer: Caller) -> None:
    base = f"/api/events/{event.id}"
    stands = {one["label"]: one for one in employer("GET", f"{base}/stands")}
    assert stands["9"]["state"] == "free"
    held = employer("POST", f"{base}/bookings", {"stand_id": stands["9"]["stand_id"]}, 201)
    assert (held["state"], held["stand"]) == ("held", "9")
    vacancy = employer("POST", f"{base}/bookings/vacancies", WORK, 201)
    booked = employer("POST", f"{base}/bookings/confirm", {"languages": {"nl": "C2"}})
    assert (booked["id"], booked["state"]) == (held["id"], "confirmed")
    assert vacancy["wanted_experience"] == []
    changed = {**WORK, "hours": 20, "wanted_experience": ["hospitality", "food"]}
    employer("PUT", f"{base}/bookings/vacancies/{vacancy['id']}", changed)
    employer("PUT", f"{base}/bookings/languages", {"languages": {"nl": "C2", "uk": "B1"}})
    moved = employer("PUT", f"{base}/bookings/{held['id']}", {"stand_id": stands["3"]["stand_id"]})
    assert moved["stand"] == "3"
    mine = employer("GET", f"{base}/bookings/mine")
    assert [(one["stand"], one["state"]) for one in mine["bookings"]] == [("3", "confirmed")]
    assert (mine["vacancies"][0]["hours"], mine["languages"]) == (20, {"nl": "C2", "uk": "B1"})
    assert mine["vacancies"][0]["wanted_experience"] == ["food", "hospitality"]
    employer("DELETE", f"{base}/bookings/vacancies/{vacancy['id']}", status=204)
    assert employer("POST", f"{base}/bookings/decline", status=409)["code"] == "still_booked"
    employer("DELETE", f"{base}/bookings/{held['id']}", status=204)
    assert employer("POST", f"{base}/bookings/decline")["state"] == "declined"
    assert employer("POST", f"{base}/bookings/come")["state"] == "invited"
    versions = [one.version for one in registration.outbox(StandBooked)]
    assert versions == sorted(set(versions))


def test_employer_is_told_why_not(registration: ServiceUnderTest, event: Event, employer: Caller) -> None:
    base = f"/api/events/{event.id}/bookings"
    with registration.session() as session:
        make_hold(session, make_invitation(session, event), "9")
        taken = find_stand(session, event, "9").id
    assert employer("POST", base, {"stand_id": str(taken)}, 409)["code"] == "stand_taken"
    assert employer("POST", base, {"stand_id": str(uuid.uuid4())}, 404)["code"] == "stand_unknown"
    assert employer("POST", f"{base}/confirm", {"languages": {"nl": "C2"}}, 409)["code"] == "nothing_held"
    assert employer("POST", f"{base}/confirm", {"languages": {}}, 422)["errors"]["json"]["languages"]
    assert employer("POST", f"{base}/vacancies", {**WORK, "hours": 41}, 422)["errors"]["json"]["hours"]
    for wrong in ("care", ["piracy"], ["care", "food", "green", "it"], [None]):
        refused = employer("POST", f"{base}/vacancies", {**WORK, "wanted_experience": wrong}, 422)
        assert refused["errors"]["json"]["wanted_experience"]
    employer("DELETE", f"{base}/held", status=204)


def test_organiser_sees_and_cancels_bookings(registration: ServiceUnderTest, event: Event, organiser: Caller) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, event)
        booking = make_booking(session, invitation, "9")
    base = f"/api/events/{event.id}"
    assert [one["id"] for one in organiser("GET", f"{base}/bookings")] == [str(booking.id)]
    stands = {one["label"]: one for one in organiser("GET", f"{base}/stands")}
    assert (stands["9"]["state"], stands["9"]["employer"]) == ("taken", invitation.employer.name)
    organiser("DELETE", f"{base}/employers/{invitation.id}/bookings/{booking.id}", status=204)
    organiser("DELETE", f"{base}/employers/{invitation.id}/bookings/{booking.id}", status=404)
    assert organiser("GET", f"{base}/bookings") == []


def test_who_holds_a_stand_is_not_said(registration: ServiceUnderTest, event: Event, employer: Caller) -> None:
    with registration.session() as session:
        make_hold(session, make_invitation(session, event, make_employer(session, "Geheim")), "9")
    assert "Geheim" not in employer.client.get(f"/api/events/{event.id}/stands").get_data(as_text=True)


def test_employer_of_another_event_and_strangers_get_nothing(
    registration: ServiceUnderTest, event: Event, employer: Caller
) -> None:
    with registration.session() as session:
        other = make_event(session)
        booking = make_booking(session, make_invitation(session, event), "9")
        free = str(find_stand(session, event, "3").id)
    assert employer("GET", f"/api/events/{other.id}/stands", status=404)
    assert employer("GET", f"/api/events/{other.id}/bookings/mine", status=404)
    employer("DELETE", f"/api/events/{event.id}/bookings/{booking.id}", status=404)
    employer("PUT", f"/api/events/{event.id}/bookings/{booking.id}", {"stand_id": free}, 404)
    assert employer("GET", "/api/employers", status=403)
    stranger = registration.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    for path in ("stands", "bookings", "employers"):
        assert stranger.get(f"/api/events/{event.id}/{path}").status_code == 404
    assert registration.client().get(f"/api/events/{event.id}/stands").status_code == 403
