"""Inviting employers, their answers, messages that did not arrive, and events that move or are cancelled."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.events.models import Event
from services.registration.events.rules import cancel_event, change_event, lock_event
from services.registration.stands.attending import load_attending
from services.registration.stands.employers import ContactDetails, add_contact, load_employer
from services.registration.stands.errors import (
    BookingClosed,
    ContactExists,
    ContactUnknown,
    FewerThanBooked,
    InvitationsClosed,
    InvitationUnknown,
    NobodyChosen,
    StillBooked,
)
from services.registration.stands.inviting import (
    allow_stands,
    change_contact,
    come_after_all,
    decline,
    invite_employer,
    invite_employers,
    send_again,
)
from services.registration.stands.models import EmployerInvitation
from services.registration.stands.rules import stand_states
from shared import clock
from shared.events import CancelCalendarEntry, LinkRevoked, MessageFailed, PutCalendarEntry, SendMessage, StandBooked
from shared.identity import PersonalLink, link_address
from tests.factories.events import make_event, make_times, make_venue
from tests.factories.stands import (
    make_booking,
    make_contact,
    make_employer,
    make_employers,
    make_hold,
    make_invitation,
)
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


def link_of(session: Session, invitation: EmployerInvitation) -> PersonalLink:
    return session.scalars(select(PersonalLink).where(PersonalLink.id == invitation.link_id)).one()


def opened(registration: ServiceUnderTest, invitation: EmployerInvitation) -> FlaskClient:
    """A browser that the invitation's link let in."""
    settings, client = registration.floor.settings, registration.client()
    answer = client.get(link_address(settings, invitation.link_id).removeprefix(settings.base_url))
    assert answer.status_code == 303
    return client


# ── inviting ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_invite_employer_writes_with_a_personal_link(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        employer = make_employer(session, "Кафе Їжак", "Олена О'Ніл", language="uk", phone="+31612345678")
        invitation = make_invitation(session, event, employer)
        link = link_of(session, invitation)
    (message,) = registration.outbox(SendMessage)
    assert (message.template, message.values) == ("employer_invited", {"employer": "Кафе Їжак"})
    assert (message.message_id, message.link_id, message.event_id) == (invitation.message_id, link.id, event.id)
    assert (message.person.kind, message.person.name, message.person.language) == ("contact", "Олена О'Ніл", "uk")
    assert (link.kind, link.person_id, link.event_id) == ("employer", invitation.contact_id, event.id)
    assert link.path == f"/my/stands/{event.id}"
    assert abs(link.expires_at - event.ends_at - timedelta(days=1)) < timedelta(seconds=5)


def test_invite_employer_twice_sends_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, employer = make_event(session), make_employer(session)
        assert make_invitation(session, event, employer).id == make_invitation(session, event, employer).id
    assert len(registration.outbox(SendMessage)) == 1


def test_invite_employer_to_a_draft_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, contact = make_event(session, published=False), make_contact(session, make_employer(session))
        with pytest.raises(InvitationsClosed):
            invite_employer(session, event, contact)


def test_invite_employer_once_the_event_began_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, contact = make_event(session), make_contact(session, make_employer(session))
        with time_machine.travel(event.starts_at), pytest.raises(InvitationsClosed):
            invite_employer(session, event, contact)


