"""The pages of administrators, and the same by the API."""

import uuid
from typing import Any

import pytest
from sqlalchemy import event

from services.registration.accounts.models import Staff
from services.registration.accounts.rules import list_staff, load_staff
from shared.events import SessionEnded
from tests.factories.accounts import PASSWORD, make_staff, sign_in_first_time
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form

NEW = {
    "name": "Ґалаґан O'Brien 李",
    "email": "new@werkregio.example",
    "language": "uk",
    "roles": ["door", "desk"],
    "password": PASSWORD,
}


@pytest.fixture
def boss(registration: ServiceUnderTest) -> Staff:
    with registration.session() as session:
        return make_staff(session, "boss@werkregio.example", "Boss", ("admin",))


@pytest.fixture
def anna(registration: ServiceUnderTest, boss: Staff) -> Staff:
    with registration.session() as session:
        return make_staff(session)


def as_boss(registration: ServiceUnderTest, boss: Staff) -> Any:
    return registration.signed_in("admin", subject_id=boss.id)


def test_add_and_sign_in(registration: ServiceUnderTest, boss: Staff) -> None:
    client = as_boss(registration, boss)
    answer = post_form(client, "/staff/new", NEW)
    assert (answer.status_code, answer.location) == (303, "/staff")
    page = client.get("/staff").get_data(as_text=True)
    assert "Ґалаґан O&#39;Brien 李" in page
    assert "Door, Desk adviser" in page
    sign_in_first_time(registration.client(), NEW["email"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "boss@werkregio.example"}, "email"),
        ({"email": "nonsense"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": ["candidate"]}, "roles"),
        ({"password": "short"}, "password"),
        ({"password": NEW["email"]}, "password"),
        ({"language": "xx"}, "language"),
    ],
)
def test_add_what_does_not_hold(registration: ServiceUnderTest, boss: Staff, wrong: dict[str, Any], field: str) -> None:
    values = {**NEW, **wrong}
    answer = post_form(as_boss(registration, boss), "/staff/new", values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in page
    assert PASSWORD not in page
    with registration.session() as session:
        assert len(list_staff(session)) == 1


def test_change_roles(registration: ServiceUnderTest, boss: Staff, anna: Staff) -> None:
    answer = post_form(as_boss(registration, boss), f"/staff/{anna.id}", {"name": "Anna", "roles": ["door"]})
    assert answer.status_code == 303
    with registration.session() as session:
        changed = load_staff(session, anna.id)
        assert (changed.name, changed.roles) == ("Anna", ["door"])


def test_close_and_open_an_account(registration: ServiceUnderTest, boss: Staff, anna: Staff) -> None:
    theirs = registration.client()
    sign_in_first_time(theirs, anna.email)
    client = as_boss(registration, boss)
    post_form(client, f"/staff/{anna.id}/disable", {}, page=f"/staff/{anna.id}")
    assert theirs.get("/account").status_code == 302
    assert len(registration.outbox(SessionEnded)) == 1
    assert "account closed" in client.get("/staff").get_data(as_text=True)
    post_form(client, f"/staff/{anna.id}/enable", {}, page=f"/staff/{anna.id}")
    with registration.session() as session:
        assert load_staff(session, anna.id).disabled_at is None


def test_give_a_new_password(registration: ServiceUnderTest, boss: Staff, anna: Staff) -> None:
    client, page = as_boss(registration, boss), f"/staff/{anna.id}"
    assert post_form(client, f"{page}/password", {"password": "short"}, page=page).status_code == 422
    assert post_form(client, f"{page}/password", {"password": "zes paarse bussen"}, page=page).status_code == 303
    answer = post_form(registration.client(), "/sign-in", {"email": anna.email, "password": "zes paarse bussen"})
    assert answer.status_code == 303


def test_administrator_keeps_the_own_access(registration: ServiceUnderTest, boss: Staff, anna: Staff) -> None:
    client, page = as_boss(registration, boss), f"/staff/{boss.id}"
    assert "Close the account" not in client.get(page).get_data(as_text=True)
    assert post_form(client, f"{page}/disable", {}, page=page).status_code == 409
    assert post_form(client, f"{page}/second-factor", {}, page=page).status_code == 409
    answer = post_form(client, page, {"name": "Boss", "roles": ["door"]})
    assert answer.status_code == 422
    assert "You cannot take away your own access" in answer.get_data(as_text=True)


def test_pages_are_for_administrators(registration: ServiceUnderTest, anna: Staff) -> None:
    client = registration.signed_in("organiser", subject_id=anna.id)
    for path in ("/staff", "/staff/new", f"/staff/{anna.id}", "/api/staff", f"/api/staff/{anna.id}"):
        assert client.get(path).status_code == 403


def test_pages_show_nobody_of_another_organisation(registration: ServiceUnderTest, anna: Staff) -> None:
    client = registration.signed_in("admin", organisation_id=STRANGER_ORGANISATION_ID)
    assert anna.email not in client.get("/staff").get_data(as_text=True)
    for path in (f"/staff/{anna.id}", f"/api/staff/{anna.id}", f"/staff/{uuid.uuid4()}"):
        assert client.get(path).status_code == 404


def test_list_costs_the_same_for_many(registration: ServiceUnderTest, boss: Staff) -> None:
    client = as_boss(registration, boss)
    with registration.session() as session:
        hashed = load_staff(session, boss.id).password_hash

    def statements() -> int:
        counted: list[str] = []
        engine = registration.sessions.kw["bind"]
        event.listen(engine, "before_cursor_execute", listener := lambda *a: counted.append(a[2]))
        client.get("/staff")
        event.remove(engine, "before_cursor_execute", listener)
        return len(counted)

    def add(count: int) -> None:
        with registration.session() as session:
            first = load_staff(session, boss.id)
            session.add_all(
                Staff(organisation_id=first.organisation_id, email=f"{uuid.uuid4()}@werkregio.example", name=f"N {n}",
                      roles=["door"], password_hash=hashed, created_at=first.created_at)
                for n in range(count)
            )  # fmt: skip

    add(3)
    few = statements()
    add(30)
    assert statements() == few


def api_headers(client: Any, page: str) -> dict[str, str]:
    html = client.get(page).get_data(as_text=True)
    return {"X-CSRFToken": html.split('name="csrf-token" content="')[1].split('"')[0]}


def test_api_does_what_the_pages_do(registration: ServiceUnderTest, boss: Staff) -> None:
    client = as_boss(registration, boss)
    headers = api_headers(client, "/staff")
    made = client.post("/api/staff", json=NEW, headers=headers)
    assert made.status_code == 201
    account = f"/api/staff/{made.json['id']}"
    assert "password" not in str(made.json)
    assert {one["email"] for one in client.get("/api/staff").json} == {NEW["email"], "boss@werkregio.example"}
    changed = client.put(account, json={"name": "N", "roles": ["admin"]}, headers=headers)
    assert (changed.json["name"], changed.json["roles"]) == ("N", ["admin"])
    given = client.post(f"{account}/password", json={"password": "tien groene bomen"}, headers=headers)
    assert given.status_code == 200
    assert client.delete(f"{account}/second-factor", headers=headers).json["second_factor"] is False
    assert client.post(f"{account}/disable", headers=headers).json["disabled_at"] is not None
    assert client.post(f"{account}/enable", headers=headers).json["disabled_at"] is None
    assert client.get(account).json["name"] == "N"


def test_half_a_character_makes_no_password(registration: ServiceUnderTest, boss: Staff) -> None:
    client = as_boss(registration, boss)
    body = {**NEW, "password": "tien groene bomen \ud800"}
    answer = client.post("/api/staff", json=body, headers=api_headers(client, "/staff"))
    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["password"])


