"""What candidates answer, whom they want to meet, when they can be there; and what others hear of it."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from services.registration.events.rules import cancel_event, load_event
from services.registration.invitations.answers import answer_invitation, choose_stay, wish_employers
from services.registration.invitations.counts import AnswersOnDay, answers_per_day, invitation_counts
from services.registration.invitations.errors import AnswerTooLate, AnswerUnknown, EmployerNotThere, RoundsUnknown
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import list_invitations, load_invitation, mark_attended
from services.registration.stands.rules import cancel_booking
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from shared.events import CancelCalendarEntry, InvitationAnswered
from tests.factories.candidates import make_candidate, make_candidates
from tests.factories.events import AMSTERDAM, make_event
from tests.factories.invitations import SIGNING_SEED, make_invitations
from tests.factories.stands import make_booking, make_employer
from tests.factories.stands import make_invitation as make_employer_invitation
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


def _answer(session: object, invitation: Invitation, answer: str, by: str = "candidate") -> None:
    answer_invitation(session, invitation, answer, SIGNING_SEED, by)  # type: ignore[arg-type]


def test_planning_hears_all_that_it_needs(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        candidate = make_candidate(
            session,
            email="o@example.org",
            languages={"uk": "C2", "nl": "A2"},
            sectors=["care", "cleaning"],
            did_sectors=["it", "office"],
            hours=24,
            school_hours=True,
        )
        (invitation,) = make_invitations(session, candidates=[candidate])
        _answer(session, invitation, "accepted")
    (told,) = registration.outbox(InvitationAnswered)
    assert (told.event_id, told.invitation_id, told.organisation_id) == (
        invitation.event_id,
        invitation.id,
        ORGANISATION_ID,
    )
    assert (told.state, told.version, told.number, told.readable_name) == ("accepted", 1, 101, "Oksana Hrytsenko")
    assert (told.candidate.kind, told.candidate.id, told.candidate.language) == ("candidate", candidate.id, "uk")
    assert (told.languages, told.sectors) == ({"uk": "C2", "nl": "A2"}, ("care", "cleaning"))
    assert told.did_sectors == ("it", "office")
    assert (told.hours, told.school_hours, told.link_id) == (24, True, invitation.link_id)


@pytest.mark.parametrize("answer", ["accepted", "declined"])
def test_who_wants_paper_is_told_nowhere_else_though_an_address_is_known(
    registration: ServiceUnderTest, answer: str
) -> None:
    with registration.session() as session:
        wants_paper = make_candidate(session, email="o@example.org", mobile="0612345678", on_paper=True)
        (invitation,) = make_invitations(session, candidates=[wants_paper])
        _answer(session, invitation, answer)
    told = registration.told()
    assert {(one.person.email, one.person.mobile) for one in told} == {(None, None)}
    assert [one.template for one in told] == ["candidate_invited", "invitation_answered"]


def test_the_candidate_gets_the_answer_confirmed_with_the_pass(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        _answer(session, invitation, "accepted")
        _answer(session, invitation, "declined")
        number = invitation.number
    _, yes, no = registration.told()
    assert (yes.template, yes.key, yes.values) == (
        "invitation_answered", "visit", {"answer": "accepted", "number": number},
    )  # fmt: skip
    assert yes.pass_code is not None
    assert (type(no), no.template, no.values) == (CancelCalendarEntry, "invitation_answered", {"answer": "declined"})
    assert no.version > yes.version


def test_who_comes_is_reminded_the_day_before_with_the_pass(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        _answer(session, invitation, "accepted")
        link_id = invitation.link_id
    (reminder,) = registration.reminders()
    assert (reminder.template, reminder.before_start) == ("candidate_reminder", 24 * 60)
    assert (reminder.person.id, reminder.link_id) == (invitation.candidate_id, link_id)
    assert reminder.pass_code is not None


def test_who_is_put_on_the_waiting_list_after_all_hears_so(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        _answer(session, invitation, "accepted")
        _answer(session, invitation, "waitlisted", by="staff")
    *_, last = registration.told()
    assert (type(last), last.template, last.key) == (CancelCalendarEntry, "candidate_waits", "visit")


def test_the_same_answer_again_is_no_news(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        _answer(session, invitation, "accepted")
        _answer(session, invitation, "accepted")
    assert len(registration.outbox(InvitationAnswered)) == 1
    assert len(registration.told()) == 2


def test_versions_rise_with_each_change(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        for answer in ("accepted", "declined", "accepted"):
            _answer(session, invitation, answer)
    told = registration.outbox(InvitationAnswered)
    assert [(one.version, one.state) for one in told] == [(1, "accepted"), (2, "declined"), (3, "accepted")]


def test_it_is_known_who_answered_and_when(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        first, second = make_invitations(session, 2)
        _answer(session, first, "accepted", by="staff")
        _answer(session, second, "declined", by="candidate")
    assert (first.answered_by, second.answered_by) == ("staff", "candidate")
    assert first.answered_at is not None


def test_the_answer_stands_once_the_event_begins(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
        invitation.event.starts_at = clock.now()
        for by in ("candidate", "staff"):
            with pytest.raises(AnswerTooLate):
                _answer(session, invitation, "declined", by)
        with pytest.raises(AnswerTooLate):
            wish_employers(session, invitation, [])
        with pytest.raises(AnswerTooLate):
            choose_stay(session, invitation, 0, 1)


def test_a_cancelled_event_takes_no_answers(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        cancel_event(session, load_event(session, invitation.event_id))
        with pytest.raises(AnswerTooLate):
            _answer(session, invitation, "accepted")


def test_who_was_there_was_there(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        mark_attended(session, invitation)
        with pytest.raises(AnswerUnknown):
            _answer(session, invitation, "declined")


# ── when all places are taken ─────────────────────────────────────────────────────────────────────────────────


def test_the_place_of_who_declines_goes_to_who_waited_longest(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, capacity=2)
        first, second, third, fourth = make_invitations(session, 4, event=event)
        for invitation in (first, second, fourth, third):
            _answer(session, invitation, "accepted")
        assert [one.state for one in (first, second, third, fourth)] == [
            "accepted",
            "accepted",
            "waitlisted",
            "waitlisted",
        ]
        _answer(session, second, "declined")
        assert [one.state for one in (first, second, third, fourth)] == [
            "accepted",
            "declined",
            "waitlisted",
            "accepted",
        ]
    told = [(one.number, one.state) for one in registration.outbox(InvitationAnswered)]
    assert told == [(101, "accepted"), (102, "accepted"), (102, "declined"), (104, "accepted")]
    assert registration.told()[-1].person.id == fourth.candidate_id


def test_who_is_taken_off_the_plan_is_withdrawn(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session)
        _answer(session, invitation, "accepted")
        _answer(session, invitation, "waitlisted", by="staff")
    assert [one.state for one in registration.outbox(InvitationAnswered)] == ["accepted", "withdrawn"]
    assert [one.template for one in registration.told()] == [
        "candidate_invited", "invitation_answered", "candidate_waits",
    ]  # fmt: skip


def test_two_at_once_do_not_get_the_last_place_both(
    registration: ServiceUnderTest, new_database: Callable[[str], str]
) -> None:
    sessions = make_sessions(make_engine(new_database("registration")))
    with registration.app.app_context(), sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        event_id = make_event(session, capacity=3).id
        ids = [one.id for one in make_invitations(session, 10, event=load_event(session, event_id))]
    faults: list[BaseException] = []

    def accept(invitation_id: uuid.UUID) -> None:
        try:
            with registration.app.app_context(), sessions.begin() as session:
                act_for(session, ORGANISATION_ID)
                _answer(session, load_invitation(session, event_id, invitation_id), "accepted")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=accept, args=(invitation_id,)) for invitation_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        counts = invitation_counts(session, event_id)
    assert faults == []
    assert (counts.accepted, counts.waitlisted) == (3, 7)


# ── wishes and hours ──────────────────────────────────────────────────────────────────────────────────────────


def test_planning_hears_whom_the_candidate_wants_to_meet(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        booking = make_booking(session, make_employer_invitation(session, event))
        employer_id = booking.invitation.employer_id
        (invitation,) = make_invitations(session, event=event)
        wish_employers(session, invitation, [employer_id, employer_id])
        _answer(session, invitation, "accepted")
        wish_employers(session, invitation, [])
        wish_employers(session, invitation, [])
    told = registration.outbox(InvitationAnswered)
    assert [one.wished_employers for one in told] == [(employer_id,), ()]


def test_only_employers_with_a_stand_can_be_wished(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invited = make_employer_invitation(session, event)
        booked = make_employer_invitation(session, event)
        booking = make_booking(session, booked)
        cancel_booking(session, booked, booking, "employer")
        (invitation,) = make_invitations(session, event=event)
        for employer_id in (invited.employer_id, booked.employer_id, make_employer(session).id, uuid.uuid4()):
            with pytest.raises(EmployerNotThere):
                wish_employers(session, invitation, [employer_id])


def test_planning_hears_when_the_candidate_can_be_there(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, answers=["accepted"])
        choose_stay(session, invitation, 2, 5)
        choose_stay(session, invitation, 2, 5)
        choose_stay(session, invitation, None, None)
    told = registration.outbox(InvitationAnswered)
    assert [(one.first_round, one.last_round) for one in told] == [(None, None), (2, 5), (None, None)]


@pytest.mark.parametrize(("first", "last"), [(3, 2), (0, 10), (10, None), (-1, 3)])
def test_rounds_that_the_event_does_not_have_are_refused(
    registration: ServiceUnderTest, first: int, last: int | None
) -> None:
    with registration.session() as session:
        (invitation,) = make_invitations(session, event=make_event(session, rounds=10))
        with pytest.raises(RoundsUnknown):
            choose_stay(session, invitation, first, last)


# ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_figures_agree_with_the_rows(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        people = [*make_candidates(session, 7), make_candidate(session, "На папері")]
        invitations = make_invitations(
            session,
            event=event,
            candidates=people,
            answers=["accepted", "accepted", "accepted", "declined", "", "", "waitlisted", ""],
        )
        mark_attended(session, invitations[0])
        invitations[1].state = "no_show"
        invitations[4].not_delivered = "address_refused"
        invitations[7].paper = "waits"
        make_invitations(session, 1)
        session.flush()
        counts = invitation_counts(session, event.id)
    assert (counts.accepted, counts.attended, counts.no_show, counts.declined) == (1, 1, 1, 1)
    assert (counts.sent, counts.waitlisted, counts.drafted) == (3, 1, 0)
    assert (counts.invited, counts.coming, counts.not_delivered, counts.needs_paper) == (8, 2, 1, 1)


def test_an_event_without_invitations_has_zeros(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        counts = invitation_counts(session, make_event(session).id)
    assert (counts.invited, counts.coming, counts.needs_paper) == (0, 0, 0)


def test_answers_are_counted_by_the_days_of_the_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitations = make_invitations(session, 4, answers=["accepted", "accepted", "declined", ""])
        # Both on one day in UTC.
        night = datetime.combine(clock.now().astimezone(AMSTERDAM).date() - timedelta(days=2), time(0, 30), AMSTERDAM)
        evening = night - timedelta(hours=1)
        invitations[0].answered_at, invitations[1].answered_at, invitations[2].answered_at = evening, night, night
        session.flush()
        counted = answers_per_day(session, invitations[0].event)
    assert counted == [AnswersOnDay(evening.date(), 1, 0), AnswersOnDay(night.date(), 1, 1)]


def test_figures_stay_within_the_organisation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitations = make_invitations(session, 2, answers=["accepted"])
    with registration.session(uuid.uuid4()) as session:
        assert invitation_counts(session, invitations[0].event_id).invited == 0
        assert list_invitations(session, invitations[0].event_id) == []
