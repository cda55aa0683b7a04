"""The organisation's employers: the list, one employer, its contacts."""

import pytest
from flask.testing import FlaskClient

from services.registration.stands.employers import PAGE_SIZE, load_employer
from services.registration.stands.models import Employer
from tests.factories.events import make_event, make_organisation
from tests.factories.stands import make_contact, make_employer, make_employers, make_invitation, make_work
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.registration.stands.test_pages import text_of

CONTACT = {"contact_name": "Els", "email": "els@loenen.example", "phone": "", "language": "en"}


@pytest.fixture
def organiser(registration: ServiceUnderTest) -> FlaskClient:
    with registration.session() as session:
        make_organisation(session)
    return registration.signed_in("organiser")


@pytest.fixture
def employer(registration: ServiceUnderTest) -> Employer:
    with registration.session() as session:
        return make_employer(session, "Bakkerij Van Loenen")


def read(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return text_of(response)


def test_list_is_searched_and_goes_on_over_pages(registration: ServiceUnderTest, organiser: FlaskClient) -> None:
    assert "No employers yet" in read(organiser, "/employers")
    with registration.session() as session:
        make_employers(session, PAGE_SIZE + 5)
    assert "1 to 50 of 55" in read(organiser, "/employers")
    assert "51 to 55 of 55" in read(organiser, "/employers?page=2")
    found = read(organiser, "/employers?search=loenen")
    assert "5 employers" in found
    assert "Bakkerij Van Loenen" in found
    assert "Kwekerij" not in found
    assert "No employer fits" in read(organiser, "/employers?search=zzz")


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999999999999", "search=" + "x" * 300])
def test_list_with_a_strange_address_still_opens(organiser: FlaskClient, query: str) -> None:
    assert organiser.get(f"/employers?{query}").status_code == 200


def test_add_an_employer(registration: ServiceUnderTest, organiser: FlaskClient) -> None:
    answer = post_form(organiser, "/employers/new", {"name": "李 & Zn.", **CONTACT})
    assert answer.status_code == 303
    page = read(organiser, answer.location)
    assert "李 & Zn. has been saved." in page
    assert "els@loenen.example" in page


def test_add_an_employer_that_is_known(employer: Employer, organiser: FlaskClient) -> None:
    answer = post_form(organiser, "/employers/new", {"name": "bakkerij van loenen bv", **CONTACT})
    assert answer.status_code == 409
    assert "Bakkerij Van Loenen is in your list already." in text_of(answer)


def test_employer_shows_contacts_work_and_events(
    registration: ServiceUnderTest, employer: Employer, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        event = make_event(session, name="Meet & Greet in de Hal")
        invitation = make_invitation(session, event, load_employer(session, employer.id))
        make_work(session, invitation, "Bakker", wanted_experience=["food"])
    page = read(organiser, f"/employers/{employer.id}")
    for words in ("Hans van Loenen", "Bakker", "Food production, 32 hours a week", "Meet & Greet in de Hal"):
        assert words in page
    assert "experience wanted: Food production" in page


def test_rename_an_employer(registration: ServiceUnderTest, employer: Employer, organiser: FlaskClient) -> None:
    with registration.session() as session:
        make_employer(session, "Hotel De Waterpoort")
    page = f"/employers/{employer.id}"
    assert post_form(organiser, page, {"name": "Bakkerij Їжак"}).status_code == 303
    assert "Bakkerij Їжак" in read(organiser, page)
    assert post_form(organiser, page, {"name": ""}).status_code == 422
    alike = post_form(organiser, page, {"name": "Hotel Waterpoort De"})
    assert alike.status_code == 409
    assert "No, it is another company" in text_of(alike)
    assert post_form(organiser, page, {"name": "Hotel Waterpoort De", "although_alike": "true"}).status_code == 303


def test_add_and_correct_a_contact(registration: ServiceUnderTest, employer: Employer, organiser: FlaskClient) -> None:
    page = f"/employers/{employer.id}"
    assert post_form(organiser, f"{page}/contacts/new", CONTACT).location == page
    twice = post_form(organiser, f"{page}/contacts/new", {**CONTACT, "email": "ELS@loenen.example"})
    assert twice.status_code == 409
    assert "This employer has a contact with this e-mail address already." in text_of(twice)
    with registration.session() as session:
        hans = make_contact(session, employer)
    change = f"{page}/contacts/{hans.id}"
    assert 'value="Hans van Loenen"' in organiser.get(change).get_data(as_text=True)
    assert post_form(organiser, change, {**CONTACT, "contact_name": "Hans", "email": "h@l.example"}).location == page
    assert "h@l.example" in read(organiser, page)
    assert post_form(organiser, change, {**CONTACT, "email": "no"}).status_code == 422


def test_another_organisation_finds_nothing(registration: ServiceUnderTest, employer: Employer) -> None:
    with registration.session() as session:
        contact = make_contact(session, employer)
    stranger = registration.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    for path in ("", "/contacts/new", f"/contacts/{contact.id}"):
        assert stranger.get(f"/employers/{employer.id}{path}").status_code == 404
    assert "Bakkerij" not in read(stranger, "/employers")


@pytest.mark.parametrize("path", ["/employers", "/employers/new"])
def test_only_organisers_see_employers(registration: ServiceUnderTest, path: str) -> None:
    assert registration.signed_in("door").get(path).status_code == 403
    assert registration.client().get(path).status_code == 302


def test_list_takes_the_same_number_of_queries_for_three_and_for_thirty(registration: ServiceUnderTest) -> None:
    counts = []
    for number in (3, 30):
        registration.empty()
        with registration.session() as session:
            make_employers(session, number)
        counts.append(count_queries(registration, "/employers", "organiser"))
    assert counts[0] == counts[1]
