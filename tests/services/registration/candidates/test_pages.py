"""The pages of candidates."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import change_barriers, load_barriers
from shared.i18n import SPOKEN_LANGUAGES
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_organisation
from tests.queries import queries_of
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form

FILLED: dict[str, Any] = {
    "name": "Юлія Їжакевич-Ґалаґан",
    "language": "uk",
    "languages_name": ["uk", "nl", ""],
    "languages_value": ["C2", "A2", ""],
    "sectors": ["office", "it"],
    "hours": "32",
    "school_hours": "true",
    "email": "yuliia@example.org",
    "mobile": "06 12345678",
    "wants": "Працювати з людьми",
    "readiness": "ready",
}


@pytest.fixture
def organisation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_organisation(session)


def _all(registration: ServiceUnderTest) -> list[Candidate]:
    with registration.session() as session:
        return list(session.scalars(select(Candidate)))


@pytest.mark.usefixtures("organisation")
def test_an_empty_list_says_what_to_do(registration: ServiceUnderTest) -> None:
    page = registration.signed_in().get("/candidates")
    assert page.status_code == 200
    assert "No candidates yet" in page.text


@pytest.mark.usefixtures("organisation")
def test_somebody_is_entered_as_filled_in(registration: ServiceUnderTest) -> None:
    answer = post_form(registration.signed_in(), "/candidates/new", FILLED)
    assert answer.status_code == 303
    (kept,) = _all(registration)
    assert (kept.name, kept.readable_name) == ("Юлія Їжакевич-Ґалаґан", "Yuliia Yizhakevych-Galagan")
    assert kept.languages == {"uk": "C2", "nl": "A2"}
    assert (kept.sectors, kept.hours, kept.school_hours) == (["office", "it"], 32, True)
    assert (kept.contact_by, kept.email, kept.mobile) == ("email", "yuliia@example.org", "+31612345678")


@pytest.mark.usefixtures("organisation")
def test_save_and_next_opens_an_empty_form_in_the_same_language(registration: ServiceUnderTest) -> None:
    client = registration.signed_in()
    answer = post_form(client, "/candidates/new", {"name": "Наталья", "language": "ru", "next": "yes"})
    assert answer.headers["Location"] == "/candidates/new?language=ru"
    page = client.get(answer.headers["Location"]).text
    assert "Natalia has been saved" in page
    assert 'value="ru" checked' in page
    assert "Наталья" not in page


def _filled_in(client: FlaskClient, **values: str) -> dict[str, str]:
    """A new form with these values, ready to be sent more than once."""
    page = client.get("/candidates/new").text
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page)
    return {**dict(hidden), "name": "Оксана Гриценко", "language": "uk", "readiness": "ready", **values}


@pytest.mark.usefixtures("organisation")
def test_a_form_that_is_sent_twice_enters_one_person(registration: ServiceUnderTest) -> None:
    client = registration.signed_in()
    form = _filled_in(client)
    answers = [client.post("/candidates/new", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(_all(registration)) == 1


@pytest.mark.usefixtures("organisation")
def test_a_form_that_is_sent_by_a_double_click_enters_one_person(registration: ServiceUnderTest) -> None:
    client, together = registration.signed_in(), threading.Barrier(6)
    form, cookie = _filled_in(client), client.get_cookie("handdruk")
    assert cookie is not None

    def send(_: int) -> int:
        browser = registration.client()
        browser.set_cookie("handdruk", cookie.value)
        together.wait(timeout=30)
        return browser.post("/candidates/new", data=form).status_code

    with ThreadPoolExecutor(6) as crowd:
        assert set(crowd.map(send, range(6))) == {303}
    assert len(_all(registration)) == 1


@pytest.mark.usefixtures("organisation")
def test_going_back_and_filling_in_somebody_else_enters_both(registration: ServiceUnderTest) -> None:
    client = registration.signed_in()
    form = _filled_in(client)
    for name in ("Оксана Гриценко", "Ірина Гриценко"):
        assert client.post("/candidates/new", data={**form, "name": name}).status_code == 303
    assert {one.name for one in _all(registration)} == {"Оксана Гриценко", "Ірина Гриценко"}


@pytest.mark.usefixtures("organisation")
def test_a_form_with_a_broken_key_still_enters_somebody(registration: ServiceUnderTest) -> None:
    client = registration.signed_in()
    assert client.post("/candidates/new", data=_filled_in(client, form_key="x")).status_code == 303
    assert len(_all(registration)) == 1


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize("name", ["O'Brien", "李", "Ї" * 200, "<script>alert(1)</script>", "a" * 200])
def test_any_name_is_kept_and_shown(registration: ServiceUnderTest, name: str) -> None:
    client = registration.signed_in()
    assert post_form(client, "/candidates/new", {"name": name, "language": "en"}).status_code == 303
    assert _all(registration)[0].name == name
    assert "<script>alert" not in client.get("/candidates").text
    assert client.get(f"/candidates/{_all(registration)[0].id}").status_code == 200


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "  "}, "Fill this in."),
        ({"name": "x" * 201}, "Fill in at most 200 characters."),
        ({"language": "xx"}, "This choice is not in the list."),
        ({"hours": "many"}, "Fill in a whole number from 1 to 60."),
        ({"hours": "61"}, "Fill in a whole number from 1 to 60."),
        ({"email": "nobody"}, "Fill in an e-mail address"),
        ({"mobile": "12"}, "We cannot read this telephone number."),
        ({"wants": "BSN 123456782"}, "looks like a citizen service number"),
        ({"sectors": ["care", "spying"]}, "This choice is not in the list."),
        ({"languages_name": ["uk"], "languages_value": [""]}, "Choose a level, A1 to C2"),
    ],
)
def test_what_was_typed_stays_beside_a_clear_sentence(
    registration: ServiceUnderTest, wrong: dict[str, Any], sentence: str
) -> None:
    answer = post_form(registration.signed_in(), "/candidates/new", {**FILLED, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Працювати з людьми" in answer.text or "wants" in wrong
    for typed in wrong.values():
        if isinstance(typed, str):
            assert typed.strip() in answer.text
    assert _all(registration) == []


def test_what_is_known_is_shown_and_corrected(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session, languages={"uk": "C2"}, sectors=["care"], hours=24, email="o@example.org")
    client = registration.signed_in()
    address = f"/candidates/{candidate.id}"
    page = client.get(address).text
    for shown in ("Оксана Гриценко", "Oksana Hrytsenko", "o@example.org", 'value="24"'):
        assert shown in page
    answer = post_form(client, address, {**FILLED, "readable_name": "Oksana Hrytsenko"})
    assert answer.status_code == 303
    (kept,) = _all(registration)
    assert (kept.readable_name, kept.hours) == ("Yuliia Yizhakevych-Galagan", 32)


def test_a_refused_correction_changes_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    answer = post_form(registration.signed_in(), f"/candidates/{candidate.id}", {**FILLED, "mobile": "1"})
    assert answer.status_code == 422
    assert _all(registration)[0].name == "Оксана Гриценко"


def test_the_list_is_searched_and_filtered(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, 9)
    page = registration.signed_in().get("/candidates?words=&language=ru&sector=care&readiness=ready&page=").text
    assert "Natalia Chernysheva" in page
    assert "Oksana Hrytsenko" not in page
    assert "1 person" in page


def test_nobody_found_offers_the_way_back(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, 2)
    assert "Nobody fits these filters" in registration.signed_in().get("/candidates?words=zzz").text


@pytest.mark.parametrize(
    "query", ["page=x", "page=0", "page=99999999999", "sector=zz", "language=%00", "words=" + "a" * 300]
)
def test_a_strange_query_is_no_fault(registration: ServiceUnderTest, query: str) -> None:
    assert registration.signed_in().get(f"/candidates?{query}").status_code in {200, 400}


def test_pages_of_the_list_keep_the_filters(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        make_candidates(session, 60, sectors=["care"])
    client = registration.signed_in()
    page = client.get("/candidates?sector=care").text
    assert "1 to 50 of 60" in page
    assert "/candidates?sector=care&amp;page=2" in page
    assert "51 to 60 of 60" in client.get("/candidates?sector=care&page=2").text


@pytest.mark.parametrize("query", ["endpoint=x", "_method=XX", "_external=1&_scheme=javascript", "_anchor=x"])
def test_pages_of_the_list_keep_nothing_but_the_filters(registration: ServiceUnderTest, query: str) -> None:
    with registration.session() as session:
        make_candidates(session, 60, sectors=["care"])
    page = registration.signed_in().get(f"/candidates?sector=care&{query}").text
    assert 'href="/candidates?sector=care&amp;page=2"' in page


def test_as_many_language_rows_come_back_as_there_are_languages(
    registration: ServiceUnderTest, organisation: None
) -> None:
    many = {**FILLED, "languages_name": ["zz"] * 2000, "languages_value": ["C2"] * 2000}
    answer = post_form(registration.signed_in(), "/candidates/new", many)
    assert answer.status_code == 422
    assert answer.text.count('name="languages_name"') == len(SPOKEN_LANGUAGES) + 2


def test_the_number_of_queries_does_not_grow(registration: ServiceUnderTest) -> None:
    client = registration.signed_in()
    with registration.session() as session:
        make_candidates(session, 3)
    with queries_of(registration) as for_three:
        client.get("/candidates")
    with registration.session() as session:
        make_candidates(session, 57)
    with queries_of(registration) as for_sixty:
        client.get("/candidates")
    assert len(for_three) == len(for_sixty)


def test_an_organiser_sees_no_barriers(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
        change_barriers(session, candidate, ["health"])
    client = registration.signed_in("organiser")
    page = client.get(f"/candidates/{candidate.id}").text
    assert "Barriers" not in page
    assert "health" not in page.lower()
    assert client.get(f"/candidates/{candidate.id}/barriers").status_code == 403


@pytest.mark.parametrize("role", ["desk", "case_worker"])
def test_the_desk_and_case_workers_write_barriers_down(registration: ServiceUnderTest, role: str) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    client = registration.signed_in(role)
    address = f"/candidates/{candidate.id}/barriers"
    assert f'href="{address}"' in client.get(f"/candidates/{candidate.id}").text
    assert post_form(client, address, {"barriers": ["health", "transport"]}).status_code == 303
    with registration.session() as session:
        assert load_barriers(session, candidate.id) == ["transport", "health"]
    assert 'value="health" checked' in client.get(address).text


def test_a_barrier_outside_the_list_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    answer = post_form(registration.signed_in("desk"), f"/candidates/{candidate.id}/barriers", {"barriers": "religion"})
    assert answer.status_code == 422
    assert "This choice is not in the list." in answer.text


@pytest.mark.parametrize("address", ["/candidates", "/candidates/new", "/candidates/{id}"])
@pytest.mark.parametrize("role", ["door", "admin"])
def test_other_roles_are_kept_out(registration: ServiceUnderTest, role: str, address: str) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    assert registration.signed_in(role).get(address.format(id=candidate.id)).status_code == 403


@pytest.mark.parametrize("kind", ["employer", "candidate", "interpreter"])
def test_people_from_outside_are_kept_out(registration: ServiceUnderTest, kind: str) -> None:
    assert registration.signed_in(kind, kind=kind).get("/candidates").status_code == 403


def test_a_stranger_is_asked_to_sign_in(registration: ServiceUnderTest) -> None:
    answer = registration.client().get("/candidates")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_another_organisation_sees_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session)
    stranger = registration.signed_in("organiser", "desk", organisation_id=STRANGER_ORGANISATION_ID)
    assert "Oksana" not in stranger.get("/candidates").text
    for address in (f"/candidates/{candidate.id}", f"/candidates/{candidate.id}/barriers"):
        assert stranger.get(address).status_code == 404
        assert post_form(stranger, address, {"name": "x"}, page="/candidates/new").status_code == 404


def test_an_unknown_candidate_is_not_found(registration: ServiceUnderTest) -> None:
    assert registration.signed_in().get(f"/candidates/{uuid.uuid4()}").status_code == 404
