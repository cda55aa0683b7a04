"""Booking a stand: each rule and each refusal apart."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.registration.events.rules import cancel_event
from services.registration.stands.attending import load_attending
from services.registration.stands.errors import (
    BookingClosed,
    BookingUnknown,
    InvitationUnknown,
    LanguagesMissing,
    NothingHeld,
    StandLost,
    StandsAtLimit,
    StandTaken,
    StandUnknown,
)
from services.registration.stands.holds import choose_slot, minutes_left
from services.registration.stands.models import EmployerInvitation, StandBooking
from services.registration.stands.rules import (
    confirm_booking,
    give_up_booking,
    hold_stand,
    keep_hold,
    move_booking,
    release_hold,
    stand_states,
    take_away_booking,
)
from shared import clock
from shared.errors import NotFound
from shared.events import CancelCalendarEntry, PutCalendarEntry, StandBooked, StandCancelled
from tests.factories.events import make_event
from tests.factories.stands import find_stand, make_booking, make_hold, make_invitation
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest

LANGUAGES = {"nl": "C2", "en": "B2"}


def states(session: Session, invitation: EmployerInvitation) -> dict[str, str]:
    """Label → state of the stands that are not free."""
    return {one.stand.label: one.state for one in stand_states(session, invitation.event) if one.state != "free"}


def confirm(session: Session, invitation: EmployerInvitation) -> StandBooking:
    return confirm_booking(session, invitation.event_id, invitation.contact_id, LANGUAGES, 10)


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("seconds", "minutes"), [(600, 10), (599, 9), (540, 9), (60, 1), (59, 0), (0, 0), (-5, 0)])
def test_minutes_left_counts_whole_minutes(seconds: int, minutes: int) -> None:
    now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    assert minutes_left(now + timedelta(seconds=seconds), now) == minutes


@pytest.mark.parametrize(
    ("taken", "allowed", "slot"), [(set(), 1, 1), ({1}, 1, None), ({1}, 2, 2), ({2}, 2, 1), ({1, 2}, 3, 3)]
)
def test_choose_slot_is_the_first_free_one(taken: set[int], allowed: int, slot: int | None) -> None:
    assert choose_slot(taken, allowed) == slot


# ── holding ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_hold_stand_keeps_it_for_the_time_given(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False):
        invitation = make_invitation(session, make_event(session))
        booking = make_hold(session, invitation, "9")
        assert (booking.state, booking.held_until) == ("held", clock.now() + timedelta(minutes=10))
        assert states(session, invitation) == {"9": "held"}
    assert registration.outbox(StandBooked) == []


def test_hold_stand_held_by_another_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_hold(session, make_invitation(session, event), "9")
        with pytest.raises(StandTaken) as refusal:
            make_hold(session, make_invitation(session, event), "9")
        assert "9" in refusal.value.message


def test_hold_stand_booked_by_another_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_booking(session, make_invitation(session, event), "9")
        with pytest.raises(StandTaken):
            make_hold(session, make_invitation(session, event), "9")


def test_hold_stand_same_place_at_another_event_is_free(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        other = make_event(session, venue=event.venue)
        make_booking(session, make_invitation(session, event), "9")
        assert make_hold(session, make_invitation(session, other), "9").state == "held"


def test_hold_stand_whose_hold_is_over_is_free_at_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        event = make_event(session)
        first, second = make_invitation(session, event), make_invitation(session, event)
        lost = make_hold(session, first, "9")
        clocks.shift(timedelta(minutes=10))
        assert states(session, first) == {}
        taken = make_hold(session, second, "9")
        session.refresh(lost)
        assert (lost.state, taken.state, taken.invitation_id) == ("expired", "held", second.id)


def test_hold_stand_again_does_not_lengthen_the_hold(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        invitation = make_invitation(session, make_event(session))
        until = make_hold(session, invitation, "9").held_until
        clocks.shift(timedelta(minutes=4))
        assert make_hold(session, invitation, "9").held_until == until


def test_hold_stand_another_one_lets_the_first_go(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, invitation, "9")
        make_hold(session, invitation, "3")
        assert states(session, invitation) == {"3": "held"}
        assert make_hold(session, make_invitation(session, event), "9").state == "held"


def test_hold_stand_keeps_the_old_one_when_the_new_one_is_taken(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, invitation, "9")
        make_booking(session, make_invitation(session, event), "3")
        with pytest.raises(StandTaken):
            make_hold(session, invitation, "3")
        assert states(session, invitation) == {"3": "taken", "9": "held"}


def test_hold_stand_second_one_needs_the_organiser(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        one, two = make_invitation(session, event), make_invitation(session, event, stands_allowed=2)
        make_booking(session, one, "9")
        with pytest.raises(StandsAtLimit):
            make_hold(session, one, "3")
        make_booking(session, two, "1")
        make_booking(session, two, "2", title="")
        with pytest.raises(StandsAtLimit):
            make_hold(session, two, "3")
        assert states(session, one) == {"9": "taken", "1": "taken", "2": "taken"}


def test_hold_stand_of_another_hall_is_unknown(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_event(session)
        invitation, elsewhere = make_invitation(session, event), find_stand(session, other, "9")
        with pytest.raises(StandUnknown):
            hold_stand(session, event.id, invitation.contact_id, elsewhere.id, 10)


def test_hold_stand_somebody_who_was_not_invited(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_event(session)
        invitation = make_invitation(session, other)
        with pytest.raises(InvitationUnknown):
            hold_stand(session, event.id, invitation.contact_id, find_stand(session, event, "9").id, 10)


def test_hold_stand_of_another_organisation_is_unknown(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        stand = find_stand(session, event, "9")
    with registration.session() as session, pytest.raises(NotFound):
        hold_stand(session, event.id, invitation.contact_id, stand.id, 10)


def test_hold_stand_once_the_event_began(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        with time_machine.travel(event.starts_at), pytest.raises(BookingClosed):
            make_hold(session, invitation)


def test_hold_stand_of_a_cancelled_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        cancel_event(session, event)
        with pytest.raises(BookingClosed):
            make_hold(session, invitation)


def test_hold_stand_after_declining_means_coming(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        invitation.state = "declined"
        make_hold(session, invitation)
        assert invitation.state == "invited"


def test_release_hold_frees_the_stand(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_hold(session, invitation)
        release_hold(session, invitation.event_id, invitation.contact_id)
        release_hold(session, invitation.event_id, invitation.contact_id)
        assert states(session, invitation) == {}


def test_keep_hold_renews_one_that_nobody_else_wanted(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        invitation = make_invitation(session, make_event(session))
        make_hold(session, invitation, "9")
        clocks.shift(timedelta(minutes=25))
        booking = keep_hold(session, invitation.event_id, invitation.contact_id, 10)
        assert (booking.stand.label, booking.held_until) == ("9", clock.now() + timedelta(minutes=10))


def test_keep_hold_that_somebody_else_has_now(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, invitation, "9")
        clocks.shift(timedelta(minutes=11))
        make_hold(session, make_invitation(session, event), "9")
        for _ in range(2):
            with pytest.raises(StandLost):
                keep_hold(session, invitation.event_id, invitation.contact_id, 10)


def test_keep_hold_without_one(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        with pytest.raises(NothingHeld):
            keep_hold(session, invitation.event_id, invitation.contact_id, 10)


# ── confirming ────────────────────────────────────────────────────────────────────────────────────────────────


def test_confirm_booking_tells_the_planner_and_the_calendar(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        booking = make_booking(session, invitation, "9", LANGUAGES, "Bakker 李 в нічну зміну")
        assert (booking.state, booking.held_until, booking.version) == ("confirmed", None, 2)
        stand = booking.stand
    (booked,), (entry,) = registration.outbox(StandBooked), registration.outbox(PutCalendarEntry)
    assert (booked.booking_id, booked.version, booked.stand_id, booked.label) == (booking.id, 2, stand.id, "9")
    assert (booked.x, booked.y, booked.seats, booked.languages) == (stand.x, stand.y, stand.seats, LANGUAGES)
    assert (booked.employer, booked.contact.id) == (invitation.employer.name, invitation.contact_id)
    assert booked.link_id == invitation.link_id is not None
    assert [(v.title, v.hours, v.sector) for v in booked.vacancies] == [("Bakker 李 в нічну зміну", 32, "food")]
    assert (entry.key, entry.template, entry.link_id) == ("stand", "stand_confirmed", invitation.link_id)
    assert (entry.starts_at, entry.ends_at, entry.person) == (event.starts_at, event.ends_at, booked.contact)
    assert entry.values == {
        "employer": invitation.employer.name, "stand": "9", "vacancies": ["Bakker 李 в нічну зміну"],
    }  # fmt: skip


def test_confirm_booking_a_second_time_changes_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation, "9", LANGUAGES)
        assert confirm(session, invitation).id == booking.id
    assert len(registration.outbox(StandBooked)) == len(registration.outbox(PutCalendarEntry)) == 1


def test_confirm_booking_without_languages(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_hold(session, invitation)
        with pytest.raises(LanguagesMissing):
            confirm_booking(session, invitation.event_id, invitation.contact_id, {}, 10)
        assert states(session, invitation) == {"9": "held"}


def test_confirm_booking_without_a_stand(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        with pytest.raises(NothingHeld):
            confirm(session, invitation)


def test_confirm_booking_late_while_nobody_else_chose_the_stand(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        invitation = make_invitation(session, make_event(session))
        make_hold(session, invitation, "9")
        clocks.shift(timedelta(hours=3))
        assert confirm(session, invitation).stand.label == "9"


def test_confirm_booking_late_after_somebody_else_booked(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, invitation, "9")
        clocks.shift(timedelta(minutes=11))
        make_booking(session, make_invitation(session, event), "9")
        with pytest.raises(StandLost):
            confirm(session, invitation)
    assert len(registration.outbox(StandBooked)) == 1


def test_confirm_booking_second_stand_shares_the_calendar_entry(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session), stands_allowed=2)
        make_booking(session, invitation, "9")
        make_booking(session, invitation, "10", title="")
    entries = registration.outbox(PutCalendarEntry)
    assert [(entry.key, entry.values["stand"]) for entry in entries] == [("stand", "9"), ("stand", "9, 10")]
    assert entries[0].version < entries[1].version
    assert len({booked.booking_id for booked in registration.outbox(StandBooked)}) == 2


# ── changing and giving up ────────────────────────────────────────────────────────────────────────────────────


def test_move_booking_keeps_the_booking_and_tells(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        booking = make_booking(session, invitation, "9")
    registration.forget_outbox()
    with registration.session() as session:
        target = find_stand(session, event, "3")
        move_booking(session, event.id, invitation.contact_id, booking.id, target.id)
        assert states(session, load_attending(session, event.id, invitation.contact_id)) == {"3": "taken"}
    (booked,), (entry,) = registration.outbox(StandBooked), registration.outbox(PutCalendarEntry)
    assert (booked.booking_id, booked.label, booked.stand_id) == (booking.id, "3", target.id)
    assert booked.version > booking.version
    assert entry.values["stand"] == "3"


def test_move_booking_to_a_taken_stand_keeps_the_old_one(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        booking = make_booking(session, invitation, "9")
        make_hold(session, make_invitation(session, event), "3")
        with pytest.raises(StandTaken):
            move_booking(session, event.id, invitation.contact_id, booking.id, find_stand(session, event, "3").id)
        assert states(session, invitation) == {"3": "held", "9": "taken"}
    assert len(registration.outbox(StandBooked)) == 1


def test_move_booking_to_a_stand_whose_hold_is_over(registration: ServiceUnderTest) -> None:
    with registration.session() as session, time_machine.travel(clock.now(), tick=False) as clocks:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, make_invitation(session, event), "3")
        booking = make_booking(session, invitation, "9")
        clocks.shift(timedelta(minutes=10))
        move_booking(session, event.id, invitation.contact_id, booking.id, find_stand(session, event, "3").id)
        assert states(session, invitation) == {"3": "taken"}


def test_move_booking_to_where_it_is_tells_nobody(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation, "9")
        move_booking(session, invitation.event_id, invitation.contact_id, booking.id, booking.stand_id)
    assert len(registration.outbox(StandBooked)) == 1


def test_move_booking_of_somebody_else(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        mine, theirs = make_invitation(session, event), make_invitation(session, event)
        booking = make_booking(session, theirs, "9")
        with pytest.raises(BookingUnknown):
            move_booking(session, event.id, mine.contact_id, booking.id, find_stand(session, event, "3").id)


def test_give_up_booking_frees_the_stand_and_the_calendar(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation, "9")
        give_up_booking(session, invitation.event_id, invitation.contact_id, booking.id)
        assert states(session, invitation) == {}
        assert (booking.state, booking.cancelled_by) == ("cancelled", "employer")
    (given_up,), (entry,) = registration.outbox(StandCancelled), registration.outbox(CancelCalendarEntry)
    assert (given_up.booking_id, given_up.version) == (booking.id, booking.version)
    assert (entry.key, entry.template, entry.values) == ("stand", "stand_cancelled", {"stand": "9"})
    (put,) = registration.outbox(PutCalendarEntry)
    assert entry.version > put.version


def test_give_up_booking_and_book_again_is_newer_for_everybody(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        first = make_booking(session, invitation, "9")
        give_up_booking(session, invitation.event_id, invitation.contact_id, first.id)
        make_booking(session, invitation, "3", title="")
    (cancelled,), (_, entry) = registration.outbox(CancelCalendarEntry), registration.outbox(PutCalendarEntry)
    assert entry.version > cancelled.version
    assert entry.values["vacancies"] == ["Bakker in de nacht"]


def test_give_up_booking_one_of_two_keeps_the_entry_for_the_other(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session), stands_allowed=2)
        first = make_booking(session, invitation, "9")
        make_booking(session, invitation, "10", title="")
        give_up_booking(session, invitation.event_id, invitation.contact_id, first.id)
    assert registration.outbox(CancelCalendarEntry) == []
    assert registration.outbox(PutCalendarEntry)[-1].values["stand"] == "10"


def test_give_up_booking_twice_is_unknown(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation)
        give_up_booking(session, invitation.event_id, invitation.contact_id, booking.id)
        with pytest.raises(BookingUnknown):
            give_up_booking(session, invitation.event_id, invitation.contact_id, booking.id)


def test_give_up_booking_once_the_event_began(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation)
        with time_machine.travel(invitation.event.starts_at), pytest.raises(BookingClosed):
            give_up_booking(session, invitation.event_id, invitation.contact_id, booking.id)


def test_take_away_booking_by_the_organiser_also_during_the_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation)
        with time_machine.travel(invitation.event.starts_at + timedelta(minutes=5)):
            take_away_booking(session, invitation.event_id, invitation.id, booking.id)
        assert (booking.state, booking.cancelled_by) == ("cancelled", "organiser")
    assert len(registration.outbox(StandCancelled)) == len(registration.outbox(CancelCalendarEntry)) == 1


def test_take_away_booking_after_the_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        booking = make_booking(session, invitation)
        with time_machine.travel(invitation.event.ends_at), pytest.raises(BookingClosed):
            take_away_booking(session, invitation.event_id, invitation.id, booking.id)


# ── what the database itself refuses ──────────────────────────────────────────────────────────────────────────


def insert_booking(session: Session, invitation: EmployerInvitation, label: str, **columns: object) -> None:
    values = {
        "id": uuid.uuid4(), "organisation": invitation.organisation_id, "event": invitation.event_id,
        "stand": find_stand(session, invitation.event, label).id, "invitation": invitation.id,
        "slot": 1, "state": "confirmed", "now": clock.now(), **columns,
    }  # fmt: skip
    session.execute(
        text(
            "INSERT INTO stand_booking (id, organisation_id, event_id, stand_id, invitation_id, slot, state,"
            " version, held_until, created_at, confirmed_at)"
            " VALUES (:id, :organisation, :event, :stand, :invitation, :slot, :state, 1, :now, :now, :now)"
        ),
        values,
    )


@pytest.mark.parametrize("state", ["held", "confirmed"])
def test_database_refuses_a_stand_twice(registration: ServiceUnderTest, state: str) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_hold(session, make_invitation(session, event), "9")
        second = make_invitation(session, event)
        with pytest.raises(IntegrityError, match="uq_stand_booking_stand"), session.begin_nested():
            insert_booking(session, second, "9", state=state)


def test_database_refuses_a_second_stand_of_an_employer(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_booking(session, invitation, "9")
        with pytest.raises(IntegrityError, match="uq_stand_booking_slot"), session.begin_nested():
            insert_booking(session, invitation, "3")


def test_database_refuses_a_booking_for_another_event_than_the_invitation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation, other = make_invitation(session, make_event(session)), make_event(session)
        with pytest.raises(IntegrityError, match="fk_stand_booking_invitation_id_event_id"), session.begin_nested():
            insert_booking(session, invitation, "9", event=other.id)
