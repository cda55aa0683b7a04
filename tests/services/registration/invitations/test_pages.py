"""The organiser's pages of invitations."""

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from services.registration.events.models import Event
from services.registration.events.rules import cancel_event, load_event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import list_invitations, load_invitation, wish_employers
from shared.events import InvitationAnswered, SendMessage
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_event
from tests.factories.invitations import make_invitations
from tests.factories.stands import make_booking
from tests.factories.stands import make_invitation as make_employer_invitation
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form

LONG = "Ї" * 200


def _event(registration: ServiceUnderTest, candidates: int = 0, **facts: Any) -> tuple[Event, list[uuid.UUID]]:
    with registration.session() as session:
        event = make_event(session, **facts)
        return event, [one.id for one in make_candidates(session, candidates)]


def _post(client: FlaskClient, address: str, page: str, **values: Any) -> Any:
    return post_form(client, address, values, page=page)


# ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_organisation_without_candidates_is_told_where_to_begin(registration: ServiceUnderTest) -> None:
    event, _ = _event(registration)
    page = registration.signed_in().get(f"/events/{event.id}/candidates")
    assert page.status_code == 200
    assert "No candidates yet" in page.text


def test_people_are_chosen_checked_and_invited(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 9)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    check = _post(client, f"{address}/check", address, candidate_ids=ids[:3])
    assert check.status_code == 200
    assert "Invite 3 people" in check.text
    assert "3 people get an e-mail in this language: Ukrainian" in check.text
    assert registration.outbox(SendMessage) == []
    token = re.search(r'name="csrf_token" value="([^"]+)"', check.text)
    assert token is not None
    answer = client.post(address, data={"csrf_token": token[1], "candidate_ids": ids[:3]})
    assert answer.headers["Location"] == f"/events/{event.id}/invitations"
    assert len(registration.outbox(SendMessage)) == 3
    page = client.get(answer.headers["Location"]).text
    assert "3 people have been invited." in page
    assert "6 people are ready for work" in client.get(address).text


def test_sending_the_same_choice_twice_sends_nothing_twice(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 3)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    for _ in range(2):
        assert _post(client, address, address, candidate_ids=ids[:2]).status_code == 303
    assert len(registration.outbox(SendMessage)) == 2


