"""A candidate's personal link ends when the mail may be in other hands: with a new pass, with another address."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications.messages.models import Message
from services.registration.candidates.rules import Profile, change_candidate
from services.registration.events.rules import change_event, load_event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import (
    load_invitation,
    needs_paper,
    reissue_pass,
    send_again,
)
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from shared.events import InvitationAnswered, LinkRevoked, SendMessage
from shared.i18n import LANGUAGES
from shared.identity.links import SESSION_LASTS, PersonalLink, link_address
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_event, make_times
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.queries import queries_of
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest

OLD, NEW = "wrong@example.org", "right@example.org"


def path_of(registration: ServiceUnderTest, link_id: uuid.UUID | None) -> str:
    assert link_id is not None
    settings = registration.floor.settings
    return link_address(settings, link_id).removeprefix(settings.base_url)


def opened(registration: ServiceUnderTest, link_id: uuid.UUID | None) -> FlaskClient:
    """A browser that the link let in."""
    client = registration.client()
    assert client.get(path_of(registration, link_id)).status_code == 303
    return client


def expect_cut_off(client: FlaskClient, invitation: Invitation) -> None:
    answer = client.get(f"/my/invitation/{invitation.id}")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["X-Gone"]) == (410, f"/my/invitation/{invitation.id}")
    assert "Оксана" not in page
    for language in LANGUAGES:
        assert f'<section class="hd-prose" lang="{language}"' in page


def invited(registration: ServiceUnderTest, answer: str = "") -> Invitation:
    """Somebody whose invitation went to OLD."""
    with registration.session() as session:
        person = make_candidate(session, email=OLD)
        (invitation,) = make_invitations(session, candidates=[person], answers=[answer])
    registration.forget_outbox()
    return invitation


def correct(registration: ServiceUnderTest, invitation: Invitation, email: str | None) -> Invitation:
    """The address was wrong: the invitation after it was corrected."""
    with registration.session() as session:
        found = load_invitation(session, invitation.event_id, invitation.id)
        change_candidate(session, found.candidate, Profile("Оксана", "uk", email=email), SIGNING_SEED)
        return found


# ── a new pass ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("answer", ["", "accepted"])
def test_a_new_pass_ends_the_old_link_and_its_session_and_brings_a_new_one(
    registration: ServiceUnderTest, answer: str
) -> None:
    invitation = invited(registration, answer)
    old = invitation.link_id
    client = opened(registration, old)
    assert client.get(f"/my/invitation/{invitation.id}").status_code == 200
    with registration.session() as session:
        found = load_invitation(session, invitation.event_id, invitation.id)
        reissue_pass(session, found, SIGNING_SEED)
    assert registration.client().get(path_of(registration, old)).status_code == 404
    expect_cut_off(client, invitation)
    (message,), (revoked,) = registration.told(), registration.outbox(LinkRevoked)
    assert [one.link_id for one in registration.reminders()] == [message.link_id] * (answer == "accepted")
    assert revoked.link_id == old
    assert revoked.until >= clock.now() + SESSION_LASTS - timedelta(minutes=1)
    assert message.link_id == found.link_id != old
    # Planning learns the new link of somebody it knows, and nothing of the others.
    assert [one.link_id for one in registration.outbox(InvitationAnswered)] == [message.link_id] * bool(answer)
    # The new link lets the same browser in again.
    assert client.get(path_of(registration, message.link_id)).status_code == 303
    assert client.get(f"/my/invitation/{invitation.id}").status_code == 200


def test_two_new_passes_at_once_leave_one_link_that_works(
    registration: ServiceUnderTest, new_database: Callable[[str], str]
) -> None:
    sessions = make_sessions(make_engine(new_database("registration")))
    with registration.app.app_context(), sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        (invitation,) = make_invitations(session)
    faults: list[BaseException] = []
    together = threading.Barrier(3)

    def renew() -> None:
        try:
            with registration.app.app_context(), sessions.begin() as session:
                act_for(session, ORGANISATION_ID)
                found = load_invitation(session, invitation.event_id, invitation.id)
                together.wait(30)
                reissue_pass(session, found, SIGNING_SEED)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=renew) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        found = load_invitation(session, invitation.event_id, invitation.id)
        working = session.scalars(select(PersonalLink.id).where(PersonalLink.revoked_at.is_(None))).all()
    assert faults == []
    assert (found.pass_version, working) == (4, [found.link_id])


def test_sending_again_keeps_the_link(registration: ServiceUnderTest) -> None:
    invitation = invited(registration)
    with registration.session() as session:
        send_again(session, load_invitation(session, invitation.event_id, invitation.id), SIGNING_SEED)
    (message,) = registration.outbox(SendMessage)
    assert message.link_id == invitation.link_id
    assert registration.outbox(LinkRevoked) == []


# ── another address ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "template"),
    [
        ("", "candidate_invited"),
        ("waitlisted", "candidate_invited"),
        ("accepted", "invitation_answered"),
        ("declined", None),
    ],
)
def test_a_corrected_address_ends_the_link_that_went_to_the_old_one(
    registration: ServiceUnderTest, answer: str, template: str | None
) -> None:
    invitation = invited(registration, answer)
    client = opened(registration, invitation.link_id)
    found = correct(registration, invitation, NEW)
    expect_cut_off(client, invitation)
    assert registration.client().get(path_of(registration, invitation.link_id)).status_code == 404
    assert [one.link_id for one in registration.outbox(LinkRevoked)] == [invitation.link_id]
    messages = registration.told()
    assert [one.template for one in messages] == [template] * bool(template)
    for message in messages:
        assert (message.person.email, message.link_id) == (NEW, found.link_id)
        assert message.pass_code is not None
    for told in registration.outbox(InvitationAnswered):
        assert (told.link_id, told.candidate.email) == (found.link_id, NEW)
    assert opened(registration, found.link_id).get(f"/my/invitation/{invitation.id}").status_code == 200


def test_an_invitation_to_the_old_address_that_comes_late_does_not_take_the_place_of_the_right_one(
    registration: ServiceUnderTest, notifications: ServiceUnderTest
) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session, email=OLD)])
    for email in (NEW, "third@example.org"):
        correct(registration, invitation, email)
    first, second, third = registration.outbox(SendMessage)
    for message in (third, first, second):
        notifications.deliver(message)
    with notifications.session() as session:
        waiting = session.scalars(select(Message).where(Message.state == "queued")).all()
    assert [(one.id, one.link_id) for one in waiting] == [(third.message_id, third.link_id)]


def test_an_address_that_was_nobodys_is_taken_away_and_paper_takes_its_place(registration: ServiceUnderTest) -> None:
    invitation = invited(registration)
    client = opened(registration, invitation.link_id)
    assert needs_paper(correct(registration, invitation, None))
    expect_cut_off(client, invitation)
    (letter,) = registration.outbox(SendMessage)
    assert (letter.template, letter.person.email) == ("candidate_invited", None)


@pytest.mark.parametrize("email", [OLD, None])
def test_other_corrections_end_no_link(registration: ServiceUnderTest, email: str | None) -> None:
    """The same address, or the first one: nobody else ever had the link."""
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session, email=email)])
    client = opened(registration, invitation.link_id)
    registration.forget_outbox()
    assert correct(registration, invitation, OLD).link_id == invitation.link_id
    assert client.get(f"/my/invitation/{invitation.id}").status_code == 200
    assert registration.outbox() == []


def test_links_for_other_people_and_for_events_that_are_over_stay(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        mine, other = make_invitations(session, 2)
        (past,) = make_invitations(session, event=make_event(session), candidates=[mine.candidate])
        past.event.ends_at = clock.now() - timedelta(hours=1)
        past.event.starts_at = past.event.first_round_at = past.event.ends_at - timedelta(hours=3)
    registration.forget_outbox()
    correct(registration, mine, NEW)
    assert [one.link_id for one in registration.outbox(LinkRevoked)] == [mine.link_id]
    opened(registration, other.link_id)
    opened(registration, past.link_id)


# ── sessions ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_programs_are_told_as_json(registration: ServiceUnderTest) -> None:
    invitation = invited(registration)
    client = opened(registration, invitation.link_id)
    correct(registration, invitation, NEW)
    answer = client.get(f"/api/my/invitations/{invitation.id}")
    assert answer.status_code == 410
    assert answer.get_json()["code"] == "link_ended"


def test_who_is_signed_in_beside_a_dead_link_stays_so(registration: ServiceUnderTest) -> None:
    invitation = invited(registration)
    client = opened(registration, invitation.link_id)
    registration.signed_in("organiser", client=client)
    correct(registration, invitation, NEW)
    expect_cut_off(client, invitation)
    assert client.get("/events").status_code == 200
    assert client.get("/help").status_code == 200


def test_a_session_by_link_costs_one_look_up_like_every_other(registration: ServiceUnderTest) -> None:
    invitation = invited(registration)
    by_link = opened(registration, invitation.link_id)
    staff = registration.signed_in("organiser")
    looks = []
    for client, address in ((by_link, f"/my/invitation/{invitation.id}"), (staff, f"/events/{invitation.event_id}")):
        with queries_of(registration) as statements:
            assert client.get(address).status_code == 200
        looks.append([one for one in statements if "ended_session" in one or "personal_link" in one])
    assert [len(one) for one in looks] == [1, 1]
    # One of one place for staff, two places for a link, in the same index.
    with registration.sessions() as session:
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = session.connection().exec_driver_sql(
            "EXPLAIN SELECT session_id FROM ended_session WHERE session_id IN ('a', 'b')"
        )
        assert "pk_ended_session" in "\n".join(row[0] for row in plan)


# ── an event on another day ───────────────────────────────────────────────────────────────────────────────────


def test_links_of_all_who_were_asked_last_until_a_day_after_the_moved_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        people = [*make_candidates(session, 4), make_candidate(session)]
        answers = ["", "accepted", "declined", "waitlisted", ""]
        invitations = make_invitations(session, candidates=people, answers=answers)
    old = invitations[0].link_id
    correct(registration, invitations[0], NEW)
    with registration.session() as session:
        event = load_event(session, invitations[0].event_id)
        before = event.ends_at + timedelta(days=1)
        change_event(session, event, times=make_times(event.starts_at.astimezone() + timedelta(days=30)))
        links = {link.id: link for link in session.scalars(select(PersonalLink))}
        ends = event.ends_at + timedelta(days=1)
    expected = {link_id: ends if link_id != old else before for link_id in links}
    assert len(links) == 6
    for link_id, link in links.items():
        assert abs(link.expires_at - expected[link_id]) < timedelta(minutes=1)
    assert old is not None
    assert links[old].revoked_at is not None
