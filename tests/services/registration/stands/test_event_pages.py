"""The organiser's pages about an event's employers."""

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.registration.events.models import Event
from services.registration.stands.employers import ContactDetails, add_contact
from services.registration.stands.inviting import decline
from services.registration.stands.states import list_invited
from shared.events import CancelCalendarEntry, SendMessage, StandCancelled
from tests.factories.events import make_event
from tests.factories.stands import make_booking, make_contact, make_employer, make_employers, make_hold, make_invitation
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.registration.stands.test_pages import text_of

NEW = {"name": "Кафе Їжак", "contact_name": "Олена О'Ніл", "email": "olena@kafe.example", "phone": "030 1234567",
       "language": "uk"}  # fmt: skip


def address(event: Event) -> str:
    return f"/events/{event.id}/employers"


def read(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return text_of(response)


@pytest.fixture
def event(registration: ServiceUnderTest) -> Event:
    with registration.session() as session:
        return make_event(session)


@pytest.fixture
def organiser(registration: ServiceUnderTest) -> FlaskClient:
    return registration.signed_in("organiser")


def test_list_shows_every_state_in_words(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    with registration.session() as session:
        booked, held, gone, lost = (
            make_invitation(session, event, make_employer(session, name)) for name in ("Booked", "Held", "Gone", "Lost")
        )
        make_booking(session, booked, "9", title="")
        make_hold(session, held, "3")
        decline(session, event.id, gone.contact_id)
        lost.undelivered = "address_refused"
        make_employer(session, "Not asked")
    page = read(organiser, address(event))
    assert "1 of 12 stands booked, 1 held" in page
    for words in ("booked 9 none yet", "held 9 minutes left 3", "is not coming", "no answer yet not delivered"):
        assert words in page
    assert page.index("Invite employers you know") < page.index("Not asked")


def test_list_of_nobody_says_what_to_do(event: Event, organiser: FlaskClient) -> None:
    assert "Nobody has been invited yet" in read(organiser, address(event))


def test_list_of_a_draft_asks_to_publish_first(registration: ServiceUnderTest, organiser: FlaskClient) -> None:
    with registration.session() as session:
        draft = make_event(session, published=False)
        make_employer(session)
    page = read(organiser, address(draft))
    assert "Publish the event first." in page
    assert "Send invitations" not in page


def test_invite_several_at_once(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    with registration.session() as session:
        employers = make_employers(session, 3)
        els = add_contact(session, employers[1], ContactDetails("Els", "els@zonneveld.example", "en"))
    chosen = [str(employer.id) for employer in employers[:2]]
    values = {"employers": chosen, "contacts_name": [str(employers[1].id)], "contacts_value": [str(els.id)]}
    answer = post_form(organiser, address(event), values)
    assert (answer.status_code, answer.location) == (303, address(event))
    assert "2 invitations are on their way." in read(organiser, address(event))
    assert [message.person.name for message in registration.outbox(SendMessage)] == ["Hans van Loenen", "Els"]


@pytest.mark.parametrize("chosen", [[], ["nonsense"]])
def test_invite_nobody_says_so(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient, chosen: list[str]
) -> None:
    with registration.session() as session:
        make_employer(session)
    answer = post_form(organiser, address(event), {"employers": chosen})
    assert answer.status_code == 422
    assert registration.outbox(SendMessage) == []


def test_invite_an_employer_of_another_organisation(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        stranger = make_employer(session)
    with registration.session() as session:
        make_employer(session, "Own")
    assert post_form(organiser, address(event), {"employers": [str(stranger.id)]}).status_code == 404


def test_invite_a_new_employer(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    answer = post_form(organiser, f"{address(event)}/new", NEW)
    assert (answer.status_code, answer.location) == (303, address(event))
    (message,) = registration.outbox(SendMessage)
    assert (message.person.name, message.person.mobile, message.person.language) == (
        "Олена О'Ніл", "+31301234567", "uk",
    )  # fmt: skip
    assert "Кафе Їжак" in read(organiser, address(event))


def test_invite_a_misspelt_employer_asks_first(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        make_employer(session, "Bakkerij Van Loenen")
    typed = {**NEW, "name": "Bakerij van Loenen"}
    answer = post_form(organiser, f"{address(event)}/new", typed)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "This looks like Bakkerij Van Loenen, who is in your list already. Is it the same company?" in page
    assert "No, it is another company" in page
    assert 'value="Олена О&#39;Ніл"' in answer.get_data(as_text=True)
    assert registration.outbox(SendMessage) == []
    again = post_form(organiser, f"{address(event)}/new", {**typed, "although_alike": "true"})
    assert again.status_code == 303


def test_invite_a_known_employer_as_new_is_refused_for_good(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        make_employer(session, "Кафе Їжак")
    answer = post_form(organiser, f"{address(event)}/new", {**NEW, "name": "КАФЕ ЇЖАК", "although_alike": "true"})
    assert answer.status_code == 409
    assert "Кафе Їжак is in your list already." in text_of(answer)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Fill in the name of the company."),
        ("name", "x" * 201, "Fill in at most 200 characters."),
        ("contact_name", "", "Fill in the name of the contact."),
        ("email", "", "Fill in an e-mail address, such as name@example.nl."),
        ("email", "olena@", "Fill in an e-mail address, such as name@example.nl."),
        ("phone", "call me", "We cannot read this telephone number."),
        ("phone", "06", "We cannot read this telephone number."),
        ("language", "tlh", "This choice is not in the list."),
    ],
)
def test_new_employer_that_does_not_hold(
    event: Event, organiser: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = post_form(organiser, f"{address(event)}/new", {**NEW, field: value})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if field != "contact_name":
        assert 'value="Олена О&#39;Ніл"' in answer.get_data(as_text=True)


def test_new_employer_without_a_telephone(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    assert post_form(organiser, f"{address(event)}/new", {**NEW, "phone": ""}).status_code == 303
    assert registration.outbox(SendMessage)[0].person.mobile is None


# ── one employer ──────────────────────────────────────────────────────────────────────────────────────────────


def test_send_again_from_the_employers_page(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, event)
        invitation.undelivered = "address_refused"
    page = f"{address(event)}/{invitation.id}"
    assert "The message did not arrive" in read(organiser, page)
    assert post_form(organiser, f"{page}/send", {}, page).location == page
    assert "1 invitation is on its way." in read(organiser, page)
    assert len(registration.outbox(SendMessage)) == 2


def test_send_to_another_contact(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    with registration.session() as session:
        employer = make_employer(session)
        invitation = make_invitation(session, event, employer)
        els = add_contact(session, employer, ContactDetails("Els", "els@loenen.example", "en"))
    page = f"{address(event)}/{invitation.id}"
    post_form(organiser, f"{page}/send", {"contact_id": str(els.id)}, page)
    assert "els@loenen.example" in read(organiser, address(event))


def test_allow_a_second_stand(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, event)
    page = f"{address(event)}/{invitation.id}"
    assert post_form(organiser, f"{page}/stands", {"stands_allowed": "2"}, page).status_code == 303
    with registration.session() as session:
        assert list_invited(session, event.id)[0].invitation.stands_allowed == 2
    for wrong in ("", "0", "6", "two"):
        assert post_form(organiser, f"{page}/stands", {"stands_allowed": wrong}, page).status_code == 422


def test_allow_fewer_stands_than_booked_says_so(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, event, stands_allowed=2)
        make_booking(session, invitation, "9")
        make_booking(session, invitation, "10", title="")
    page = f"{address(event)}/{invitation.id}"
    answer = post_form(organiser, f"{page}/stands", {"stands_allowed": "1"}, page)
    assert answer.status_code == 409
    assert "This employer has 2 stands. Cancel a booking first." in text_of(answer)


def test_cancel_a_booking_asks_first_and_tells(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, event)
        booking = make_booking(session, invitation, "9")
    page = f"{address(event)}/{invitation.id}/cancel/{booking.id}"
    assert "Cancel the booking of stand 9?" in read(organiser, page)
    assert post_form(organiser, page, {}).status_code == 303
    assert "No stand yet" in read(organiser, f"{address(event)}/{invitation.id}")
    assert len(registration.outbox(StandCancelled)) == len(registration.outbox(CancelCalendarEntry)) == 1
    assert organiser.get(page).status_code == 404


# ── who may, and how much it costs ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["door", "desk", "case_worker"])
def test_other_staff_do_not_invite(registration: ServiceUnderTest, event: Event, role: str) -> None:
    assert registration.signed_in(role).get(address(event)).status_code == 403


def test_another_organisation_finds_nothing(registration: ServiceUnderTest, event: Event) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, event)
        booking = make_booking(session, invitation)
    stranger = registration.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    one = f"{address(event)}/{invitation.id}"
    for path in (address(event), f"{address(event)}/new", one, f"{one}/cancel/{booking.id}"):
        assert stranger.get(path).status_code == 404
    assert stranger.get(f"{address(event)}/{uuid.uuid4()}").status_code == 404


def test_invitation_of_another_event_is_not_found(
    registration: ServiceUnderTest, event: Event, organiser: FlaskClient
) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
    assert organiser.get(f"{address(event)}/{invitation.id}").status_code == 404


def test_names_are_never_read_as_markup(registration: ServiceUnderTest, event: Event, organiser: FlaskClient) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    with registration.session() as session:
        invitation = make_invitation(session, event, make_employer(session, attack, attack))
        make_booking(session, invitation, title=attack)
        make_contact(session, make_employer(session, f"{attack} too", attack))
    for path in ("", f"/{invitation.id}"):
        html = organiser.get(address(event) + path).get_data(as_text=True)
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_list_takes_the_same_number_of_queries_for_three_and_for_thirty(registration: ServiceUnderTest) -> None:
    counts: list[Any] = []
    for number in (3, 30):
        registration.empty()
        with registration.session() as session:
            event = make_event(session)
            for index, employer in enumerate(make_employers(session, number * 2)):
                if index % 2:
                    invitation = make_invitation(session, event, employer)
                    if index < 24:
                        make_booking(session, invitation, str(index // 2 + 1))
        counts.append(count_queries(registration, address(event), "organiser"))
    assert counts[0] == counts[1]