def test_invite_employers_several_at_once_each_the_contact_that_was_chosen(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        employers = make_employers(session, 3)
        second = add_contact(session, employers[1], ContactDetails("Els", "els@zonneveld.example", "en"))
        invite_employers(session, event, [one.id for one in employers], {employers[1].id: second.id})
    people = [message.person.name for message in registration.outbox(SendMessage)]
    assert people == ["Hans van Loenen", "Els", "Joost Harmsen"]


def test_invite_employers_nobody(registration: ServiceUnderTest) -> None:
    with registration.session() as session, pytest.raises(NobodyChosen):
        invite_employers(session, make_event(session), [], {})


def test_invite_employers_with_a_contact_of_another_employer(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        one, other = make_employers(session, 2)
        with pytest.raises(ContactUnknown):
            invite_employers(session, event, [one.id], {one.id: make_contact(session, other).id})


# ── sending again ─────────────────────────────────────────────────────────────────────────────────────────────


def test_send_again_is_a_new_message_and_counts_as_delivered_until_told_otherwise(
    registration: ServiceUnderTest,
) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        invitation.undelivered = "address_refused"
        send_again(session, event.id, invitation.id)
        assert invitation.undelivered is None
    first, second = registration.outbox(SendMessage)
    assert (second.template, second.message_id) == ("employer_invited", invitation.message_id)
    assert first.message_id != second.message_id


def test_send_again_keeps_the_link_that_scheduling_knows(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_booking(session, invitation)
        send_again(session, event.id, invitation.id)
        assert link_of(session, invitation).revoked_at is None
    (booked,) = registration.outbox(StandBooked)
    assert {one.link_id for one in registration.outbox(SendMessage)} == {booked.link_id}
    assert registration.outbox(LinkRevoked) == []


def test_send_again_to_another_contact_takes_the_link_from_the_first(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, employer = make_event(session), make_employer(session)
        invitation = make_invitation(session, event, employer)
        old_contact, old_link = invitation.contact_id, link_of(session, invitation)
        els = add_contact(session, employer, ContactDetails("Els", "els@loenen.example", "en"))
        send_again(session, event.id, invitation.id, els.id)
        session.refresh(old_link)
        assert old_link.revoked_at is not None
        assert link_of(session, invitation).person_id == els.id
        with pytest.raises(InvitationUnknown):
            load_attending(session, event.id, old_contact)
        assert load_attending(session, event.id, els.id).id == invitation.id
    assert [message.person.name for message in registration.outbox(SendMessage)] == ["Hans van Loenen", "Els"]


def test_send_again_to_another_contact_takes_the_stand_along_and_no_calendar_goes_stale(
    registration: ServiceUnderTest,
) -> None:
    with registration.session() as session:
        event, employer = make_event(session), make_employer(session)
        invitation = make_invitation(session, event, employer)
        make_booking(session, invitation, "9")
        old_contact = invitation.contact_id
        els = add_contact(session, employer, ContactDetails("Els", "els@loenen.example", "en"))
        send_again(session, event.id, invitation.id, els.id)
    (taken_out,) = registration.outbox(CancelCalendarEntry)
    old, new = registration.outbox(PutCalendarEntry)
    assert (taken_out.person.id, old.person.id, new.person.id) == (old_contact, old_contact, els.id)
    assert old.version < taken_out.version < new.version
    booked = registration.outbox(StandBooked)
    assert booked[-1].contact.id == els.id
    assert booked[-1].link_id == new.link_id != booked[0].link_id
    assert [one.link_id for one in registration.outbox(LinkRevoked)] == [booked[0].link_id]


def test_send_again_to_another_contact_ends_the_session_of_the_first(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, employer = make_event(session), make_employer(session)
        invitation = make_invitation(session, event, employer)
        els = add_contact(session, employer, ContactDetails("Els", "els@loenen.example", "en"))
    old = opened(registration, invitation)
    assert old.get(f"/my/stands/{event.id}").status_code == 200
    with registration.session() as session:
        invitation = send_again(session, event.id, invitation.id, els.id)
    assert old.get(f"/my/stands/{event.id}").status_code == 410
    assert opened(registration, invitation).get(f"/my/stands/{event.id}").status_code == 200


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_decline_frees_what_was_held(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_hold(session, invitation, "9")
        decline(session, event.id, invitation.contact_id)
        assert invitation.state == "declined"
        assert {one.state for one in stand_states(session, event)} == {"free"}


def test_decline_with_a_stand_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        make_booking(session, invitation)
        with pytest.raises(StillBooked):
            decline(session, invitation.event_id, invitation.contact_id)


def test_come_after_all(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        decline(session, invitation.event_id, invitation.contact_id)
        come_after_all(session, invitation.event_id, invitation.contact_id)
        assert invitation.state == "invited"


def test_decline_once_the_event_began(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        with time_machine.travel(invitation.event.starts_at), pytest.raises(BookingClosed):
            decline(session, invitation.event_id, invitation.contact_id)


def test_allow_stands_fewer_than_booked_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        allow_stands(session, event.id, invitation.id, 2)
        make_booking(session, invitation, "9")
        make_booking(session, invitation, "10", title="")
        with pytest.raises(FewerThanBooked):
            allow_stands(session, event.id, invitation.id, 1)


# ── messages that did not arrive ──────────────────────────────────────────────────────────────────────────────


def failure_of(invitation: EmployerInvitation) -> MessageFailed:
    return MessageFailed(
        organisation_id=ORGANISATION_ID,
        event_id=invitation.event_id,
        message_id=invitation.message_id,
        template="employer_invited",
        person_kind="contact",
        person_id=invitation.contact_id,
        reason="address_refused",
    )


def undelivered(registration: ServiceUnderTest, invitation: EmployerInvitation) -> str | None:
    with registration.session() as session:
        return load_attending(session, invitation.event_id, invitation.contact_id).undelivered


def test_message_failed_shows_on_the_invitation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
    event_id = uuid.uuid4()
    assert registration.deliver(failure_of(invitation), event_id)
    assert not registration.deliver(failure_of(invitation), event_id)
    assert undelivered(registration, invitation) == "address_refused"


def test_message_failed_of_an_older_invitation_is_overtaken(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        failed = failure_of(invitation)
        send_again(session, invitation.event_id, invitation.id)
    registration.deliver(failed)
    assert undelivered(registration, invitation) is None


@pytest.mark.parametrize(
    "other", [{"person_kind": "candidate"}, {"event_id": None}, {"person_id": uuid.uuid4()}, {"event_id": uuid.uuid4()}]
)
def test_message_failed_of_somebody_else_changes_nothing(
    registration: ServiceUnderTest, other: dict[str, object]
) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
    registration.deliver(replace(failure_of(invitation), **other))  # type: ignore[arg-type]
    assert undelivered(registration, invitation) is None


# ── an event that moves or is cancelled ───────────────────────────────────────────────────────────────────────


def prepare(session: Session) -> tuple[Event, dict[str, EmployerInvitation]]:
    """An event with an employer in every state."""
    event = make_event(session)
    names = ("booked", "two stands", "held", "invited", "declined")
    invitations = {
        name: make_invitation(session, event, make_employer(session, name), stands_allowed=2) for name in names
    }
    make_booking(session, invitations["booked"], "1")
    make_booking(session, invitations["two stands"], "2")
    make_booking(session, invitations["two stands"], "3", title="")
    make_hold(session, invitations["held"], "4")
    decline(session, event.id, invitations["declined"].contact_id)
    return event, invitations


def test_event_moved_tells_each_employer_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, invitations = prepare(session)
    known = {entry.person.id: entry.version for entry in registration.outbox(PutCalendarEntry)}
    registration.forget_outbox()
    old_start = event.starts_at
    with registration.session() as session:
        event = lock_event(session, event.id)
        change_event(session, event, times=make_times(old_start + timedelta(days=1)))
    entries, messages = registration.outbox(PutCalendarEntry), registration.outbox(SendMessage)
    told = sorted(one.person.id for one in [*entries, *messages])
    assert told == sorted(invitations[n].contact_id for n in ("booked", "two stands", "held", "invited"))
    assert {one.person.id for one in entries} == {invitations[n].contact_id for n in ("booked", "two stands")}
    values = {"old_starts_at": old_start.isoformat(), "old_place": event.venue.name}
    for one in [*entries, *messages]:
        assert (one.template, one.values) == ("event_moved", values)
        assert one.link_id is not None
    for entry in entries:
        assert (entry.starts_at, entry.ends_at, entry.key) == (event.starts_at, event.ends_at, "stand")
        assert entry.version > known[entry.person.id]


def test_event_moved_links_last_until_a_day_after_it(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        change_event(session, lock_event(session, event.id), times=make_times(event.starts_at + timedelta(days=30)))
        link = link_of(session, invitation)
        session.refresh(link)
        assert link.expires_at == event.ends_at + timedelta(days=1)


def test_event_moved_gives_a_revoked_link_no_more_time(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        link, ends = link_of(session, invitation), link_of(session, invitation).expires_at
        change_contact(session, invitation.contact, ContactDetails("Els", "els@employer.example", "nl"))
        change_event(session, lock_event(session, event.id), times=make_times(event.starts_at + timedelta(days=30)))
        session.refresh(link)
        assert (link.expires_at, link.revoked_at is None) == (ends, False)
        assert link_of(session, invitation).expires_at == event.ends_at + timedelta(days=1)


def test_event_in_another_place_is_moved_too(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        make_booking(session, make_invitation(session, event), "1")
        old_place, elsewhere = event.venue.name, make_venue(session, "De Brug")
        registration.forget_outbox()
        change_event(session, lock_event(session, event.id), venue_id=elsewhere.id)
    assert registration.outbox(PutCalendarEntry)[-1].values["old_place"] == old_place


def test_event_renamed_tells_no_employer(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, _ = prepare(session)
    registration.forget_outbox()
    with registration.session() as session:
        change_event(session, lock_event(session, event.id), name="Another name")
    assert registration.outbox(PutCalendarEntry) == registration.outbox(SendMessage) == []


def test_event_cancelled_tells_each_employer_once(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, invitations = prepare(session)
    registration.forget_outbox()
    with registration.session() as session:
        cancel_event(session, lock_event(session, event.id))
    entries, messages = registration.outbox(CancelCalendarEntry), registration.outbox(SendMessage)
    assert {one.person.id for one in entries} == {invitations[n].contact_id for n in ("booked", "two stands")}
    assert {one.person.id for one in messages} == {invitations[n].contact_id for n in ("held", "invited")}
    assert len(entries) == len(messages) == 2
    assert {one.template for one in [*entries, *messages]} == {"event_cancelled"}


def test_employers_invited_in_another_event_hear_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_event(session)
        make_booking(session, make_invitation(session, other), "1")
        assert len(load_employer(session, make_invitation(session, event).employer_id).contacts) == 1
    registration.forget_outbox()
    with registration.session() as session:
        change_event(session, lock_event(session, event.id), times=make_times(clock.now() + timedelta(days=40)))
    assert registration.outbox(PutCalendarEntry) == []
    assert len(registration.outbox(SendMessage)) == 1


# ── a contact that is corrected ───────────────────────────────────────────────────────────────────────────────


def test_change_contact_takes_stand_and_calendar_to_the_new_address(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitation = make_invitation(session, event)
        make_booking(session, invitation)
    registration.forget_outbox()
    with registration.session() as session:
        contact = load_attending(session, event.id, invitation.contact_id).contact
        change_contact(session, contact, ContactDetails("Hans Їжак", "new@employer.example", "uk", "+31612345678"))
        change_contact(session, contact, ContactDetails("Hans Їжак", "new@employer.example", "uk", "+31612345678"))
    (booked,), (entry,) = registration.outbox(StandBooked), registration.outbox(PutCalendarEntry)
    assert booked.contact == entry.person
    assert (entry.person.email, entry.person.language, entry.person.mobile) == (
        "new@employer.example", "uk", "+31612345678",
    )  # fmt: skip


def test_change_contact_keeps_the_link_as_long_as_the_address_is_the_same(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
    registration.forget_outbox()
    browser = opened(registration, invitation)
    with registration.session() as session:
        contact = load_attending(session, invitation.event_id, invitation.contact_id).contact
        change_contact(session, contact, ContactDetails("Els", contact.email, "nl"))
    assert registration.outbox() == []
    assert browser.get(f"/my/stands/{invitation.event_id}").status_code == 200


@pytest.mark.parametrize("has_stand", [False, True])
def test_change_contact_to_another_address_ends_the_link_that_went_to_the_old_one(
    registration: ServiceUnderTest, has_stand: bool
) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        if has_stand:
            make_booking(session, invitation)
        invitation.undelivered = "address_refused"
    old, browser = invitation.link_id, opened(registration, invitation)
    registration.forget_outbox()
    with registration.session() as session:
        contact = load_attending(session, invitation.event_id, invitation.contact_id).contact
        change_contact(session, contact, ContactDetails("Hans", "right@employer.example", "nl"))
        found = load_attending(session, invitation.event_id, contact.id)
    assert browser.get(f"/my/stands/{invitation.event_id}").status_code == 410
    assert [one.link_id for one in registration.outbox(LinkRevoked)] == [old]
    (told,) = registration.outbox(PutCalendarEntry if has_stand else SendMessage)
    assert (told.person.email, told.link_id) == ("right@employer.example", found.link_id)
    assert [one.link_id for one in registration.outbox(StandBooked)] == [found.link_id] * has_stand
    assert found.undelivered is None
    assert opened(registration, found).get(f"/my/stands/{invitation.event_id}").status_code == 200


def test_change_contact_of_who_declined_is_no_invitation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        invitation = make_invitation(session, make_event(session))
        decline(session, invitation.event_id, invitation.contact_id)
    registration.forget_outbox()
    with registration.session() as session:
        contact = load_attending(session, invitation.event_id, invitation.contact_id).contact
        change_contact(session, contact, ContactDetails("Hans", "right@employer.example", "nl"))
    assert [one.link_id for one in registration.outbox()] == [invitation.link_id]


def test_change_contact_to_the_address_of_a_colleague_is_refused(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        employer = make_employer(session, email="hans@employer.example")
        els = add_contact(session, employer, ContactDetails("Els", "els@employer.example", "nl"))
        with pytest.raises(ContactExists):
            change_contact(session, els, ContactDetails("Els", "HANS@employer.example", "nl"))
