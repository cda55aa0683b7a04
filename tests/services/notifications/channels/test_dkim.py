"""Signatures, verified by a library that others wrote, also after the mail went through a server."""

import base64
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications.channels.email.channel import EmailChannel
from services.notifications.channels.email.dkim import LONGEST_TEXT, SIGNED, Signer, write_record
from services.notifications.channels.email.mime import make_mail
from services.notifications.channels.letter import CalendarFile, Letter
from shared.qr import code_png
from shared.settings import DkimKey
from tests.mail import FaultyServer
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.channels.test_mime import FILE, LETTER, NAMES

AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
DOMAIN = "example.org"
LETTER = replace(LETTER, written_at=AT)  # a signature from the future is none
FULL = replace(
    LETTER, picture=code_png("x"), calendar=FILE, unsubscribe="https://handdruk.example/notifications/u/" + "x" * 150
)


def _written(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


RSA = DkimKey("one", _written(rsa.generate_private_key(65537, 2048)))
ED25519 = DkimKey("two", _written(ed25519.Ed25519PrivateKey.generate()))


class _Bad(Exception):
    pass


@dataclass
class _VerifyKey:
    """What dkimpy asks of PyNaCl, which it needs for Ed25519, done by `cryptography`."""

    text: bytes
    encoder: object = None

    def verify(self, said: bytes, signature: bytes) -> None:
        public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(self.text))
        try:
            public.verify(signature, said)
        except InvalidSignature as fault:
            raise _Bad from fault


_NACL = SimpleNamespace(
    signing=SimpleNamespace(VerifyKey=_VerifyKey),
    encoding=SimpleNamespace(Base64Encoder=None),
    exceptions=SimpleNamespace(BadSignatureError=_Bad, ValueError=ValueError),
)


@pytest.fixture(autouse=True)
def _ed25519(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dkim, "nacl", _NACL, raising=False)


def _dns(name: bytes, timeout: int = 5) -> bytes:
    """The records that we tell operators to publish."""
    records = {f"{key.selector}._domainkey.{DOMAIN}.": "".join(write_record(key.key)) for key in (RSA, ED25519)}
    return records[name.decode()].encode()


def _valid(mail: bytes, number: int = 0) -> bool:
    """Whether the `number`th signature from the top holds."""
    try:
        return bool(dkim.DKIM(mail).verify(idx=number, dnsfunc=_dns))
    except dkim.ValidationError:
        return False


def _signed(letter: Letter = FULL, *keys: DkimKey) -> bytes:
    return Signer(DOMAIN, keys or (RSA,)).sign(make_mail(letter, f"handdruk@{DOMAIN}"), AT)


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("letter", [LETTER, FULL], ids=["plain", "full"])
def test_signature_holds(key: DkimKey, letter: Letter) -> None:
    assert _valid(_signed(letter, key))


def test_two_keys_sign_each_for_itself() -> None:
    mail = _signed(FULL, RSA, ED25519)
    assert _valid(mail, 0)
    assert _valid(mail, 1)
    assert re.findall(rb"a=(\S+?);", mail) == [b"rsa-sha256", b"ed25519-sha256"]


@pytest.mark.parametrize("name", NAMES)
def test_signature_holds_for_every_name(name: str) -> None:
    assert _valid(_signed(replace(FULL, reader=name, sender=name, subject=name)))


# Neither a deadline nor a check of how fast texts are made up: on a busy machine both fail, and say nothing about mail.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.text(max_size=500))
def test_signature_holds_whatever_is_said(subject: str, text: str) -> None:
    assert _valid(_signed(replace(LETTER, subject=subject, text=text), RSA))


