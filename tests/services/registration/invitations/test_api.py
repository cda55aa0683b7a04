"""The JSON API of invitations."""

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.registration.invitations.models import Invitation
from shared.events import SendMessage
from tests.factories.candidates import make_candidates
from tests.factories.events import make_event
from tests.factories.invitations import make_invitations
from tests.factories.stands import make_booking
from tests.factories.stands import make_invitation as make_employer_invitation
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def _send(client: FlaskClient, method: str, address: str, data: Any = None, page: str = "/candidates") -> Any:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found is not None
    return client.open(address, method=method, json=data, headers={"X-CSRFToken": found[1]})


def _mine(registration: ServiceUnderTest, invitation: Invitation) -> FlaskClient:
    identity = {"subject_id": invitation.candidate_id, "event_id": invitation.event_id}
    return registration.signed_in("candidate", kind="candidate", **identity)


def test_people_are_invited_listed_and_counted(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        ids = [str(one.id) for one in make_candidates(session, 3)]
    client, address = registration.signed_in(), f"/api/events/{event.id}/invitations"
    effect = _send(client, "POST", f"{address}/effect", {"candidate_ids": ids})
    assert (effect.json["then"], effect.json["by_email"]) == (3, {"uk": 3})
    made = _send(client, "POST", address, {"candidate_ids": ids[:2]})
    assert made.status_code == 201
    assert [(one["number"], one["state"]) for one in made.json] == [(101, "sent"), (102, "sent")]
    assert [one["number"] for one in _send(client, "POST", address, {"candidate_ids": ids}).json] == [103]
    assert [one["candidate"]["id"] for one in client.get(address).json] == ids
    counts = client.get(f"{address}/counts").json
    assert (counts["sent"], counts["invited"], counts["coming"]) == (3, 3, 0)


def test_an_answer_a_new_pass_and_another_message(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    client, address = registration.signed_in(), f"/api/events/{invitation.event_id}/invitations/{invitation.id}"
    assert _send(client, "POST", f"{address}/answer", {"answer": "declined"}).json["state"] == "declined"
    assert _send(client, "POST", f"{address}/pass").json["pass_version"] == 2
    assert _send(client, "POST", f"{address}/send").status_code == 200
    assert client.get(address).json["answered_by"] == "staff"
    assert len(registration.told()) == 4


def test_a_candidate_answers_and_wishes(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        booking = make_booking(session, make_employer_invitation(session, event))
        (invitation,) = make_invitations(session, event=event)
        employer_id = str(booking.invitation.employer_id)
    client, address = _mine(registration, invitation), f"/api/my/invitations/{invitation.id}"
    page = f"/my/invitation/{invitation.id}"
    assert client.get(address).json["state"] == "sent"
    assert _send(client, "POST", f"{address}/answer", {"answer": "accepted"}, page).json["state"] == "accepted"
    wished = _send(client, "PUT", f"{address}/wishes", {"wished_employers": [employer_id]}, page)
    assert wished.json["wished_employers"] == [employer_id]
    stay = _send(client, "PUT", f"{address}/stay", {"first_round": 1, "last_round": None}, page)
    assert (stay.json["first_round"], stay.json["last_round"]) == (1, None)
    assert _send(client, "POST", f"{address}/answer", {"answer": "waitlisted"}, page).status_code == 422


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("", {"candidate_ids": []}, 422),
        ("", {"candidate_ids": ["x"]}, 422),
        ("", {"candidate_ids": [str(uuid.uuid4())]}, 422),
        ("", {"candidate_ids": None}, 422),
        ("", {"other": 1}, 422),
        ("/effect", {"candidate_ids": "all"}, 422),
    ],
)
def test_a_fault_is_named_and_changes_nothing(
    registration: ServiceUnderTest, path: str, data: dict[str, Any], status: int
) -> None:
    with registration.session() as session:
        event = make_event(session)
    answer = _send(registration.signed_in(), "POST", f"/api/events/{event.id}/invitations{path}", data)
    assert answer.status_code == status
    assert answer.json["message"]
    assert registration.outbox(SendMessage) == []


def test_no_answer_holds_an_address(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    text = registration.signed_in().get(f"/api/events/{invitation.event_id}/invitations").text
    assert "example.org" not in text
    assert "link" not in text


def test_strangers_find_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        mine, theirs = make_invitations(session, 2)
    base = f"/api/events/{mine.event_id}/invitations"
    stranger = registration.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    for address in (base, f"{base}/counts", f"{base}/{mine.id}"):
        assert stranger.get(address).status_code == 404
        assert registration.signed_in("door").get(address).status_code == 403
        assert registration.client().get(address).status_code == 403
    assert _mine(registration, mine).get(f"/api/my/invitations/{theirs.id}").status_code == 404
    assert registration.signed_in().get(f"/api/my/invitations/{mine.id}").status_code == 403
