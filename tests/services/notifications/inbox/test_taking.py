"""Mail that comes in: what it is taken for, what follows, and that each mail counts once."""

import base64
import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from services.notifications.calendar.rules import content_of, load_entry, note_told, note_written
from services.notifications.events.rules import load_event
from services.notifications.inbox.keeping import forget_words
from services.notifications.inbox.models import InboxItem, IncomingMail
from services.notifications.inbox.rules import take_short_answer
from services.notifications.inbox.taking import take_mail
from services.notifications.messages.models import Message
from services.notifications.people.models import Preference, Suppression
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from shared.events import CalendarEntryAnswered, MessageFailed, PersonErased, PutCalendarEntry, SendMessage
from tests.factories import incoming
from tests.factories.notifications import MAILBOX, facts, organisation, person, put_entry, send_message, tell
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form

STRANGER = "stranger@example.net"


def _sent(service: ServiceUnderTest, **changes: object) -> tuple[SendMessage, str]:
    """An invitation to a candidate that was sent, and its Message-ID."""
    command = send_message(tell(service, facts()), **changes)
    service.deliver(command)
    mail_id = incoming.mark_sent(service, command.message_id)
    service.forget_outbox()
    return command, mail_id


def _entry(service: ServiceUnderTest) -> tuple[PutCalendarEntry, str]:
    """A contact's entry that was sent, and its UID."""
    command = put_entry(tell(service, facts()))
    service.deliver(command)
    incoming.mark_sent(service, command.message_id)
    with service.session() as session:
        message = session.get_one(Message, command.message_id)
        entry_id = message.entry_id
        assert entry_id is not None
        entry = load_entry(session, entry_id)
        content = content_of(entry, load_event(session, command.event_id), message.address or "")
        note_written(entry, content, 0)
        note_told(session, entry.id, entry.written or {}, 0)
    service.forget_outbox()
    return command, str(entry_id)


def _message(service: ServiceUnderTest, message_id: uuid.UUID) -> Message:
    with service.session() as session:
        return session.get_one(Message, message_id)


def _suppressed(service: ServiceUnderTest) -> list[str]:
    with service.session() as session:
        return [one.reason for one in session.scalars(select(Suppression))]


def _address(command: SendMessage | PutCalendarEntry) -> str:
    assert command.person.email
    return command.person.email


# ── returns ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
def test_a_return_of_a_dead_address_closes_it_and_tells_who_asked(
    notifications: ServiceUnderTest, returned: str
) -> None:
    command, mail_id = _sent(notifications)
    assert incoming.take(notifications, incoming.dsn(mail_id, _address(command).upper(), returned=returned)) == "noted"
    message = _message(notifications, command.message_id)
    assert (message.state, message.reason) == ("bounced", "address_refused")
    assert _suppressed(notifications) == ["bounced"]
    assert [one.message_id for one in notifications.outbox(MessageFailed)] == [command.message_id]
    assert incoming.items(notifications)[0].message_id == command.message_id


def test_a_return_in_words_counts_as_well(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    assert incoming.take(notifications, incoming.exim_return(mail_id, _address(command))) == "noted"
    assert _message(notifications, command.message_id).reason == "address_refused"
    assert _suppressed(notifications) == ["bounced"]


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", "mailbox_full"),
        ("4.2.2", "smtp; 452 4.2.2 The email account is over quota", "mailbox_full"),
        ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam", "taken_for_spam"),
        ("5.0.0", "smtp; 554 Message blocked by reputation", "taken_for_spam"),
        ("4.4.7", "smtp; 421 4.4.7 Delivery time expired", "came_back"),
        ("5.3.0", "smtp; 554 5.3.0 Something", "came_back"),
    ],
)
def test_a_return_that_says_nothing_of_the_address_closes_nothing(
    notifications: ServiceUnderTest, status: str, diagnostic: str, reason: str
) -> None:
    command, mail_id = _sent(notifications)
    incoming.take(notifications, incoming.dsn(mail_id, _address(command), status=status, diagnostic=diagnostic))
    message = _message(notifications, command.message_id)
    assert (message.state, message.reason) == ("bounced", reason)
    assert _suppressed(notifications) == []
    assert notifications.outbox(MessageFailed) == []


