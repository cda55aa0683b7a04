"""Inviting, passes, paper, the day itself, and what follows when something else changes."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.registration.candidates.rules import Profile, change_candidate
from services.registration.events.models import Event
from services.registration.events.rules import cancel_event, change_event, load_event
from services.registration.invitations.errors import (
    ChosenUnknown,
    EventNotForInviting,
    InvitationUnknown,
    NobodyChosen,
    PassesUsedUp,
)
from services.registration.invitations.jobs import mark_no_shows_of_events
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import (
    LAST_PASS_VERSION,
    LATE_SCANS,
    answer_invitation,
    invite_candidates,
    list_invitations,
    load_invitation,
    load_own_invitation,
    mark_attended,
    needs_paper,
    read_pass,
    reissue_pass,
    send_again,
    verify_key,
)
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from shared.events import InvitationAnswered, LetterOnPaper, MessageFailed, SendMessage
from shared.identity.links import PersonalLink, link_address
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import make_event, make_times, make_venue
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest

# ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_gets_a_number_a_link_and_a_message_in_the_own_language(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        candidates = make_candidates(session, 6)
        invitations = invite_candidates(session, event, [one.id for one in candidates], SIGNING_SEED)
        links = {link.id: link for link in session.scalars(select(PersonalLink))}
    assert [one.number for one in invitations] == [101, 102, 103, 104, 105, 106]
    assert {one.state for one in invitations} == {"sent"}
    messages = registration.outbox(SendMessage)
    assert [message.person.language for message in messages] == [one.language for one in candidates]
    for invitation, message in zip(invitations, messages, strict=True):
        assert message.template == "candidate_invited"
        assert message.values == {"number": invitation.number, "readable_name": invitation.candidate.readable_name}
        assert message.pass_code is not None
        assert read_pass(verify_key(SIGNING_SEED), message.pass_code) == (event.id, invitation.number, 1)
        link = links[message.link_id]
        assert (link.kind, link.person_id, link.event_id) == ("candidate", invitation.candidate_id, event.id)
        assert link.path == f"/my/invitation/{invitation.id}"
        assert abs(link.expires_at - event.ends_at - timedelta(days=1)) < timedelta(minutes=1)


def test_the_link_opens_the_own_page(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    assert invitation.link_id is not None
    address = link_address(registration.floor.settings, invitation.link_id)
    client = registration.client()
    answer = client.get(address.removeprefix(registration.floor.settings.base_url))
    assert answer.headers["Location"] == f"/my/invitation/{invitation.id}"
    assert client.get(answer.headers["Location"]).status_code == 200


def test_inviting_twice_sends_nothing_twice(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        ids = [one.id for one in make_candidates(session, 3)]
        invite_candidates(session, event, ids[:2], SIGNING_SEED)
        registration_again = invite_candidates(session, event, [*ids, *ids], SIGNING_SEED)
        assert [one.number for one in registration_again] == [103]
        assert invite_candidates(session, event, ids, SIGNING_SEED) == []
    assert len(registration.outbox(SendMessage)) == 3


def test_numbers_go_on_and_begin_anew_at_each_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        first, second = make_event(session), make_event(session)
        ids = [one.id for one in make_candidates(session, 3)]
        invite_candidates(session, first, ids[:1], SIGNING_SEED)
        assert [one.number for one in invite_candidates(session, first, ids[1:], SIGNING_SEED)] == [102, 103]
        assert [one.number for one in invite_candidates(session, second, ids, SIGNING_SEED)] == [101, 102, 103]


def test_who_has_no_address_waits_for_paper(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        by_mobile, on_paper = make_candidate(session, mobile="0612345678"), make_candidate(session, "李")
        wants_paper = make_candidate(session, "Олена", email="o@example.org", on_paper=True)
        invitations = invite_candidates(session, event, [by_mobile.id, on_paper.id, wants_paper.id], SIGNING_SEED)
        assert [(one.state, needs_paper(one)) for one in invitations] == [
            ("sent", False), ("drafted", True), ("drafted", True)
        ]  # fmt: skip
    asked = registration.outbox(SendMessage)
    assert [(one.person.email, one.person.mobile) for one in asked] == [
        (None, "+31612345678"),
        (None, None),
        (None, None),
    ]
    assert all(one.pass_code for one in asked)


def test_a_letter_counts_as_sent_when_it_was_printed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        ids = [make_candidate(session, mobile="0612345678").id, make_candidate(session, "李").id]
        sms, paper = invite_candidates(session, event, ids, SIGNING_SEED)
    printed_at = clock.now()
    registration.deliver(_letter(sms, None))
    with registration.session() as session:
        assert needs_paper(load_invitation(session, event.id, sms.id)), "where no provider of SMS is set"
    for printed in (_letter(sms, printed_at), _letter(paper, printed_at), _letter(paper, None)):
        registration.deliver(printed)
    with registration.session() as session:
        for one in list_invitations(session, event.id):
            assert (one.state, one.handed_out_at, needs_paper(one)) == ("sent", printed_at, False)


def test_an_older_letter_says_nothing_of_the_newest(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = invite_candidates(session, make_event(session), [make_candidate(session).id], SIGNING_SEED)
        old = _letter(invitation, clock.now())
        reissue_pass(session, invitation, SIGNING_SEED)
    registration.deliver(old)
    with registration.session() as session:
        now = load_invitation(session, invitation.event_id, invitation.id)
        assert (now.state, now.handed_out_at, needs_paper(now)) == ("drafted", None, True)


def _letter(invitation: Invitation, printed_at: datetime | None) -> LetterOnPaper:
    assert invitation.message_id is not None
    return LetterOnPaper(
        invitation.organisation_id, invitation.event_id, invitation.message_id, "candidate_invited", "candidate",
        invitation.candidate_id, printed_at,
    )  # fmt: skip


@pytest.mark.parametrize("state", ["draft", "closed", "archived", "cancelled"])
def test_nobody_is_asked_to_an_event_that_is_not_open(registration: ServiceUnderTest, state: str) -> None:
    with registration.session() as session:
        event = make_event(session)
        event.state = state
        session.flush()
        with pytest.raises(EventNotForInviting):
            invite_candidates(session, event, [make_candidate(session).id], SIGNING_SEED)


def test_nobody_is_asked_to_an_event_that_is_over(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        event.starts_at = event.first_round_at = clock.now() - timedelta(hours=4)
        event.ends_at = clock.now() - timedelta(minutes=1)
        session.flush()
        with pytest.raises(EventNotForInviting):
            invite_candidates(session, event, [make_candidate(session).id], SIGNING_SEED)


def test_an_empty_choice_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session, pytest.raises(NobodyChosen):
        invite_candidates(session, make_event(session), [], SIGNING_SEED)


def test_somebody_unknown_is_refused_and_nobody_invited(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        stranger = make_candidate(session)
    with registration.session() as session:
        event, known = make_event(session), make_candidate(session)
        for unknown in (uuid.uuid4(), stranger.id):
            with pytest.raises(ChosenUnknown):
                invite_candidates(session, event, [known.id, unknown], SIGNING_SEED)
        assert list_invitations(session, event.id) == []


def test_two_at_once_give_no_number_twice(registration: ServiceUnderTest, new_database: Callable[[str], str]) -> None:
    sessions = make_sessions(make_engine(new_database("registration")))
    with registration.app.app_context(), sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        event_id = make_event(session).id
        ids = [one.id for one in make_candidates(session, 12)]
    faults: list[BaseException] = []

    def invite(chosen: list[uuid.UUID]) -> None:
        try:
            with registration.app.app_context(), sessions.begin() as session:
                act_for(session, ORGANISATION_ID)
                invite_candidates(session, load_event(session, event_id), chosen, SIGNING_SEED)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=invite, args=(ids[start : start + 6],)) for start in (0, 2, 4, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        numbers = [one.number for one in list_invitations(session, event_id)]
    assert faults == []
    assert numbers == list(range(101, 113))


@pytest.mark.parametrize("name", ["Юлія Їжакевич-Ґалаґан", "O'Brien", "李", "Ї" * 200])
def test_any_name_travels_whole(registration: ServiceUnderTest, name: str) -> None:
    with registration.session() as session:
        invitations = make_invitations(session, candidates=[make_candidate(session, name, email="a@example.org")])
        answer_invitation(session, invitations[0], "accepted", SIGNING_SEED)
    assert registration.outbox(SendMessage)[0].person.name == name
    assert registration.outbox(InvitationAnswered)[0].candidate.name == name


# ── passes and paper ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_pass_makes_the_old_one_void_and_is_sent(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        reissue_pass(session, invitation, SIGNING_SEED)
        assert invitation.pass_version == 2
    first, second = (read_pass(verify_key(SIGNING_SEED), one.pass_code) for one in registration.outbox(SendMessage))
    assert first is not None
    assert second is not None
    assert (first.version, second.version) == (1, 2)
    assert second == invitation.pass_content


def test_a_new_pass_of_somebody_without_address_is_printed(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session)])
        assert not needs_paper(invitation)
        reissue_pass(session, invitation, SIGNING_SEED)
        assert needs_paper(invitation)


def test_passes_run_out_one_day(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        invitation.pass_version = LAST_PASS_VERSION
        with pytest.raises(PassesUsedUp):
            reissue_pass(session, invitation, SIGNING_SEED)


def test_no_new_pass_for_an_event_that_is_cancelled(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        cancel_event(session, invitation.event)
        with pytest.raises(EventNotForInviting):
            reissue_pass(session, invitation, SIGNING_SEED)
        with pytest.raises(EventNotForInviting):
            send_again(session, invitation, SIGNING_SEED)


def test_sending_again_goes_to_the_corrected_address(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session)])
        send_again(session, invitation, SIGNING_SEED)
        assert needs_paper(invitation)
        change_candidate(
            session, invitation.candidate, Profile("Оксана", "uk", email="right@example.org"), SIGNING_SEED
        )
        send_again(session, invitation, SIGNING_SEED)
    assert [one.person.email for one in registration.outbox(SendMessage)] == [None, None, "right@example.org"]


def test_a_message_that_did_not_arrive_is_kept_with_its_reason(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        first = invitation.message_id
        assert first is not None

    def fail(message_id: uuid.UUID, kind: str = "candidate") -> str | None:
        registration.deliver(
            MessageFailed(
                ORGANISATION_ID,
                invitation.event_id,
                message_id,
                "candidate_invited",
                kind,
                invitation.candidate_id,
                "address_refused",
            )
        )
        with registration.session() as session:
            return load_invitation(session, invitation.event_id, invitation.id).not_delivered

    assert fail(uuid.uuid4()) is None
    assert fail(first, "contact") is None
    assert fail(first) == "address_refused"
    with registration.session() as session:
        send_again(session, load_invitation(session, invitation.event_id, invitation.id), SIGNING_SEED)
    assert fail(first) is None, "an overtaken message says nothing about the newest"


# ── finding ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_candidate_finds_only_the_own_invitation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        first, second = make_invitations(session, 2)
        assert load_own_invitation(session, first.id, first.candidate_id, first.event_id).id == first.id
        for candidate_id, event_id in [
            (second.candidate_id, first.event_id),
            (first.candidate_id, uuid.uuid4()),
            (uuid.uuid4(), None),
        ]:
            with pytest.raises(InvitationUnknown):
                load_own_invitation(session, first.id, candidate_id, event_id)


def test_another_organisation_finds_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        assert list_invitations(session, invitation.event_id) == []
        with pytest.raises(InvitationUnknown):
            load_invitation(session, invitation.event_id, invitation.id)
        with pytest.raises(InvitationUnknown):
            load_own_invitation(session, invitation.id, invitation.candidate_id, invitation.event_id)


# ── the day itself, and after ─────────────────────────────────────────────────────────────────────────────────


def test_somebody_expected_who_comes_is_no_news_for_planning(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
    registration.forget_outbox()
    with registration.session() as session:
        invitation = load_invitation(session, invitation.event_id, invitation.id)
        mark_attended(session, invitation)
        mark_attended(session, invitation)
        assert invitation.state == "attended"
    assert registration.outbox() == []


@pytest.mark.parametrize("answer", ["", "declined", "waitlisted"])
def test_somebody_unexpected_who_comes_is_planned(registration: ServiceUnderTest, answer: str) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=[answer])
    registration.forget_outbox()
    with registration.session() as session:
        mark_attended(session, load_invitation(session, invitation.event_id, invitation.id))
    (told,) = registration.outbox(InvitationAnswered)
    assert told.state == "accepted"


def _end(session: object, event: Event, ago: timedelta) -> None:
    event.ends_at = clock.now() - ago
    event.starts_at = event.first_round_at = event.ends_at - timedelta(hours=3)


def test_who_was_expected_and_not_seen_did_not_come(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        came, absent, silent = make_invitations(session, 3, answers=["accepted", "accepted", ""])
        mark_attended(session, came)
        _end(session, came.event, LATE_SCANS + timedelta(minutes=1))
    mark_no_shows_of_events(registration.sessions)
    mark_no_shows_of_events(registration.sessions)
    with registration.session() as session:
        states = {one.id: one.state for one in list_invitations(session, came.event_id)}
    assert states == {came.id: "attended", absent.id: "no_show", silent.id: "sent"}


def test_phones_get_time_to_hand_in_their_scans(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        came, late = make_invitations(session, 2, answers=["accepted"])
        mark_attended(session, came)
        _end(session, came.event, LATE_SCANS - timedelta(minutes=5))
    mark_no_shows_of_events(registration.sessions)
    with registration.session() as session:
        assert load_invitation(session, late.event_id, late.id).state == "accepted"


def test_nobody_is_absent_where_nobody_scanned(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
        _end(session, invitation.event, timedelta(days=2))
    mark_no_shows_of_events(registration.sessions)
    with registration.session() as session:
        assert load_invitation(session, invitation.event_id, invitation.id).state == "accepted"


def test_a_scan_that_arrives_very_late_makes_it_good(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
        invitation.state = "no_show"
        mark_attended(session, invitation)
        assert invitation.state == "attended"


# ── what follows when something else changes ──────────────────────────────────────────────────────────────────


def test_everybody_who_counts_on_a_moved_event_hears_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitations = make_invitations(session, 4, answers=["", "accepted", "declined", "waitlisted"])
        event = load_event(session, invitations[0].event_id)
        old_start, old_place = event.starts_at, event.venue.name
        registration_messages = len(registration.outbox())
        assert registration_messages == 0
    registration.forget_outbox()
    with registration.session() as session:
        event = load_event(session, event.id)
        later = make_times(event.starts_at.astimezone() + timedelta(days=1))
        change_event(session, event, times=later, venue_id=make_venue(session, "Buurthuis").id)
        new_end = event.ends_at
        expiries = set(session.scalars(select(PersonalLink.expires_at)))
    messages = [one for one in registration.told() if one.person.kind == "candidate"]
    assert {one.person.id for one in messages} == {invitations[i].candidate_id for i in (0, 1, 3)}
    assert len(messages) == 3
    for message in messages:
        assert message.template == "event_moved"
        assert message.values.items() >= {"old_starts_at": old_start.isoformat(), "old_place": old_place}.items()
        assert message.link_id is not None
    assert new_end + timedelta(days=1) in expiries


def test_paper_is_printed_again_after_a_move(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, candidates=[make_candidate(session)])
        assert not needs_paper(invitation)
        event = load_event(session, invitation.event_id)
        change_event(session, event, times=make_times(event.starts_at.astimezone() + timedelta(days=1)))
        assert (invitation.state, invitation.handed_out_at) == ("sent", None)
    told = [one for one in registration.outbox(SendMessage) if one.person.kind == "candidate"]
    assert [one.template for one in told] == ["candidate_invited", "event_moved"]
    registration.deliver(_letter(invitation, None))
    with registration.session() as session:
        assert needs_paper(load_invitation(session, invitation.event_id, invitation.id))


def test_a_change_that_moves_nothing_is_no_news(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
    registration.forget_outbox()
    with registration.session() as session:
        change_event(session, load_event(session, invitation.event_id), name="Another name")
    assert registration.outbox(SendMessage) == []


def test_everybody_who_counts_on_a_cancelled_event_hears_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitations = make_invitations(session, 3, answers=["", "accepted", "declined"])
    registration.forget_outbox()
    with registration.session() as session:
        cancel_event(session, load_event(session, invitations[0].event_id))
    messages = registration.told()
    assert [(one.template, one.person.id) for one in messages] == [
        ("event_cancelled", invitations[0].candidate_id),
        ("event_cancelled", invitations[1].candidate_id),
    ]


def test_planning_hears_what_was_corrected_about_somebody_it_knows(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        known, unknown = make_invitations(session, 2, answers=["accepted", ""])
    registration.forget_outbox()
    with registration.session() as session:
        for invitation in (known, unknown):
            candidate = load_invitation(session, known.event_id, invitation.id).candidate
            change_candidate(
                session,
                candidate,
                Profile(candidate.name, "uk", languages={"nl": "B2"}, hours=12, did_sectors=["care"]),
                SIGNING_SEED,
            )
    (told,) = registration.outbox(InvitationAnswered)
    assert (told.invitation_id, told.version, told.languages, told.hours) == (known.id, 2, {"nl": "B2"}, 12)
    assert told.did_sectors == ("care",)


# ── the database ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        "state = 'invited'",
        "number = 0",
        "number = 4294967296",
        "pass_version = 0",
        "pass_version = 65536",
        "first_round = -1",
        "first_round = 3, last_round = 2",
        "answered_by = 'nobody'",
        "number = 101",
        "candidate_id = (SELECT candidate_id FROM invitation WHERE number = 101)",
    ],
)
def test_the_database_holds_the_rules(registration: ServiceUnderTest, change: str) -> None:
    with registration.session() as session:
        make_invitations(session, 2)
    with pytest.raises(IntegrityError), registration.session() as session:
        session.execute(text(f"UPDATE invitation SET {change} WHERE number = 102"))


def test_the_largest_number_and_version_fit(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        invitation.number, invitation.pass_version = 2**32 - 1, 2**16 - 1
        session.flush()
        assert session.scalar(select(Invitation.number)) == 2**32 - 1
