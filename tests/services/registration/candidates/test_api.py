"""The JSON API of candidates."""

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.registration.candidates.rules import change_barriers
from tests.factories.candidates import make_candidate, make_candidates
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest

FILLED = {"name": "Юлія Їжакевич-Ґалаґан", "language": "uk", "languages": {"uk": "C2"}, "sectors": ["it"], "hours": 32}


def _send(client: FlaskClient, method: str, address: str, data: Any) -> Any:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/candidates").text)
    assert found is not None
    return client.open(address, method=method, json=data, headers={"X-CSRFToken": found.group(1)})


def test_somebody_is_entered_read_and_corrected(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidate(session)
    client = registration.signed_in()
    made = _send(client, "POST", "/api/candidates", FILLED)
    assert made.status_code == 201
    assert made.json["readable_name"] == "Yuliia Yizhakevych-Galagan"
    address = f"/api/candidates/{made.json['id']}"
    assert client.get(address).json == made.json
    changed = _send(client, "PUT", address, {**FILLED, "mobile": "0612345678"})
    assert (changed.status_code, changed.json["mobile"], changed.json["contact_by"]) == (200, "+31612345678", "mobile")


def test_the_list_is_narrowed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, 9)
    answer = registration.signed_in().get("/api/candidates?sector=care&language=ru").json
    assert [one["readable_name"] for one in answer["candidates"]] == ["Natalia Chernysheva"]
    assert answer["total"] == 1


def test_no_answer_of_the_list_holds_barriers(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        change_barriers(session, make_candidate(session), ["health"])
    client = registration.signed_in("organiser", "desk")
    assert "barrier" not in client.get("/api/candidates").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"name": "half a character: \ud83d"}, "name"),
        ({"did": "\udc00"}, "did"),
        ({"language": "tlh"}, "language"),
        ({"hours": 10**20}, "hours"),
        ({"hours": "1.5"}, "hours"),
        ({"sectors": "it"}, "sectors"),
        ({"languages": {"uk": "Z9"}}, "languages"),
        ({"languages": {"tlh": "A1"}}, "languages"),
        ({"surprise": 1}, "surprise"),
        ({"barriers": ["health"]}, "barriers"),
    ],
)
def test_a_fault_names_its_field(registration: ServiceUnderTest, wrong: dict[str, Any], field: str) -> None:
    with registration.session() as session:
        make_candidate(session)
    answer = _send(registration.signed_in(), "POST", "/api/candidates", {**FILLED, **wrong})
    assert answer.status_code == 422
    assert field in answer.json["errors"]["json"]


def test_a_rule_that_refuses_says_so(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidate(session)
    answer = _send(registration.signed_in(), "POST", "/api/candidates", {**FILLED, "did": "111222333"})
    assert (answer.status_code, answer.json["code"]) == (422, "citizen_number_typed")


def test_barriers_are_for_those_who_need_to_know(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    address = f"/api/candidates/{candidate.id}/barriers"
    assert registration.signed_in("organiser").get(address).status_code == 403
    client = registration.signed_in("desk")
    assert _send(client, "PUT", address, {"barriers": ["health"]}).json == {"barriers": ["health"]}
    assert client.get(address).json == {"barriers": ["health"]}
    assert _send(client, "PUT", address, {"barriers": ["x"]}).status_code == 422


def test_another_organisation_finds_nobody(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    stranger = registration.signed_in("organiser", "desk", organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get("/api/candidates").json["total"] == 0
    assert stranger.get(f"/api/candidates/{candidate.id}").status_code == 404
    assert stranger.get(f"/api/candidates/{candidate.id}/barriers").status_code == 404
    assert _send(stranger, "PUT", f"/api/candidates/{candidate.id}", FILLED).status_code == 404


def test_nobody_who_is_not_signed_in_comes_in(registration: ServiceUnderTest) -> None:
    answer = registration.client().get("/api/candidates")
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")


def test_an_unknown_candidate_is_not_found(registration: ServiceUnderTest) -> None:
    assert registration.signed_in().get(f"/api/candidates/{uuid.uuid4()}").status_code == 404
