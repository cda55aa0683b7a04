"""Mailboxes are read from a real IMAP server: in order, once, and whatever goes wrong with one of them."""

import imaplib
import socket
import threading
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from services.notifications.inbox import mailboxes, polling
from services.notifications.inbox.mailboxes import Place, read_place
from services.notifications.inbox.models import MailboxReading
from services.notifications.inbox.polling import read_mailboxes
from tests.dovecot import Dovecot
from tests.factories import incoming
from tests.factories.notifications import facts, organisation, send_message, tell
from tests.mail import FaultyServer, hang
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
def address(notifications: ServiceUnderTest) -> str:
    """The mailbox of our region, new for each test."""
    address = f"region-{uuid.uuid4().hex}@example.org"
    notifications.deliver(organisation(mailbox=address))
    return address


def _reading(service: ServiceUnderTest) -> MailboxReading:
    with service.sessions() as session:
        return session.scalars(select(MailboxReading)).one()


def _seen(dovecot: Dovecot, address: str) -> list[bool]:
    with dovecot.open(address) as box:
        return ["\\Seen" in mail.flags for mail in box.fetch(mark_seen=False)]


def test_what_is_new_is_read_once_and_in_order(notifications: ServiceUnderTest, dovecot: Dovecot, address: str) -> None:
    places = [read_place(dovecot.url(address))]
    for number in range(3):
        dovecot.deliver(address, incoming.mail(f"Brief {number}", To=address))
    assert read_mailboxes(notifications.sessions, places) == 3
    assert read_mailboxes(notifications.sessions, places) == 0
    dovecot.deliver(address, incoming.mail("Brief 3", To=address))
    assert read_mailboxes(notifications.sessions, places) == 1
    assert sorted(item.words for item in incoming.items(notifications)) == [f"Brief {n}" for n in range(4)]
    assert (_reading(notifications).fault, _reading(notifications).read_at is not None) == ("", True)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_is_read_over_tls(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver(address, incoming.mail("Een vraag", To=address))
    places = [read_place(dovecot.url(address, security))]
    assert places[0].security == security
    assert read_mailboxes(notifications.sessions, places) == 0, "nobody vouches for this server yet"
    assert _reading(notifications).fault != ""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate.chain))
    assert read_mailboxes(notifications.sessions, places) == 1
    assert _reading(notifications).fault == ""


def test_what_needs_a_person_stays_unread_and_nothing_is_deleted(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str
) -> None:
    dovecot.deliver(address, incoming.mail("Een vraag", To=address))
    dovecot.deliver(address, incoming.mail("Op vakantie", To=address, Auto_Submitted="auto-replied"))
    read_mailboxes(notifications.sessions, [read_place(dovecot.url(address))])
    assert _seen(dovecot, address) == [False, True]


def test_a_mailbox_whose_numbers_began_anew_is_read_again_and_nothing_counts_twice(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str
) -> None:
    places = [read_place(dovecot.url(address))]
    dovecot.deliver(address, incoming.mail("Brief", To=address))
    read_mailboxes(notifications.sessions, places)
    with notifications.sessions.begin() as session:
        session.execute(update(MailboxReading).values(validity=1, last_uid=999))
    assert read_mailboxes(notifications.sessions, places) == 1
    assert len(incoming.items(notifications)) == 1
    assert _reading(notifications).last_uid == 1