def test_own_password_by_api(registration: ServiceUnderTest, anna: Staff) -> None:
    client = registration.signed_in("organiser", subject_id=anna.id)
    headers = api_headers(client, "/account")
    assert client.get("/api/account").json["email"] == anna.email
    wrong = client.post(
        "/api/account/password", json={"present": "x", "password": "zes paarse bussen"}, headers=headers
    )
    assert (wrong.status_code, wrong.json["code"]) == (422, "password_wrong")
    right = {"present": PASSWORD, "password": "zes paarse bussen"}
    assert client.post("/api/account/password", json=right, headers=headers).status_code == 204
    answer = post_form(registration.client(), "/sign-in", {"email": anna.email, "password": "zes paarse bussen"})
    assert answer.status_code == 303


@pytest.mark.parametrize("wrong", [{"email": "nonsense"}, {"roles": []}, {"password": "short"}, {"name": 7}, {"x": 1}])
def test_api_refuses_what_does_not_hold(registration: ServiceUnderTest, boss: Staff, wrong: dict[str, Any]) -> None:
    client = as_boss(registration, boss)
    answer = client.post("/api/staff", json={**NEW, **wrong}, headers=api_headers(client, "/staff"))
    assert answer.status_code == 422
    assert answer.json["message"]


def test_api_asks_for_our_token(registration: ServiceUnderTest, boss: Staff) -> None:
    assert as_boss(registration, boss).post("/api/staff", json=NEW).status_code == 400
