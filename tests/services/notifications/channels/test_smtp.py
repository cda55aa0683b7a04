"""Talking to mail servers: plain, over TLS, signed in; and the address that describes them."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from services.notifications.channels.email.server import MailServer, MailServerUnclear, Patience, read_server
from services.notifications.channels.email.smtp import SmtpConnection
from services.notifications.channels.errors import AddressRefused, Lost, ServerAway, TryLater
from services.notifications.messages.outcome import LEASE
from tests.certificate import make_certificate
from tests.mail import FaultyServer, answer, drop

US, READER = "handdruk@example.org", "reader@example.org"
MAIL = b"From: us\r\nSubject: x\r\n\r\n.\r\n..two dots\r\nend\r\n"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, "none")),
        ("smtp://mail.example.org", MailServer("mail.example.org", 25, "none")),
        ("smtp://mail.example.org?starttls=required", MailServer("mail.example.org", 587, "starttls")),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, "tls")),
        ("smtps://me%40here:p%3Aw%2F@mail.example.org:2465",
         MailServer("mail.example.org", 2465, "tls", "me@here", "p:w/")),
        ("smtp://me:pw@mail.example.org", MailServer("mail.example.org", 587, "starttls", "me", "pw")),
        ("smtp://me:pw@127.0.0.1:1025?starttls=no", MailServer("127.0.0.1", 1025, "none", "me", "pw")),
    ],
)  # fmt: skip
def test_address_describes_the_server(url: str, server: MailServer) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize("url", ["smtp://", "smtps://:25", "smtp://mail.example.org?starttls=maybe"])
def test_address_that_does_not_say_enough_is_refused(url: str) -> None:
    with pytest.raises(MailServerUnclear):
        read_server(url)


def test_password_shows_in_no_repr() -> None:
    assert "secret-word" not in repr(read_server("smtps://me:secret-word@mail.example.org"))


def test_patience_ends_before_the_lease() -> None:
    patience = Patience()
    assert patience.handshake + patience.acceptance < LEASE.total_seconds()


def test_mail_arrives_byte_by_byte(mail: FaultyServer) -> None:
    connection = SmtpConnection(read_server(mail.url))
    assert connection.send(US, READER, MAIL) == "2.0.0 Queued"
    connection.close()
    assert [one.raw for one in mail.received] == [MAIL]


def test_connection_serves_many_mails_also_after_a_refusal(mail: FaultyServer) -> None:
    connection = SmtpConnection(read_server(mail.url))
    mail.fault("two@example.org", answer(550))
    mail.fault("three@example.org", answer(451, stage="data"))
    before = mail.connections
    connection.send(US, "one@example.org", MAIL)
    with pytest.raises(AddressRefused):
        connection.send(US, "two@example.org", MAIL)
    with pytest.raises(TryLater):
        connection.send(US, "three@example.org", MAIL)
    connection.send(US, "four@example.org", MAIL)
    connection.close()
    assert [one.address for one in mail.received] == ["one@example.org", "four@example.org"]
    assert mail.connections - before == 1


def test_connection_that_the_server_closed_meanwhile_is_opened_anew(mail: FaultyServer) -> None:
    connection = SmtpConnection(read_server(mail.url))
    connection.send(US, READER, MAIL)
    mail.stop()
    mail.start()
    connection.send(US, READER, MAIL)
    connection.close()
    assert len(mail.received) == 2


def test_fault_of_the_connection_leaves_nothing_behind_for_the_next_mail(mail: FaultyServer) -> None:
    connection = SmtpConnection(read_server(mail.url))
    mail.fault(READER, drop("data"))
    with pytest.raises(Lost):
        connection.send(US, READER, MAIL)
    connection.send(US, READER, MAIL)
    connection.close()
    assert len(mail.received) == 1


def test_server_that_is_not_there_is_away(mail: FaultyServer) -> None:
    mail.stop()
    with pytest.raises(ServerAway):
        SmtpConnection(read_server(mail.url)).send(US, READER, MAIL)


def test_name_that_does_not_resolve_is_a_server_away() -> None:
    with pytest.raises(ServerAway):
        SmtpConnection(MailServer("no-such-host.invalid", 25)).send(US, READER, MAIL)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for localhost, by an authority that this process trusts."""
    made = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    return context


def test_mail_goes_over_tls_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    with FaultyServer(secured=certificate) as server:
        connection = SmtpConnection(read_server(server.url))
        connection.send(US, READER, MAIL)
        connection.close()
        assert [one.raw for one in server.received] == [MAIL]


def test_mail_goes_over_starttls_and_signs_in(certificate: ssl.SSLContext) -> None:
    with FaultyServer(starttls=certificate, password="word") as server:
        connection = SmtpConnection(read_server(server.url))
        connection.send(US, READER, MAIL)
        connection.close()
        assert len(server.received) == 1


def test_certificate_that_nobody_vouches_for_gets_no_mail(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with FaultyServer(secured=certificate) as server:
        with pytest.raises(ServerAway):
            SmtpConnection(read_server(server.url)).send(US, READER, MAIL)
        assert server.received == []


def test_server_without_starttls_gets_no_mail_that_asks_for_it(mail: FaultyServer) -> None:
    with pytest.raises(ServerAway):
        SmtpConnection(replace(read_server(mail.url), security="starttls")).send(US, READER, MAIL)
    assert mail.received == []


def test_wrong_password_is_our_trouble_and_not_the_readers() -> None:
    with FaultyServer(password="right") as server:
        wrong = replace(read_server(server.url), password="wrong")
        with pytest.raises(ServerAway) as fault:
            SmtpConnection(wrong).send(US, READER, MAIL)
        assert fault.value.code == 535
        SmtpConnection(read_server(server.url)).send(US, READER, MAIL)
        assert len(server.received) == 1