def test_people_without_address_are_announced_before_sending(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        people = [make_candidate(session, LONG), make_candidate(session, "Ольга", mobile="0612345678")]
    address = f"/events/{event.id}/candidates"
    check = _post(registration.signed_in(), f"{address}/check", address, candidate_ids=[person.id for person in people])
    assert "1 person gets a letter, which you print afterwards" in check.text
    assert "1 person gets a text message" in check.text
    assert LONG in check.text


@pytest.mark.parametrize("step", ["", "/check"])
def test_an_empty_choice_is_refused_with_a_sentence(registration: ServiceUnderTest, step: str) -> None:
    event, _ = _event(registration, 2)
    address = f"/events/{event.id}/candidates"
    answer = _post(registration.signed_in(), address + step, address)
    assert answer.status_code == 422
    assert "Choose at least one person." in answer.text


@pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-00000000000g", "'; DROP TABLE invitation"])
def test_nonsense_in_the_choice_is_refused(registration: ServiceUnderTest, wrong: str) -> None:
    event, _ = _event(registration, 2)
    address = f"/events/{event.id}/candidates"
    assert _post(registration.signed_in(), address, address, candidate_ids=[wrong]).status_code == 422


def test_somebody_of_another_organisation_cannot_be_invited(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        stranger = make_candidate(session)
    event, ids = _event(registration, 2)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    answer = _post(client, address, address, candidate_ids=[*ids, stranger.id])
    assert answer.status_code == 422
    assert "is not in the list any more" in answer.text
    with registration.session() as session:
        assert list_invitations(session, event.id) == []


def test_a_refused_choice_stays_chosen(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 3)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    answer = _post(client, address, address, candidate_ids=[ids[0], uuid.uuid4()])
    assert re.search(rf'value="{ids[0]}"[^>]* checked', answer.text)
    assert not re.search(rf'value="{ids[1]}"[^>]* checked', answer.text)


def test_the_effect_is_shown_for_the_choice_as_it_stands(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 5)
    with registration.session() as session:
        make_booking(session, make_employer_invitation(session, load_event(session, event.id)))
        make_invitations(session, event=load_event(session, event.id), candidates=[make_candidate(session)])
    told = registration.outbox(SendMessage)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    fragment = _post(client, f"{address}/effect", address, candidate_ids=ids[:4])
    assert fragment.status_code == 200
    assert "<!doctype" not in fragment.text.lower()
    assert "With these 4 people" in fragment.text
    assert re.search(r"<b>1</b>.*<b>5</b>", fragment.text)
    assert "2 people more than there are places" in fragment.text
    assert "Invite 4 people" in fragment.text
    assert registration.outbox(SendMessage) == told


def test_everybody_can_be_chosen_within_the_filters(registration: ServiceUnderTest) -> None:
    event, _ = _event(registration, 60)
    page = registration.signed_in().get(f"/events/{event.id}/candidates?language=ru&chosen=all").text
    boxes = re.findall(r'name="candidate_ids"[^>]*>', page)
    assert len(boxes) > 10
    assert all(" checked" in box for box in boxes)
    assert "Natalia" in page
    assert "Oksana" not in page
    assert "Clear the choice" in page


def test_a_long_list_comes_in_pages_that_keep_the_filters(registration: ServiceUnderTest) -> None:
    event, _ = _event(registration, 60)
    client = registration.signed_in()
    assert "page=2" in client.get(f"/events/{event.id}/candidates").text
    assert "51 to 60 of 60" in client.get(f"/events/{event.id}/candidates?page=2").text


@pytest.mark.parametrize("query", ["page=x", "page=0", "page=9999999999", "seen=zz", "chosen=zz", "language=%27"])
def test_a_strange_query_is_no_fault(registration: ServiceUnderTest, query: str) -> None:
    event, _ = _event(registration, 2)
    assert registration.signed_in().get(f"/events/{event.id}/candidates?{query}").status_code == 200


@pytest.mark.parametrize("query", ["only=zz", "page=x", "page=-1", "page=99999999999999"])
def test_a_strange_query_on_the_answers_is_no_fault(registration: ServiceUnderTest, query: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    address = f"/events/{invitation.event_id}/invitations?{query}"
    assert registration.signed_in().get(address).status_code == 200


def test_a_draft_says_that_it_has_to_be_published_first(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 2, published=False)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    assert "once the event is published" in client.get(address).text
    answer = _post(client, address, address, candidate_ids=ids)
    assert answer.status_code == 409
    assert registration.outbox(SendMessage) == []


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────


def _one(registration: ServiceUnderTest, invitation: Invitation) -> Invitation:
    with registration.session() as session:
        return load_invitation(session, invitation.event_id, invitation.id)


def test_the_answers_are_listed_and_narrowed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        people = [*make_candidates(session, 4), make_candidate(session, "Соломія Папір")]
        invitations = make_invitations(
            session, event=event, candidates=people, answers=["accepted", "declined", "waitlisted", "", "accepted"]
        )
        invitations[3].not_delivered = "address_refused"
        invitations[4].paper = "waits"
    client, address = registration.signed_in(), f"/events/{event.id}/invitations"
    page = client.get(address).text
    assert "2 of 5 come, 1 did not answer yet." in page
    assert "not delivered: the address does not work" in page
    assert "needs paper" in page
    assert "Print 1 invitation" in page
    found = {
        only: re.findall(r"<b>(\d+)</b>", client.get(f"{address}?only={only}").text)
        for only in ("coming", "declined", "waitlisted", "silent", "paper", "lost")
    }
    assert found == {
        "coming": ["101", "105"],
        "declined": ["102"],
        "waitlisted": ["103"],
        "silent": ["104"],
        "paper": ["105"],
        "lost": ["104"],
    }


def test_nobody_invited_yet_says_so(registration: ServiceUnderTest) -> None:
    event, _ = _event(registration)
    assert "Nobody has been invited yet" in registration.signed_in().get(f"/events/{event.id}/invitations").text


@pytest.mark.parametrize(
    ("answer", "badge"),
    [("accepted", "is coming"), ("declined", "is not coming"), ("waitlisted", "on the waiting list")],
)
def test_staff_write_an_answer_down(registration: ServiceUnderTest, answer: str, badge: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    client, address = (
        registration.signed_in("case_worker"),
        f"/events/{invitation.event_id}/invitations/{invitation.id}",
    )
    assert _post(client, f"{address}/answer", address, answer=answer).status_code == 303
    assert badge in client.get(address).text
    kept = _one(registration, invitation)
    assert (kept.state, kept.answered_by) == (answer, "staff")


@pytest.mark.parametrize("answer", ["attended", "", "perhaps"])
def test_another_answer_is_refused(registration: ServiceUnderTest, answer: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    address = f"/events/{invitation.event_id}/invitations/{invitation.id}"
    refused = _post(registration.signed_in(), f"{address}/answer", address, answer=answer)
    assert refused.status_code == 422
    assert "This choice is not in the list." in refused.text
    assert _one(registration, invitation).state == "sent"


def test_an_answer_that_comes_too_late_is_refused_with_a_sentence(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    client, address = registration.signed_in(), f"/events/{invitation.event_id}/invitations/{invitation.id}"
    with registration.session() as session:
        cancel_event(session, load_event(session, invitation.event_id))
    refused = _post(client, f"{address}/answer", "/candidates/new", answer="accepted")
    assert refused.status_code == 409
    assert "cannot be changed any more" in refused.text


def test_a_new_code_is_made_and_sent(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    client, address = registration.signed_in(), f"/events/{invitation.event_id}/invitations/{invitation.id}"
    before = re.search(r'<path d="([^"]+)" stroke="#000"', client.get(address).text)
    assert _post(client, f"{address}/pass", address).status_code == 303
    page = client.get(address).text
    after = re.search(r'<path d="([^"]+)" stroke="#000"', page)
    assert "There is a new code." in page
    assert before is not None
    assert after is not None
    assert before[1] != after[1]
    assert _one(registration, invitation).pass_version == 2
    assert len(registration.outbox(SendMessage)) == 2


def test_an_invitation_is_sent_again(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        invitation.not_delivered = "attempts_used_up"
    client, address = registration.signed_in(), f"/events/{invitation.event_id}/invitations/{invitation.id}"
    assert "Not delivered: we tried for days" in client.get(address).text
    assert _post(client, f"{address}/send", address).status_code == 303
    assert "Not delivered" not in client.get(address).text
    assert len(registration.outbox(SendMessage)) == 2


@pytest.mark.parametrize(
    "reason",
    ["address_refused", "address_closed", "not_wanted", "attempts_used_up", "complained", "no_address",
     "number_unreachable", "not_arrived", "template_unknown", "unreadable"],
)  # fmt: skip
def test_why_a_message_did_not_arrive_is_said_in_words(registration: ServiceUnderTest, reason: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        invitation.not_delivered = reason
    address = f"/events/{invitation.event_id}/invitations"
    for path in (address, f"{address}/{invitation.id}"):
        page = registration.signed_in().get(path).text
        assert "ot delivered: " in page
        assert reason not in page


def test_a_letter_is_asked_for_again(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session)])
    address = f"/events/{invitation.event_id}/invitations/{invitation.id}"
    client = registration.signed_in()
    assert _post(client, f"{address}/send", address).status_code == 303
    assert "needs paper" in client.get(address).text


def test_wishes_and_hours_are_shown(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        booking = make_booking(session, make_employer_invitation(session, event))
        (invitation,) = make_invitations(session, event=event)
        wish_employers(session, invitation, [booking.invitation.employer_id])
        invitation.first_round = 2
        name = booking.invitation.employer.name
    page = registration.signed_in().get(f"/events/{event.id}/invitations/{invitation.id}").text
    assert name in page
    assert "round 3 to 10" in page


# ── paper ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "language"), [(LONG, "uk"), ("O'Brien", "ru"), ("李", "en")])
def test_an_invitation_is_printed_at_the_desk_in_its_language(
    registration: ServiceUnderTest, name: str, language: str
) -> None:
    with registration.session() as session:
        people = [make_candidate(session, name, language), make_candidate(session, "Somebody Else")]
        invitation, _ = make_invitations(session, candidates=people)
    page = registration.signed_in("desk").get(f"/events/{invitation.event_id}/invitations/{invitation.id}/letter").text
    assert re.findall(r'<article class="hd-letter" lang="(\w+)">', page) == [language]
    assert page.count('stroke="#000"') == 1
    assert str(escape(name)) in page
    assert "Somebody Else" not in page


def test_nothing_is_printed_for_a_cancelled_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session)])
        cancel_event(session, invitation.event)
    page = registration.signed_in().get(f"/events/{invitation.event_id}/invitations/{invitation.id}/letter").text
    assert "<article" not in page
    assert "Nothing to print" in page


# ── who may, and how much it costs ────────────────────────────────────────────────────────────────────────────

PAGES = ["candidates", "invitations", "invitations/{id}", "invitations/{id}/letter"]
POSTS = [
    "candidates",
    "candidates/check",
    "candidates/effect",
    "invitations/{id}/answer",
    "invitations/{id}/pass",
    "invitations/{id}/send",
]


@pytest.mark.parametrize("role", ["door", "admin"])
@pytest.mark.parametrize("page", PAGES)
def test_other_roles_are_kept_out(registration: ServiceUnderTest, role: str, page: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    address = f"/events/{invitation.event_id}/{page.format(id=invitation.id)}"
    assert registration.signed_in(role).get(address).status_code == 403
    assert registration.signed_in("candidate", kind="candidate").get(address).status_code == 403
    assert registration.client().get(address).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_another_organisation_finds_no_page(registration: ServiceUnderTest, page: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    stranger = registration.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(f"/events/{invitation.event_id}/{page.format(id=invitation.id)}").status_code == 404


@pytest.mark.parametrize("target", POSTS)
def test_another_organisation_changes_nothing(registration: ServiceUnderTest, target: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    registration.forget_outbox()
    stranger = registration.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    answer = _post(
        stranger,
        f"/events/{invitation.event_id}/{target.format(id=invitation.id)}",
        "/candidates/new",
        answer="accepted",
        candidate_ids=[invitation.candidate_id],
        invitation_ids=[invitation.id],
    )
    assert answer.status_code == 404
    assert _one(registration, invitation).state == "sent"
    assert registration.outbox() == []


def test_an_invitation_to_another_event_is_not_found(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        other = make_event(session)
    assert registration.signed_in().get(f"/events/{other.id}/invitations/{invitation.id}").status_code == 404


def test_a_forged_form_is_refused(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 2)
    answer = registration.signed_in().post(f"/events/{event.id}/candidates", data={"candidate_ids": ids})
    assert answer.status_code == 400
    assert registration.outbox(InvitationAnswered) == []


@pytest.mark.parametrize("page", ["candidates?chosen=all", "invitations"])
def test_the_number_of_queries_does_not_grow(registration: ServiceUnderTest, page: str) -> None:
    def ask(count: int) -> int:
        registration.empty()
        with registration.session() as session:
            event = make_event(session)
            people = make_candidates(session, count, email=None)
            for one in make_invitations(session, event=event, candidates=people):
                one.paper = "waits"
            make_candidates(session, count)
        return count_queries(registration, f"/events/{event.id}/{page}", "organiser")

    assert ask(3) == ask(60)


def test_the_invitations_of_the_organisation_are_counted_in_rows(registration: ServiceUnderTest) -> None:
    event, ids = _event(registration, 3)
    client, address = registration.signed_in(), f"/events/{event.id}/candidates"
    _post(client, address, address, candidate_ids=ids)
    with registration.session() as session:
        assert len(session.scalars(select(Invitation)).all()) == 3