def test_a_forged_return_closes_nothing(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    wrong_id = incoming.dsn(f"{uuid.uuid4()}@example.org", _address(command))
    other_address = incoming.dsn(mail_id, "someone-else@example.org")
    assert incoming.take(notifications, wrong_id) == "open"
    assert incoming.take(notifications, other_address) == "open"
    assert _message(notifications, command.message_id).state == "sent"
    assert _suppressed(notifications) == []
    assert {item.reason for item in incoming.items(notifications)} == {"return_unknown", "return_other_address"}


def test_a_delay_changes_nothing_and_a_receipt_says_delivered(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    incoming.take(notifications, incoming.dsn(mail_id, _address(command), action="delayed", status="4.4.1"))
    assert _message(notifications, command.message_id).state == "sent"
    incoming.take(notifications, incoming.dsn(mail_id, _address(command), action="delivered", status="2.0.0"))
    assert _message(notifications, command.message_id).state == "delivered"
    assert {item.state for item in incoming.items(notifications)} == {"noted"}


def test_a_complaint_closes_the_address_and_a_person_sees_it(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    assert incoming.take(notifications, incoming.complaint(mail_id)) == "open"
    assert _suppressed(notifications) == ["complained"]
    assert [one.reason for one in notifications.outbox(MessageFailed)] == ["complained"]
    assert _message(notifications, command.message_id).state == "sent"


def test_report_in_which_nobody_complains_closes_nothing(notifications: ServiceUnderTest) -> None:
    _, mail_id = _sent(notifications)
    for kind in ("not-spam", "auth-failure"):
        incoming.take(notifications, incoming.complaint(mail_id, kind))
    incoming.take(notifications, incoming.complaint(f"{uuid.uuid4()}@example.org"))
    assert _suppressed(notifications) == []
    assert [item.reason for item in incoming.items(notifications)] == ["complaint_unknown"] * 3


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("write", "answer", "comment"),
    [
        (incoming.outlook_reply, "accepted", ""),
        (incoming.google_reply, "accepted", "Ik kom graag: tot dan"),
        (incoming.apple_reply, "tentative", ""),
    ],
)
def test_an_answer_from_a_calendar_is_told_to_who_asked(
    notifications: ServiceUnderTest, write: object, answer: str, comment: str
) -> None:
    command, uid = _entry(notifications)
    assert callable(write)
    assert incoming.take(notifications, write(uid, _address(command))) == "noted"
    told = notifications.outbox(CalendarEntryAnswered)
    assert [(one.key, one.person_id, one.answer, one.comment) for one in told] == [
        ("stand", command.person.id, answer, comment)
    ]


def test_a_proposal_for_another_time_waits_for_a_person(notifications: ServiceUnderTest) -> None:
    command, uid = _entry(notifications)
    raw = incoming.outlook_reply(uid, _address(command), partstat="TENTATIVE", method="COUNTER")
    assert incoming.take(notifications, raw) == "open"
    assert incoming.items(notifications)[0].reason == "countered"


def test_page_beyond_the_last_one_is_the_last_one(notifications: ServiceUnderTest) -> None:
    _, uid = _entry(notifications)
    incoming.take(notifications, incoming.outlook_reply(uid, STRANGER, partstat="DECLINED"))
    shown = notifications.signed_in().get("/api/inbox?page=9").get_json()
    assert (shown["page"], len(shown["items"])) == (1, 1)


def test_an_answer_of_a_stranger_waits_and_can_be_confirmed_or_dismissed(notifications: ServiceUnderTest) -> None:
    _, uid = _entry(notifications)
    raw = incoming.outlook_reply(uid, "stranger@example.org", partstat="DECLINED")
    assert incoming.take(notifications, raw) == "open"
    item = incoming.items(notifications)[0]
    assert (item.reason, item.suggestion, notifications.outbox(CalendarEntryAnswered)) == ("stranger", "declined", [])
    client = notifications.signed_in()
    answer = post_form(client, f"/inbox/{item.id}/answer", {"answer": "declined"}, page=f"/inbox/{item.id}")
    assert answer.status_code == 303
    assert [one.answer for one in notifications.outbox(CalendarEntryAnswered)] == ["declined"]
    assert incoming.items(notifications)[0].state == "done"


@pytest.mark.parametrize(
    ("method", "reason"), [("REFRESH", "asks_for_file"), ("DECLINECOUNTER", "declines_counter"),
                           ("PUBLISH", "calendar_not_understood")]
)  # fmt: skip
def test_other_calendar_files_are_shown(notifications: ServiceUnderTest, method: str, reason: str) -> None:
    command, uid = _entry(notifications)
    incoming.take(notifications, incoming.outlook_reply(uid, _address(command), method=method))
    assert [(item.state, item.reason) for item in incoming.items(notifications)] == [("open", reason)]


def test_a_letter_is_shown_with_the_person_and_what_it_looks_like(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    raw = incoming.mail("Ja\n\n> Komt u?\n-- \nOksana", _address(command), In_Reply_To=f"<{mail_id}>")
    assert incoming.take(notifications, raw) == "open"
    item = incoming.items(notifications)[0]
    assert (item.words, item.suggestion, item.person_id) == ("Ja", "accepted", command.person.id)


def test_a_letter_from_a_known_address_is_matched_and_suggests_nothing(notifications: ServiceUnderTest) -> None:
    command, _ = _sent(notifications)
    incoming.take(notifications, incoming.mail("Ja", _address(command)))
    item = incoming.items(notifications)[0]
    assert (item.person_id, item.event_id, item.suggestion) == (command.person.id, command.event_id, None)


def test_an_automatic_reply_asks_nothing_of_anybody(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    raw = incoming.mail(
        "Ik ben op vakantie", _address(command), In_Reply_To=f"<{mail_id}>", Auto_Submitted="auto-replied"
    )
    assert incoming.take(notifications, raw) == "noted"
    assert [item.kind for item in incoming.items(notifications)] == ["automatic"]


def test_who_answers_stop_from_the_address_gets_no_invitations_any_more(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    raw = incoming.mail("Afmelden.", _address(command), In_Reply_To=f"<{mail_id}>")
    assert incoming.take(notifications, raw) == "noted"
    with notifications.session() as session:
        assert [one.only_essential for one in session.scalars(select(Preference))] == [True]


def test_stop_from_elsewhere_is_for_a_person(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    incoming.take(notifications, incoming.mail("unsubscribe", "other@example.org", In_Reply_To=f"<{mail_id}>"))
    incoming.take(notifications, incoming.mail("unsubscribe", _address(command)))
    with notifications.session() as session:
        assert session.scalars(select(Preference)).all() == []
    assert [item.reason for item in incoming.items(notifications)] == ["asks_to_stop"] * 2


def test_winmail_is_for_a_person(notifications: ServiceUnderTest) -> None:
    _sent(notifications)
    raw = incoming.multipart(
        "mixed",
        incoming.text_part("Akkoord"),
        'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\neJ8+Ig==',
    )
    assert incoming.take(notifications, raw) == "open"
    assert incoming.items(notifications)[0].reason == "winmail"


# ── whose it is ───────────────────────────────────────────────────────────────────────────────────────────────


def test_mail_goes_to_the_region_whose_mailbox_it_came_to(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation())
    notifications.deliver(organisation(STRANGER_ORGANISATION_ID, mailbox="elders@example.org"))
    assert incoming.take(notifications, incoming.mail(To="elders@example.org"), mailbox="") == "open"
    assert incoming.items(notifications) == []
    assert incoming.take(notifications, incoming.mail(To="x@example.org"), mailbox=MAILBOX) == "open"
    assert len(incoming.items(notifications)) == 1


def test_mail_for_nobody_is_counted_and_shown_to_nobody(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation())
    notifications.deliver(organisation(STRANGER_ORGANISATION_ID, mailbox="elders@example.org"))
    assert incoming.take(notifications, incoming.mail(To="x@example.org"), mailbox="y@example.org") == "nobody"
    with notifications.sessions() as session:
        assert session.scalar(select(func.count(IncomingMail.digest)).where(IncomingMail.region_id.is_(None))) == 1
        assert session.scalars(select(InboxItem).execution_options(**ACROSS_ORGANISATIONS)).all() == []


# ── once ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_mail_twice_counts_once_whichever_way_it_comes(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    raw = incoming.dsn(mail_id, _address(command))
    incoming.take(notifications, raw)
    on_another_way = b"Received: from mx by elsewhere; Sun, 22 Nov 2026\r\n" + raw.replace(b"\r\n", b"\n")
    assert incoming.take(notifications, on_another_way) == "known"
    assert len(incoming.items(notifications)) == 1
    assert len(notifications.outbox(MessageFailed)) == 1


def test_two_at_once_take_a_mail_in_once(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    raw = incoming.dsn(mail_id, _address(command))
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(incoming.take(notifications, raw))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["known", "known", "known", "noted"]
    assert len(notifications.outbox(MessageFailed)) == 1


def test_a_worker_that_ends_before_the_commit_leaves_nothing(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    raw = incoming.dsn(mail_id, _address(command))
    with notifications.app.app_context(), notifications.sessions() as session:
        take_mail(session, raw, "imap", MAILBOX, clock.now())
        session.rollback()
    assert _message(notifications, command.message_id).state == "sent"
    assert incoming.take(notifications, raw) == "noted"


def test_a_mail_changed_by_a_word_is_another_mail(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation())
    raw = incoming.mail("Ik kom", Message_ID="<same@devries.example>")
    assert incoming.take(notifications, raw) == "open"
    assert incoming.take(notifications, raw.replace(b"Ik kom", b"Ik kom niet")) == "open"


def test_words_go_after_the_retention_time_and_counts_stay(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation())
    incoming.take(notifications, incoming.mail("Secret"), at=clock.now() - timedelta(days=91))
    incoming.take(notifications, incoming.mail("Fresh"))
    with notifications.sessions.begin() as session:
        assert forget_words(session, clock.now()) == 1
    old, new = incoming.items(notifications)
    assert (old.words, old.sender, old.subject, old.forgotten_at is not None) == ("", "", "", True)
    assert new.words == "Fresh"
    assert old.organisation_id == ORGANISATION_ID


def test_whoever_writes_gets_no_code_onto_the_page(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation())
    nasty = "<script>alert(1)</script><img src=x onerror=y>"
    raw = incoming.mail(nasty, Subject=f"{nasty}=?UTF-8?Q?=0D=0ABcc:_x@example.org?=", From=f'"{nasty}" <a@b.example>')
    incoming.take(notifications, raw)
    item = incoming.items(notifications)[0]
    assert "\n" not in item.subject
    assert "\r" not in item.subject
    client = notifications.signed_in()
    for address in ("/inbox", f"/inbox/{item.id}"):
        html = client.get(address).get_data(as_text=True)
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_a_person_of_another_region_sees_nothing(notifications: ServiceUnderTest) -> None:
    notifications.deliver(organisation())
    item_id = incoming.letter(notifications, "someone@example.org", "Top secret")
    stranger = notifications.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(f"/inbox/{item_id}").status_code == 404
    assert "someone@example.org" not in stranger.get("/inbox").get_data(as_text=True)


def test_name_of_a_sender_passes_for_no_address_and_hides_none(notifications: ServiceUnderTest) -> None:
    tell(notifications, facts())
    stranger = f"{'s' * 60}@{'long.' * 40}example"
    encoded = base64.b64encode(b"Oksana <oksana@example.org>").decode()
    for name in (f"=?utf-8?B?{encoded}?=", "Oksana" + "x" * 400):
        raw = incoming.mail("Een brief", From=f"{name} <{stranger}>")
        assert incoming.take(notifications, raw) == "open"
    for item in incoming.items(notifications):
        assert item.sender.endswith(f" <{stranger}>")
        assert item.sender.count("<") == 1


def test_answer_to_another_regions_entry_stays_with_that_region(notifications: ServiceUnderTest) -> None:
    """A mail can name the entry of one region and answer the letter of another."""
    _, mail_id = _sent(notifications)
    theirs = tell(notifications, facts(organisation_id=STRANGER_ORGANISATION_ID))
    put = put_entry(theirs)
    notifications.deliver(put)
    with notifications.session(STRANGER_ORGANISATION_ID) as session:
        message = session.get_one(Message, put.message_id)
        uid, message.entry_id, message.method = message.entry_id, None, None
    file = incoming.reply_file(str(uid), STRANGER)
    raw = incoming.mail(file, STRANGER, "text/calendar; method=REPLY; charset=utf-8", In_Reply_To=f"<{mail_id}>")
    assert incoming.take(notifications, raw) == "open"
    with notifications.session() as session:
        (item,) = session.scalars(select(InboxItem).execution_options(**ACROSS_ORGANISATIONS))
    assert (item.organisation_id, item.person_name) == (STRANGER_ORGANISATION_ID, "")


def test_erasing_somebody_forgets_what_came_from_their_addresses(notifications: ServiceUnderTest) -> None:
    """Also what could not be told to be theirs when it came: a letter of their own, a text without a question."""
    reader = person(email="Jan@DeVries.example", mobile="+31612345678")
    command = send_message(tell(notifications, facts()), person=reader)
    notifications.deliver(command)
    for sender in (incoming.SENDER, "jan@devries.example.org", "other@example.org"):
        incoming.take(notifications, incoming.mail("Een brief", sender))
    with notifications.session() as session:
        take_short_answer(session, "+31612345678", "Ik kom later", "SM1", clock.now())
        take_short_answer(session, "+31612345679", "Ik kom later", "SM2", clock.now())
        session.execute(update(InboxItem).values(person_id=None, message_id=None))
    notifications.deliver(PersonErased(ORGANISATION_ID, reader.kind, reader.id))
    kept = sorted(item.sender for item in incoming.items(notifications) if item.forgotten_at is None)
    assert kept == ["Jan de Vries <jan@devries.example.org>", "Jan de Vries <other@example.org>"]
    assert not [item for item in incoming.items(notifications) if item.forgotten_at and (item.sender or item.words)]


def test_a_returned_message_leads_to_where_its_address_is_corrected(notifications: ServiceUnderTest) -> None:
    command = send_message(tell(notifications, facts()))
    notifications.deliver(command)
    mail_id = incoming.mark_sent(notifications, command.message_id)
    incoming.take(notifications, incoming.dsn(mail_id, command.person.email or ""))
    [item] = incoming.items(notifications)
    page = notifications.signed_in().get(f"/inbox/{item.id}").get_data(as_text=True)
    assert "This message did not reach the person." in page
    assert "/messages/not-arrived" in page
    assert f"/people/{command.person.id}/messages" in page
