"""The candidate's own pages."""

import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from services.registration.events.rules import cancel_event, load_event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import load_invitation, mark_attended, read_pass, verify_key
from shared import clock
from shared.events import InvitationAnswered, SendMessage
from tests.factories.candidates import make_candidate
from tests.factories.events import make_event
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.factories.stands import make_booking
from tests.factories.stands import make_invitation as make_employer_invitation
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form


def _browser(registration: ServiceUnderTest, invitation: Invitation, **changed: Any) -> FlaskClient:
    identity = {"subject_id": invitation.candidate_id, "event_id": invitation.event_id, **changed}
    return registration.signed_in("candidate", kind="candidate", **identity)


def _one(registration: ServiceUnderTest, invitation: Invitation) -> Invitation:
    with registration.session() as session:
        return load_invitation(session, invitation.event_id, invitation.id)


def _read_code(page: str) -> str | None:
    """What a scanner reads from the code on the page, drawn as a browser draws it."""
    path = re.search(r'<path d="([^"]+)" stroke="#000"', page)
    size = re.search(r'viewBox="-4 -4 (\d+) \d+"', page)
    assert path is not None
    assert size is not None
    picture = Image.new("L", (int(size[1]) * 4,) * 2, 255)
    draw = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path[1]):
        left, top = (int(x) + 4) * 4, (int(y) + 4) * 4
        draw.rectangle((left, top, left + int(width) * 4 - 1, top + 3), fill=0)
    file = io.BytesIO()
    picture.save(file, "PNG")
    found = zxingcpp.read_barcode(Image.open(file).convert("L"))
    return found.text if found else None


@pytest.mark.parametrize("answer", ["", "accepted"])
def test_the_page_holds_a_code_that_opens_the_door(registration: ServiceUnderTest, answer: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=[answer])
    page = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}")
    text = _read_code(page.text)
    assert text is not None
    assert read_pass(verify_key(SIGNING_SEED), text) == (invitation.event_id, 101, 1)
    assert "Оксана Гриценко" in page.text
    assert re.search(r"number.*<b>101</b>", page.text)
    assert "Tram 4, stop Parkweg." in page.text