@pytest.mark.parametrize(
    ("body", "relaxed"), [(b"", b""), (b"\r\n\r\n", b""), (b" a \t b \r\n\r\n\r\n", b" a b\r\n"), (b"a", b"a\r\n")]
)
def test_body_is_relaxed_as_the_standard_says(body: bytes, relaxed: bytes) -> None:
    mail = b"From: a@example.org\r\n\r\n"
    signer = Signer(DOMAIN, (RSA,))
    hashes = [re.search(rb"bh=(\S+);", signer.sign(mail + one, AT)) for one in (body, relaxed)]
    assert hashes[0] is not None
    assert hashes[1] is not None
    assert hashes[0][1] == hashes[1][1]
    assert _valid(signer.sign(mail + body, AT))


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.replace(b"Subject: ", b"Subject: x", 1),
        lambda mail: mail.replace(b"To: ", b"To: someone@else.example, ", 1),
        lambda mail: mail.replace(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http", 1),
        lambda mail: mail.replace(b"\r\n\r\n", b"\r\n\r\nx", 1),
        lambda mail: mail.replace(b"multipart/mixed", b"multipart/x", 1),
        lambda mail: b"Subject: another\r\n" + mail,
        lambda mail: b"From: another@example.org\r\n" + mail,
        lambda mail: mail.replace(b"\r\nDate:", b"\r\nCc: another@example.org\r\nDate:", 1),
        lambda mail: mail.replace(b"\r\nDate:", b"\r\nReply-To: another@example.org\r\nDate:", 1),
    ],
)
def test_what_is_changed_or_added_on_the_way_shows(change: object) -> None:
    mail = _signed()
    assert _valid(mail)
    assert callable(change)
    assert not _valid(change(mail))


def test_lines_may_be_folded_anew_on_the_way() -> None:
    mail = _signed(LETTER)
    head, gap, body = mail.partition(b"\r\n\r\n")
    changed = head.replace(b"Auto-Submitted: auto", b"AUTO-SUBMITTED:   \r\n   auto") + gap + body + b"\r\n\r\n"
    assert changed != mail
    assert _valid(changed)


def test_every_header_is_named_once_more_than_it_is_there() -> None:
    found = re.search(rb"h=([^;]+);", _signed())
    assert found is not None
    names = re.sub(rb"\s", b"", found[1]).decode().split(":")
    mail = make_mail(FULL, f"handdruk@{DOMAIN}").lower()
    for name in SIGNED:
        assert names.count(name) == mail.partition(b"\r\n\r\n")[0].count(b"\n" + name.encode() + b":") + 1 + (
            mail.startswith(name.encode() + b":")
        )


def test_signature_leaves_short_lines() -> None:
    head = _signed(FULL, RSA, ED25519).partition(b"\r\nList-Unsubscribe")[0]
    assert max(len(line) for line in head.split(b"\r\n")) < 80


def test_record_is_cut_into_strings_that_dns_takes() -> None:
    assert all(len(text) <= LONGEST_TEXT for text in write_record(RSA.key))
    assert "".join(write_record(RSA.key)).startswith("v=DKIM1; k=rsa; p=MII")
    assert re.fullmatch(r"v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=", "".join(write_record(ED25519.key)))


@pytest.mark.parametrize("text", [".a line with a dot\n..two\n", "=20 \n\n\n", "Добрий день\n" * 50])
def test_signature_holds_after_a_mail_server(notifications: ServiceUnderTest, mail: FaultyServer, text: str) -> None:
    settings = replace(notifications.floor.settings, smtp_url=mail.url, dkim_keys=(RSA, ED25519), dkim_domain=DOMAIN)
    with EmailChannel(settings).connect() as connection:
        connection.send(replace(FULL, text=text, calendar=CalendarFile("REQUEST", FILE.content)))
    received = mail.received[0].raw
    assert _valid(received, 0)
    assert _valid(received, 1)


def test_mail_is_not_signed_without_a_key(notifications: ServiceUnderTest, mail: FaultyServer) -> None:
    with EmailChannel(replace(notifications.floor.settings, smtp_url=mail.url)).connect() as connection:
        connection.send(LETTER)
    assert b"DKIM-Signature" not in mail.received[0].raw
