"""The request cycle: commit and rollback, access, CSRF, languages, errors, headers."""

import json
import uuid

import pytest
from flask import Blueprint, Flask, render_template_string
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from services.registration.reactions import make_reactions
from shared.errors import Refusal
from shared.events import OrganisationChanged
from shared.identity import Role, allow
from shared.identity.access import AccessUndeclared, require_declared_access
from shared.outbox import OutboxRow, record
from shared.settings import Service, Settings
from shared.web import database, make_app
from shared.worker import Worker
from tests.service_under_test import ServiceUnderTest, post_form

EVENT = OrganisationChanged(uuid.uuid4(), 1, "Werkregio", "werk@example.org")
trial = Blueprint("trial", __name__)


class TooLate(Refusal):
    """A refusal for the test."""

    sentence = "Too late for %(name)s."


@trial.post("/api/trial/<outcome>")
@allow(Role.ORGANISER)
def do(outcome: str) -> ResponseReturnValue:
    record(database(), EVENT)
    if outcome == "refuse":
        raise TooLate(name="O'Brien")
    if outcome == "break":
        raise ZeroDivisionError
    return {"outcome": outcome}, 422 if outcome == "invalid" else 200


@trial.get("/trial/form")
@allow(Role.ORGANISER)
def form() -> ResponseReturnValue:
    return render_template_string('<form><input name="csrf_token" value="{{ csrf_token() }}"></form>')


@pytest.fixture(scope="module")
def _service(all_settings: dict[Service, Settings]) -> ServiceUnderTest:
    settings = all_settings["registration"]
    return ServiceUnderTest(
        make_app(settings, Worker(settings, make_reactions(settings.pass_signing_key)), pages=[trial])
    )


@pytest.fixture
def service(_service: ServiceUnderTest) -> ServiceUnderTest:
    _service.empty()
    return _service


def outbox_rows(service: ServiceUnderTest) -> int:
    with service.sessions() as session:
        return len(session.scalars(select(OutboxRow)).all())


@pytest.mark.parametrize(
    ("outcome", "status", "rows"), [("fine", 200, 2), ("invalid", 422, 0), ("refuse", 409, 0), ("break", 500, 0)]
)
def test_request_commits_only_when_the_answer_is_below_400(
    service: ServiceUnderTest, outcome: str, status: int, rows: int
) -> None:
    client = service.signed_in("organiser")
    answer = post_form(client, f"/api/trial/{outcome}", {}, page="/trial/form")
    assert (answer.status_code, outbox_rows(service)) == (status, rows)


def test_refusal_below_api_is_json_with_its_sentence_and_the_request_id(service: ServiceUnderTest) -> None:
    answer = post_form(service.signed_in("organiser"), "/api/trial/refuse", {}, page="/trial/form")
    assert json.loads(answer.data)["message"] == "Too late for O'Brien."
    assert json.loads(answer.data)["code"] == "too_late"
    assert json.loads(answer.data)["request_id"] == answer.headers["X-Request-Id"]


def test_post_without_csrf_token_is_refused(service: ServiceUnderTest) -> None:
    assert service.signed_in("organiser").post("/api/trial/fine").status_code == 400
    assert outbox_rows(service) == 0


@pytest.mark.parametrize("role", ["door", "desk", "case_worker", "admin"])
def test_route_refuses_other_roles(service: ServiceUnderTest, role: str) -> None:
    assert service.signed_in(role).get("/trial/form").status_code == 403


def test_page_that_refuses_somebody_who_is_signed_in_leads_on_and_not_to_the_sign_in(service: ServiceUnderTest) -> None:
    refused = service.signed_in("desk").get("/trial/form")
    assert 'href="/events"' in refused.text
    assert 'href="/sign-in"' not in refused.text
    assert f">{refused.headers['X-Request-Id'][:8]}<" in refused.text


def test_route_sends_a_stranger_to_the_sign_in_and_back(service: ServiceUnderTest) -> None:
    answer = service.client().get("/trial/form?x=1")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Ftrial%2Fform%3Fx%3D1")


def test_app_with_an_undeclared_route_does_not_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(AccessUndeclared):
        require_declared_access(app, public=())


def test_route_that_is_public_and_restricted_does_not_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/both", "both", allow(Role.ADMIN)(lambda: ""))
    with pytest.raises(AccessUndeclared):
        require_declared_access(app, public={"both"})


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "kunnen deze pagina niet vinden"), ("uk", "не можемо знайти"), ("ru", "не можем найти")],
)
def test_error_page_speaks_the_readers_language(service: ServiceUnderTest, language: str, words: str) -> None:
    client = service.app.test_client()
    client.set_cookie("language", language)
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert words in answer.get_data(as_text=True)


def test_language_switch_remembers_and_shows_the_same_page(service: ServiceUnderTest) -> None:
    client = service.client()
    answer = client.get("/look?lang=uk&x=1")
    assert (answer.status_code, answer.location) == (302, "/look?x=1")
    assert 'lang="uk"' in client.get("/look").get_data(as_text=True)


def test_language_switch_never_leads_to_another_host(service: ServiceUnderTest) -> None:
    answer = service.client().get("/?lang=uk", environ_overrides={"PATH_INFO": "//elsewhere.example/"})
    assert answer.location == "/elsewhere.example/"


@pytest.mark.parametrize("address", ["/look?q=%00", "/look?a=x&a=%00", "/look?a=x&%00=y", "/look%00"])
def test_nul_is_refused_and_never_a_fault(service: ServiceUnderTest, address: str) -> None:
    assert service.client().get(address).status_code in (400, 404)


@pytest.mark.parametrize("sent", [{"a": ["x", "y\0"]}, {"a": ["\0"]}, {"a": "x", "b\0": "y"}])
def test_nul_in_any_value_of_a_form_is_refused(service: ServiceUnderTest, sent: dict[str, object]) -> None:
    client = service.signed_in("organiser")
    assert post_form(client, "/api/trial/fine", {"a": ["x", "y"]}, page="/trial/form").status_code == 200
    refused = post_form(client, "/api/trial/fine", sent, page="/trial/form")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "unreadable_text")


@pytest.mark.parametrize(
    "body",
    ['{"a": ' + "9" * 5000 + "}", "[" * 100_000, "[" * 400 + "]" * 400, '{"a": ' * 400 + "1" + "}" * 400],
    ids=["digits", "open", "lists", "objects"],
)
def test_json_that_python_cannot_read_is_refused_and_never_a_fault(service: ServiceUnderTest, body: str) -> None:
    answer = service.client().post("/api/trial/go", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "unreadable_json")


def test_every_answer_carries_the_strict_policy(service: ServiceUnderTest) -> None:
    for address in ("/look", "/no-such-page", "/healthz"):
        headers = service.client().get(address).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_ready_and_figures_answer(service: ServiceUnderTest) -> None:
    assert service.client().get("/readyz").status_code == 200
    assert "handdruk_outbox_waiting" in service.client().get("/metrics").get_data(as_text=True)


def test_invented_methods_are_counted_as_one(service: ServiceUnderTest) -> None:
    """Otherwise a stranger fills the memory of whoever counts."""
    for method in ("SWORDFISH", "HERRING"):
        assert service.client().open("/healthz", method=method).status_code == 405
    said = service.client().get("/metrics").get_data(as_text=True)
    assert 'method="other"' in said
    assert "SWORDFISH" not in said