def test_a_mail_that_cannot_be_taken_in_is_moved_on_from_and_shown(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = polling.take_mail

    def stumble(session: object, raw: bytes, *rest: object) -> object:
        if b"Struikel" in raw:
            raise RecursionError
        return take(session, raw, *rest)

    monkeypatch.setattr(polling, "take_mail", stumble)
    for words in ("Struikel", "Daarna"):
        dovecot.deliver(address, incoming.mail(words, To=address))
    places = [read_place(dovecot.url(address))]
    assert read_mailboxes(notifications.sessions, places) == 2
    assert read_mailboxes(notifications.sessions, places) == 0
    assert {item.reason for item in incoming.items(notifications)} == {"unreadable", "reply"}


def test_a_worker_that_ended_after_the_commit_reads_on(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: object, uid: int) -> None:
        raise KeyboardInterrupt

    place = read_place(dovecot.url(address))
    command = send_message(tell(notifications, facts()))
    notifications.deliver(command)
    notifications.deliver(organisation(mailbox=address, version=2))
    mail_id = incoming.mark_sent(notifications, command.message_id)
    dovecot.deliver(address, incoming.dsn(mail_id, command.person.email or ""))
    with monkeypatch.context() as patched:
        patched.setattr(mailboxes.OpenMailbox, "mark_seen", killed)
        with pytest.raises(KeyboardInterrupt):
            read_mailboxes(notifications.sessions, [place])
    assert read_mailboxes(notifications.sessions, [place]) == 0
    assert len(incoming.items(notifications)) == 1


def test_two_workers_at_once_take_each_mail_in_once(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str
) -> None:
    for number in range(6):
        dovecot.deliver(address, incoming.mail(f"Brief {number}", To=address))
    places = [read_place(dovecot.url(address))]
    workers = [threading.Thread(target=read_mailboxes, args=(notifications.sessions, places)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(item.words for item in incoming.items(notifications)) == [f"Brief {n}" for n in range(6)]


def test_a_mailbox_that_is_away_or_refuses_stops_no_other(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str
) -> None:
    good = read_place(dovecot.url(address))
    dovecot.deliver(address, incoming.mail("Brief", To=address))
    bad = [replace(good, port=1), replace(good, password="wrong"), replace(good, folder="Nowhere")]
    assert read_mailboxes(notifications.sessions, [*bad, good]) == 1
    with notifications.sessions() as session:
        faults = {one.mailbox: one.fault for one in session.scalars(select(MailboxReading))}
    assert [bool(faults[place.name]) for place in (bad[0], bad[2], good)] == [True, True, False]


def test_a_silent_server_is_left_alone_soon(notifications: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "CONNECT_SECONDS", 0.3)
    with FaultyServer() as server:
        server.fault("", hang("greeting"))
        place = Place("127.0.0.1", server.port, "none", "someone", "word")
        assert read_mailboxes(notifications.sessions, [place]) == 0
    assert _reading(notifications).fault


def test_a_server_that_goes_away_in_the_midst_is_read_on_the_next_time(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = mailboxes.OpenMailbox.fetch

    def lose(mailbox: mailboxes.OpenMailbox, uid: int, most_bytes: int) -> object:
        if uid == 2:
            mailbox._client.socket().shutdown(socket.SHUT_RDWR)
        return fetch(mailbox, uid, most_bytes)

    for number in range(3):
        dovecot.deliver(address, incoming.mail(f"Brief {number}", To=address))
    place = read_place(dovecot.url(address))
    with monkeypatch.context() as patched:
        patched.setattr(mailboxes.OpenMailbox, "fetch", lose)
        read_mailboxes(notifications.sessions, [place])
    assert [item.words for item in incoming.items(notifications)] == ["Brief 0"]
    assert _reading(notifications).fault != ""
    assert read_mailboxes(notifications.sessions, [place]) == 2
    assert [item.words for item in incoming.items(notifications)] == [f"Brief {n}" for n in range(3)]
    assert _reading(notifications).fault == ""


def test_a_mail_that_the_server_never_gives_out_is_shown_and_stops_no_other(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = imaplib.IMAP4.uid

    def refuse(client: imaplib.IMAP4, command: str, *arguments: str) -> object:
        spoilt = command == "FETCH" and arguments[0] == "2"
        return ("NO", [b"FETCH failed."]) if spoilt else ask(client, command, *arguments)

    monkeypatch.setattr(imaplib.IMAP4, "uid", refuse)
    for number in range(3):
        dovecot.deliver(address, incoming.mail(f"Brief {number}", To=address))
    places = [read_place(dovecot.url(address))]
    for _ in range(2):
        read_mailboxes(notifications.sessions, places)
    shown = [(item.reason, item.words) for item in incoming.items(notifications)]
    assert sorted(shown) == [("reply", "Brief 0"), ("reply", "Brief 2"), ("unreadable", "")]
    assert (_reading(notifications).fault, _seen(dovecot, address)[1]) == ("", False)


def test_a_mail_too_large_is_shown_by_its_head(
    notifications: ServiceUnderTest, dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_BYTES", 2000)
    dovecot.deliver(address, incoming.mail("x" * 70 + ("\n" + "x" * 70) * 100, To=address, Subject="Een grote"))
    read_mailboxes(notifications.sessions, [read_place(dovecot.url(address))])
    assert [(item.reason, item.subject, item.words) for item in incoming.items(notifications)] == [
        ("too_large", "Een grote", "")
    ]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (
            "imaps://me%40x.example:w%2Fd@imap.example",
            Place("imap.example", 993, "tls", "me@x.example", "w/d", "INBOX"),
        ),
        ("imap://me:w@imap.example/Post/In", Place("imap.example", 143, "starttls", "me", "w", "Post/In")),
        ("imap://me:w@h:1143?starttls=no", Place("h", 1143, "none", "me", "w", "INBOX")),
    ],
)
def test_an_address_says_where_a_mailbox_is_and_how_safe(url: str, place: Place) -> None:
    assert read_place(url) == place
    assert "w/d" not in f"{read_place(url)!r} {place.name}"
