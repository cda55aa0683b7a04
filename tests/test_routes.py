"""Every route of every service: who may use it, what a stranger gets, and what senseless requests get."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text
from werkzeug.routing import Rule

from shared.identity.access import FLOOR_PUBLIC, allowed_roles
from shared.identity.sessions import STAFF_ROLES, Role
from shared.inbox import organisation_of
from shared.settings import SERVICES, Service
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest
from tests.world import MARK, PERSONAL, World, fill_notifications, fill_registration, fill_scheduling

FILL: dict[Service, Callable[[ServiceUnderTest], World]] = {
    "registration": fill_registration,
    "scheduling": fill_scheduling,
    "notifications": fill_notifications,
}
NOT_OURS = {"inbox", "outbox", "ended_session", "alembic_version"}
REFUSED = {400, 403, 404, 405, 422}
PERSONAL_KINDS = ("employer", "candidate", "interpreter")
EVERY_STAFF_ROLE = tuple(str(role) for role in STAFF_ROLES)
SENSELESS_BODIES = ("", "[]", "null", '"x"', "{", '{"name": 5}', '{"name": {"a": []}, "id": []}', "[[[[]]]]", "NaN")
HUGE = (2**31, -(2**31) - 1, 2**63, 10**30)


@dataclass(frozen=True)
class Request:
    """A way to call a route: the rule, a method, and an address with ids of ours."""

    rule: Rule
    method: str
    address: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> ServiceUnderTest:
    """Each service in turn, empty."""
    found: ServiceUnderTest = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def world(service: ServiceUnderTest) -> World:
    """The service, full."""
    return FILL[service.floor.settings.service](service)


def _rules(service: ServiceUnderTest) -> list[Rule]:
    return sorted(service.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def _is_public(service: ServiceUnderTest, rule: Rule) -> bool:
    return rule.endpoint in service.app.extensions["public_endpoints"] | FLOOR_PUBLIC


def _requests(
    service: ServiceUnderTest, world: World, public: bool = False, most: int | None = None
) -> Iterator[Request]:
    """Every route and method with every id of ours, or `most` of each sort.

    A new argument of a route needs a value in tests/world.py.
    """
    for rule in _rules(service):
        if _is_public(service, rule) != public:
            continue
        names = sorted(rule.arguments)
        for values in product(*(world.ids[name][:most] for name in names)):
            with service.app.test_request_context():
                address = service.app.url_map.bind("").build(rule.endpoint, dict(zip(names, values, strict=True)))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Request(rule, method, address)


def _send(service: ServiceUnderTest, client: FlaskClient, one: Request, known: dict[str, Any]) -> Any:
    """Send the request as a form or as JSON, with a token that holds and everything filled in that it may ask for."""
    headers = {"X-CSRFToken": _csrf_token(service, client)}
    if one.method in {"GET", "DELETE"}:
        return client.open(one.address, method=one.method, headers=headers)
    if one.address.startswith("/api"):
        return client.open(one.address, method=one.method, headers=headers, json=_body(service, one, known))
    form = {name: value for name, value in known.items() if not isinstance(value, dict)}
    return client.open(one.address, method=one.method, headers=headers, data=form)


def _csrf_token(service: ServiceUnderTest, client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "0123456789abcdef"
    signer = URLSafeTimedSerializer(service.floor.settings.secret_keys[0], salt="wtf-csrf-token")
    token = signer.dumps("0123456789abcdef")
    return token if isinstance(token, str) else token.decode()


def _body(service: ServiceUnderTest, one: Request, known: dict[str, Any]) -> dict[str, Any]:
    """What the description of the API says that the request has, filled in from `known`."""
    description = _description(service)
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.rule.rule)
    asked = description["paths"][path].get(one.method.lower(), {}).get("requestBody")
    if asked is None:
        return {}
    schema = asked["content"]["application/json"]["schema"]
    properties = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]["properties"]
    return {name: known[name] for name in properties if name in known}


def _description(service: ServiceUnderTest) -> dict[str, Any]:
    cached: dict[str, Any] | None = service.app.extensions.get("description_of_tests")
    if cached is None:
        cached = service.client().get("/api/openapi.json").get_json()
        service.app.extensions["description_of_tests"] = cached
    assert cached is not None
    return cached


def _ours(service: ServiceUnderTest) -> dict[str, list[str]]:
    """Every row of ours in every table; of a table that belongs to nobody, all rows."""
    found: dict[str, list[str]] = {}
    with service.sessions() as session:
        tables = session.execute(
            text(
                "SELECT table_name, bool_or(column_name = 'organisation_id') FROM information_schema.columns"
                " WHERE table_schema = 'public' GROUP BY table_name"
            )
        )
        for name, is_owned in tables.all():
            if name not in NOT_OURS:
                column = "organisation_id" if is_owned else "id" if name == "organisation" else None
                where = f"WHERE {column} = :ours" if column else ""
                rows = session.execute(
                    text(f'SELECT "{name}"::text FROM "{name}" {where} ORDER BY 1'), {"ours": ORGANISATION_ID}
                )
                found[name] = [row[0] for row in rows]
    return found


def _names_ours(one: Request) -> bool:
    """Whether the address holds an id of ours."""
    return any(name.endswith("_id") for name in one.rule.arguments)


def _assert_keeps_from(service: ServiceUnderTest, world: World, client: FlaskClient) -> None:
    """Somebody of another organisation gets none of ours, by no route and no method, and changes nothing of it."""
    before = _ours(service)
    service.forget_outbox()
    for one in _requests(service, world):
        answer = _send(service, client, one, world.known)
        said = answer.get_data(as_text=True).lower()
        assert answer.status_code < 500, f"{one}: {answer.status_code}"
        assert MARK.lower() not in said, f"{one} gives away what is ours"
        assert PERSONAL.lower() not in said, f"{one} gives away who is ours"
        if _names_ours(one):
            assert answer.status_code in REFUSED, f"{one}: {answer.status_code}"
    assert _ours(service) == before
    assert [event for event in service.outbox() if organisation_of(event) == ORGANISATION_ID] == []


# ── who may use it ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_route_is_public_by_name_or_names_roles(service: ServiceUnderTest) -> None:
    known = {str(role) for role in Role}
    for rule in _rules(service):
        roles = allowed_roles(service.app, rule.endpoint)
        assert _is_public(service, rule) == (roles is None), rule
        assert roles is None or (roles and roles <= known), rule


def test_every_public_name_is_a_route(service: ServiceUnderTest) -> None:
    assert service.app.extensions["public_endpoints"] <= {rule.endpoint for rule in _rules(service)}


def test_only_reading_is_done_by_get(service: ServiceUnderTest, world: World) -> None:
    """A link that is followed by a machine changes nothing, whoever is signed in."""
    before = _ours(service)
    service.forget_outbox()
    client = service.signed_in(*EVERY_STAFF_ROLE)
    for one in _requests(service, world):
        if one.method == "GET":
            assert client.get(one.address).status_code < 500, one
    assert _ours(service) == before
    assert service.outbox() == []


# ── strangers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stranger_of_another_organisation_gets_nothing(service: ServiceUnderTest, world: World) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE, organisation_id=STRANGER_ORGANISATION_ID)
    _assert_keeps_from(service, world, client)


@pytest.mark.parametrize("kind", PERSONAL_KINDS)
def test_a_person_of_another_organisation_gets_nothing(service: ServiceUnderTest, world: World, kind: str) -> None:
    """Even one whose session names our event and our people."""
    ours = world.ids.get({"employer": "contact_id"}.get(kind, f"{kind}_id"), [str(uuid.uuid4())])[0]
    client = service.signed_in(
        kind,
        kind=kind,
        subject_id=uuid.UUID(ours),
        organisation_id=STRANGER_ORGANISATION_ID,
        event_id=world.event_id,
    )
    _assert_keeps_from(service, world, client)


@pytest.mark.parametrize("kind", PERSONAL_KINDS)
def test_a_person_for_another_event_gets_nothing(service: ServiceUnderTest, world: World, kind: str) -> None:
    client = service.signed_in(kind, kind=kind, event_id=uuid.uuid4())
    _assert_keeps_from(service, world, client)


@pytest.mark.parametrize("kind", ["employer", "candidate"])
def test_a_neighbour_sees_no_one_else(registration: ServiceUnderTest, kind: str) -> None:
    """Another employer or candidate at the same event gets to no booking, work or invitation but their own."""
    world = fill_registration(registration)
    before = _rows_about_people(registration, world)
    event_id, subject_id = world.neighbours[kind]
    client = registration.signed_in(kind, kind=kind, subject_id=subject_id, event_id=event_id)
    for one in _requests(registration, world):
        answer = _send(registration, client, one, world.known)
        assert answer.status_code < 500, one
        assert PERSONAL.lower() not in answer.get_data(as_text=True).lower(), one
        if one.rule.arguments - {"event_id"}:
            # What is not there for them is as good as removed: such an answer says no more than that.
            removes = one.method == "DELETE" or one.rule.rule.endswith("/remove")
            allowed = REFUSED | {204, 303} if removes else REFUSED
            assert answer.status_code in allowed, f"{one}: {answer.status_code}"
    assert _rows_about_people(registration, world) == before


def _rows_about_people(service: ServiceUnderTest, world: World) -> set[str]:
    """Our rows that name one of our people, stands, invitations or offers of work."""
    ids = {one for name, values in world.ids.items() if name.endswith("_id") and name != "event_id" for one in values}
    return {row for rows in _ours(service).values() for row in rows if any(one in row for one in ids)}


def test_a_phone_of_strangers_gets_nothing(registration: ServiceUnderTest) -> None:
    world = fill_registration(registration)
    before, client = _ours(registration), registration.client()
    for one in _requests(registration, world):
        headers = {"Authorization": f"Device {world.device_token}"}
        body = _body(registration, one, world.known) if one.address.startswith("/api") else None
        answer = client.open(one.address, method=one.method, headers=headers, json=body)
        said = answer.get_data(as_text=True).lower()
        assert answer.status_code < 500, one
        assert MARK.lower() not in said, one
        assert PERSONAL.lower() not in said, one
        if _names_ours(one):
            assert answer.status_code in REFUSED, f"{one}: {answer.status_code}"
    assert _ours(registration) == before


def test_nobody_gets_nothing(service: ServiceUnderTest, world: World) -> None:
    before, client = _ours(service), service.client()
    for one in _requests(service, world):
        answer = _send(service, client, one, world.known)
        if one.method == "GET" and not one.address.startswith("/api") and answer.status_code == 302:
            assert answer.location.startswith("/sign-in"), one
        else:
            assert answer.status_code == 403, f"{one}: {answer.status_code}"
    for one in _requests(service, world, public=True):
        said = _send(service, client, one, world.known).get_data(as_text=True).lower()
        assert MARK.lower() not in said, one
        assert PERSONAL.lower() not in said, one
    assert _ours(service) == before


def test_a_form_without_its_token_is_refused(service: ServiceUnderTest, world: World) -> None:
    before, client = _ours(service), service.signed_in(*EVERY_STAFF_ROLE)
    for one in _requests(service, world):
        roles = allowed_roles(service.app, one.rule.endpoint) or frozenset()
        if one.method != "GET" and roles & STAFF_ROLES:
            answer = client.open(one.address, method=one.method, data={})
            assert answer.status_code == 400, f"{one}: {answer.status_code}"
    assert _ours(service) == before


# ── senseless requests ────────────────────────────────────────────────────────────────────────────────────────


def test_methods_that_nobody_offers(service: ServiceUnderTest, world: World) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE)
    for public in (False, True):
        for one in _requests(service, world, public, most=1):
            for method in ("TRACE", "PROPFIND"):
                answer = client.open(one.address, method=method)
                assert answer.status_code == 405, f"{method} {one.rule}: {answer.status_code}"
                assert one.method in answer.headers["Allow"] or "GET" in answer.headers["Allow"]


def test_nul_anywhere(service: ServiceUnderTest, world: World) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE)
    headers = {"X-CSRFToken": _csrf_token(service, client)}
    for public in (False, True):
        for one in _requests(service, world, public, most=1):
            asked = client.open(f"{one.address}?page=%00&only=%00", method=one.method, headers=headers)
            assert asked.status_code in REFUSED or one.rule.endpoint in FLOOR_PUBLIC, f"{one}: {asked.status_code}"
            if one.method in {"POST", "PUT"}:
                for sent in ({"data": {"name": "a\0b"}}, {"json": {"name": "a\0b"}}):
                    answer = client.open(one.address, method=one.method, headers=headers, **sent)
                    assert answer.status_code in REFUSED, f"{one}: {answer.status_code}"


def test_a_forged_host_gets_into_nothing_that_is_shown(service: ServiceUnderTest, world: World) -> None:
    """What we show of our own address, in pages, codes and messages, is from the settings."""
    client, forged = service.signed_in(*EVERY_STAFF_ROLE), "attacker.example"
    for public in (False, True):
        for one in _requests(service, world, public, most=1):
            if one.method == "GET":
                answer = client.get(one.address, environ_overrides={"HTTP_HOST": forged})
                assert forged not in answer.get_data(as_text=True), one
                assert forged not in str(answer.headers), one


def test_nul_in_a_path(service: ServiceUnderTest) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE)
    for address in ("/static/%00", "/look/%00", "/l/%00", "/%00", "/events/%00", "/api/%00", "/templates/%00/nl"):
        assert client.get(address).status_code in REFUSED, address


def test_numbers_that_no_column_holds(service: ServiceUnderTest, world: World) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE)
    for one in _requests(service, world, most=1):
        for number in HUGE:
            asked = client.get(f"{one.address}?page={number}&first={number}&round={number}&stand={number}")
            assert asked.status_code < 500, f"{one}: {asked.status_code}"
        if one.method in {"POST", "PUT"}:
            numbers = {name: number for name in world.known for number in HUGE[:1]}
            answer = _send(service, client, one, {**numbers, "rows": "3", "stands-0-x": "9" * 40})
            assert answer.status_code < 500, f"{one}: {answer.status_code}"


def test_ids_that_are_none(service: ServiceUnderTest, world: World) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE)
    for one in _requests(service, world, most=1):
        if not one.rule.arguments:
            continue
        for senseless in ("0", "x" * 300, "00000000-0000-4000-8000-00000000000g", "..%2f..%2fetc", "ґ"):
            address = re.sub(r"<[^>]+>", senseless, one.rule.rule)
            answer = client.open(address, method=one.method, headers={"X-CSRFToken": _csrf_token(service, client)})
            assert answer.status_code in REFUSED, f"{one.method} {address}: {answer.status_code}"
        unknown = re.sub(r"<[^>]+>", str(uuid.uuid4()), one.rule.rule)
        answer = client.open(unknown, method=one.method, headers={"X-CSRFToken": _csrf_token(service, client)})
        assert answer.status_code in REFUSED, f"{one.method} {unknown}: {answer.status_code}"


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '"x"', "{", '{"name": 5}', '{"name": {"a": []}}', "[[[[]]]]", "NaN"]
)
def test_bodies_that_are_no_objects(service: ServiceUnderTest, world: World, body: str) -> None:
    client = service.signed_in(*EVERY_STAFF_ROLE)
    headers = {"X-CSRFToken": _csrf_token(service, client), "Content-Type": "application/json"}
    for one in _requests(service, world, most=1):
        for body in SENSELESS_BODIES if one.method in {"POST", "PUT"} else ():
            answer = client.open(one.address, method=one.method, headers=headers, data=body)
            assert answer.status_code < 500, f"{one} with {body}: {answer.status_code}"
