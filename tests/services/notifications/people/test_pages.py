"""The organisers' list of addresses that nothing is sent to."""

import pytest
from sqlalchemy import select

from services.notifications.people.models import Suppression
from services.notifications.people.rules import forget_address, suppress
from tests.service_under_test import (
    ORGANISATION_ID,
    STRANGER_ORGANISATION_ID,
    ServiceUnderTest,
    post_form,
)

ADDRESS = "oksana@example.org"


def _closed(service: ServiceUnderTest, reason: str = "bounced", address: str = ADDRESS) -> Suppression:
    with service.session() as session:
        suppress(session, ORGANISATION_ID, "email", address, reason)
        return session.scalars(select(Suppression).where(Suppression.address == address)).one()


def test_list_says_why_and_is_searched(notifications: ServiceUnderTest) -> None:
    _closed(notifications)
    _closed(notifications, "opted_out", "mykola@example.org")
    client = notifications.signed_in()
    page = client.get("/suppressions").get_data(as_text=True)
    for words in (ADDRESS, "mykola@example.org", "A message came back", "The person asked us to stop.", "1 to 2 of 2"):
        assert words in page
    found = client.get("/suppressions?q=MYKOLA").get_data(as_text=True)
    assert "mykola@example.org" in found
    assert ADDRESS not in found
    assert "Nothing found" in client.get("/suppressions?q=%25").get_data(as_text=True)


def test_address_of_an_erased_person_is_found_by_who_knows_it(notifications: ServiceUnderTest) -> None:
    _closed(notifications)
    with notifications.session() as session:
        forget_address(session, "email", ADDRESS)
    client = notifications.signed_in()
    assert "address deleted" in client.get(f"/suppressions?q={ADDRESS.upper()}").get_data(as_text=True)
    assert "Nothing found" in client.get("/suppressions?q=oksana").get_data(as_text=True)


def test_address_is_closed_by_hand_with_a_reason(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    form = {"channel": "sms", "address": "06 12345678", "note": "Belongs to somebody else now"}
    assert post_form(client, "/suppressions/new", form).status_code == 303
    page = client.get("/suppressions").get_data(as_text=True)
    for words in ("+31612345678", "Belongs to somebody else now", "Test Person"):
        assert words in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"channel": "email", "address": "nobody", "note": "x"}, "address"),
     ({"channel": "sms", "address": "12", "note": "x"}, "address"),
     ({"channel": "pigeon", "address": ADDRESS, "note": "x"}, "channel"),
     ({"channel": "email", "address": ADDRESS, "note": " "}, "note")],
)  # fmt: skip
def test_what_does_not_hold_is_explained_and_kept(
    notifications: ServiceUnderTest, typed: dict[str, str], field: str
) -> None:
    answered = post_form(notifications.signed_in(), "/suppressions/new", typed)
    page = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert f"field-{field}-error" in page
    assert typed["address"] in page


def test_address_is_opened_again_with_a_reason(notifications: ServiceUnderTest) -> None:
    row, client = _closed(notifications), notifications.signed_in()
    assert post_form(client, f"/suppressions/{row.id}", {"because": ""}).status_code == 422
    assert post_form(client, f"/suppressions/{row.id}", {"because": "The mailbox works again"}).status_code == 303
    page = client.get(f"/suppressions/{row.id}").get_data(as_text=True)
    assert "The mailbox works again" in page
    assert "No address is closed" in client.get("/suppressions").get_data(as_text=True)


def test_what_the_person_asked_is_not_the_organisers_to_take_back(notifications: ServiceUnderTest) -> None:
    row, client = _closed(notifications, "opted_out"), notifications.signed_in()
    page = client.get(f"/suppressions/{row.id}").get_data(as_text=True)
    assert "Only the person can change that" in page
    assert "<textarea" not in page
    answered = post_form(client, f"/suppressions/{row.id}", {"because": "I want to"}, page="/suppressions/new")
    assert answered.status_code == 409


def test_strangers_see_nothing(notifications: ServiceUnderTest) -> None:
    row = _closed(notifications)
    client = notifications.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert client.get(f"/suppressions/{row.id}").status_code == 404
    assert ADDRESS not in client.get("/suppressions").get_data(as_text=True)


def test_api_does_what_the_pages_do(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    page = client.get("/suppressions/new").get_data(as_text=True)
    token = {"X-CSRFToken": page.split('name="csrf-token" content="')[1].split('"')[0]}
    body = {"channel": "email", "address": ADDRESS, "note": "Asked by telephone"}
    made = client.post("/api/suppressions", json=body, headers=token)
    assert (made.status_code, made.get_json()["reason"]) == (201, "by_hand")
    address = f"/api/suppressions/{made.get_json()['id']}"
    assert client.get("/api/suppressions?q=oksana").get_json()["total"] == 1
    assert client.get(address).get_json()["by"] == "Test Person"
    lifted = client.post(f"{address}/lift", json={"because": "Asked again"}, headers=token)
    assert lifted.get_json()["lifted_because"] == "Asked again"
    assert client.post(f"{address}/lift", json={"because": "Asked again"}, headers=token).status_code == 409