def test_the_timetable_comes_from_the_planner(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        coming, silent = make_invitations(session, 2, answers=["accepted", ""])
    address = f"/scheduling/my/timetable/{coming.event_id}"
    page = _browser(registration, coming).get(f"/my/invitation/{coming.id}").text
    assert f'hx-get="{address}"' in page
    assert f'<a class="hd-link" href="{address}">' in page, "without JavaScript a plain link"
    assert address not in _browser(registration, silent).get(f"/my/invitation/{silent.id}").text


def test_yes_no_and_yes_again(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    client, address = _browser(registration, invitation), f"/my/invitation/{invitation.id}"
    assert post_form(client, address, {"answer": "accepted"}).headers["Location"] == address
    page = client.get(address).text
    assert "You told us that you will come." in page
    assert "I cannot come" in page
    assert post_form(client, address, {"answer": "declined"}, page=f"{address}/decline").status_code == 303
    page = client.get(address).text
    assert "You told us that you cannot come." in page
    assert 'stroke="#000"' not in page
    assert post_form(client, address, {"answer": "accepted"}).status_code == 303
    kept = _one(registration, invitation)
    assert (kept.state, kept.answered_by, kept.version) == ("accepted", "candidate", 3)
    assert [one.state for one in registration.outbox(InvitationAnswered)] == ["accepted", "declined", "accepted"]


@pytest.mark.parametrize("answer", ["waitlisted", "attended", "", "x"])
def test_other_answers_are_refused(registration: ServiceUnderTest, answer: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    refused = post_form(_browser(registration, invitation), f"/my/invitation/{invitation.id}", {"answer": answer})
    assert refused.status_code == 422
    assert _one(registration, invitation).state == "sent"


def test_a_full_event_leads_to_the_waiting_list(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, capacity=1)
        first, second = make_invitations(session, 2, event=event, answers=["accepted", ""])
    client, address = _browser(registration, second), f"/my/invitation/{second.id}"
    post_form(client, address, {"answer": "accepted"})
    page = client.get(address).text
    assert "You are on the waiting list." in page
    assert 'stroke="#000"' not in page
    assert _one(registration, first).state == "accepted"


def _begin(session: Session, invitation: Invitation, **ago: float) -> None:
    event = load_event(session, invitation.event_id)
    event.starts_at = event.first_round_at = clock.now() - timedelta(**ago)
    event.ends_at = event.starts_at + timedelta(hours=3)


def test_once_the_event_began_the_answer_stands(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
    client, address = _browser(registration, invitation), f"/my/invitation/{invitation.id}"
    with registration.session() as session:
        _begin(session, invitation, minutes=1)
    page = client.get(address).text
    assert "I cannot come" not in page
    assert 'stroke="#000"' in page
    refused = post_form(client, address, {"answer": "declined"}, page=f"{address}/decline")
    assert refused.status_code == 409
    assert "cannot be changed any more" in refused.text
    assert _one(registration, invitation).state == "accepted"


def test_the_code_stays_for_somebody_who_is_inside(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
        mark_attended(session, invitation)
        _begin(session, invitation, minutes=10)
    page = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}").text
    assert 'stroke="#000"' in page
    assert "/scheduling/my/timetable/" in page


@pytest.mark.parametrize("what", ["over", "cancelled"])
def test_after_the_event_the_page_says_so(registration: ServiceUnderTest, what: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
        if what == "over":
            _begin(session, invitation, hours=5)
        else:
            cancel_event(session, load_event(session, invitation.event_id))
    page = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}").text
    assert ("This meeting is over." if what == "over" else "does not take place") in page
    assert 'stroke="#000"' not in page
    assert "<button" not in page.split("<main", 1)[1].split("<dialog", 1)[0]


# ── wishes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_employers_and_hours_are_chosen(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, rounds=10)
        booking = make_booking(session, make_employer_invitation(session, event))
        make_employer_invitation(session, event)
        (invitation,) = make_invitations(session, event=event, answers=["accepted"])
        employer = booking.invitation.employer
    client, address = _browser(registration, invitation), f"/my/invitation/{invitation.id}/wishes"
    page = client.get(address).text
    assert employer.name in page
    assert "Bakker in de nacht (32 hours a week)" in page
    assert page.count('name="wished_employers"') == 1
    filled = {"wished_employers": [employer.id], "first_round": "2", "last_round": ""}
    assert post_form(client, address, filled).status_code == 303
    assert registration.outbox(InvitationAnswered)[-1].first_round == 2
    page = client.get(address).text
    assert re.search(rf'value="{employer.id}" checked', page)
    assert '<option value="2" selected>' in page
    assert "Choose the employers you want to meet (1)" in client.get(f"/my/invitation/{invitation.id}").text


@pytest.mark.parametrize(
    ("filled", "sentence"),
    [
        ({"first_round": "5", "last_round": "2"}, "Choose a first round"),
        ({"first_round": "x"}, "Fill in a whole number"),
        ({"wished_employers": ["x"]}, "is not in the list"),
        ({"wished_employers": [str(uuid.uuid4())]}, "An employer you chose is not coming any more."),
    ],
)
def test_wishes_that_cannot_be_are_refused(
    registration: ServiceUnderTest, filled: dict[str, Any], sentence: str
) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    refused = post_form(_browser(registration, invitation), f"/my/invitation/{invitation.id}/wishes", filled)
    assert refused.status_code == 422
    assert sentence in refused.text
    kept = _one(registration, invitation)
    assert (kept.wished_employers, kept.first_round) == ([], None)


def test_no_employer_yet_says_so(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    page = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}/wishes").text
    assert "No employer has booked a stand yet" in page


# ── whose page it is ──────────────────────────────────────────────────────────────────────────────────────────

PAGES = ["", "/decline", "/wishes"]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_the_page_of_somebody_else(registration: ServiceUnderTest, page: str) -> None:
    with registration.session() as session:
        mine, theirs = make_invitations(session, 2)
    address = f"/my/invitation/{theirs.id}{page}"
    assert _browser(registration, mine).get(address).status_code == 404
    assert _browser(registration, theirs, event_id=uuid.uuid4()).get(address).status_code == 404
    assert _browser(registration, theirs, organisation_id=STRANGER_ORGANISATION_ID).get(address).status_code == 404
    assert registration.signed_in("organiser").get(address).status_code == 403
    assert registration.signed_in("employer", kind="employer", event_id=mine.event_id).get(address).status_code == 403
    assert registration.client().get(address).status_code == 403


def test_nobody_answers_for_somebody_else(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        mine, theirs = make_invitations(session, 2)
    registration.forget_outbox()
    client = _browser(registration, mine)
    for page, filled in (("", {"answer": "accepted"}), ("/wishes", {"first_round": "1"})):
        address = f"/my/invitation/{theirs.id}{page}"
        assert post_form(client, address, filled, page=f"/my/invitation/{mine.id}").status_code == 404
    assert _one(registration, theirs).state == "sent"
    assert registration.outbox() == []


def test_an_answer_without_the_token_of_the_page_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    answer = _browser(registration, invitation).post(f"/my/invitation/{invitation.id}", data={"answer": "declined"})
    assert answer.status_code == 400
    assert _one(registration, invitation).state == "sent"


@pytest.mark.parametrize("name", ["Юлія Їжакевич-Ґалаґан", "O'Brien", "李", "Ї" * 200])
def test_any_name_is_shown_as_the_person_writes_it(registration: ServiceUnderTest, name: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session, name, email="a@example.org")])
    page = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}").text
    assert name.replace("'", "&#39;") in page


def test_the_page_says_nothing_about_barriers_or_addresses(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(session, email="secret@example.org", mobile="0612345678")
        (invitation,) = make_invitations(session, candidates=[candidate])
    page = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}").text
    assert "secret@" not in page
    assert "612345678" not in page


def test_the_kept_copy_has_an_end(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    response = _browser(registration, invitation).get(f"/my/invitation/{invitation.id}")
    assert response.headers["X-Keep-Until"] == (invitation.event.ends_at + timedelta(days=1)).isoformat()
    assert response.headers["Cache-Control"] == "no-store"


def test_the_message_after_an_answer_is_in_the_own_language(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        person = make_candidate(session, "Наталья", "ru", email="n@example.org")
        (invitation,) = make_invitations(session, candidates=[person])
    post_form(_browser(registration, invitation), f"/my/invitation/{invitation.id}", {"answer": "accepted"})
    assert registration.outbox(SendMessage)[-1].person.language == "ru"
