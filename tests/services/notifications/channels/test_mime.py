"""Letters as MIME, read back by Python's parser."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.channels.email.mime import OnTheWire, ascii_address, make_mail
from services.notifications.channels.errors import AddressRefused
from services.notifications.channels.letter import CalendarFile, Letter, picture_id
from shared.qr import code_png

LETTER = Letter(
    mail_id="5b0c@example.org",
    written_at=datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
    sender="Werkregio Rijn en Vecht",
    answers_to="meetgreet@rijnenvecht.example",
    reader="Оксана Гриценко",
    address="oksana@example.org",
    language="uk",
    subject="Запрошення на захід «Meet & Greet Stadsloket Zuid»",
    text="Добрий день.\n.a line that begins with a dot\nEnd",
    html="<!doctype html><p>Добрий день.</p>",
)
FILE = CalendarFile("REQUEST", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:\xd0\x87\r\nEND:VCALENDAR\r\n")
NAMES = [
    "Їжакевич-Ґалаґан",
    'O\'Brien, "Pat" <pat@evil.example>',
    "李",
    "Я" * 200,
    "A very long name of two hundred letters " * 5,
    "Bergmann; Müller & Zn.",
    "(a comment)",
]


def _read(letter: Letter) -> EmailMessage:
    found = message_from_bytes(make_mail(letter, "handdruk@example.org"), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _tree(mail: EmailMessage) -> object:
    if mail.is_multipart():
        return {mail.get_content_type(): [_tree(part) for part in mail.iter_parts()]}
    return mail.get_content_type()


def test_plain_letter_has_text_and_html() -> None:
    assert _tree(_read(LETTER)) == {"multipart/alternative": ["text/plain", "text/html"]}


def test_letter_with_everything_is_nested_as_mail_programs_want_it() -> None:
    assert _tree(_read(replace(LETTER, picture=code_png("x"), calendar=FILE))) == {
        "multipart/mixed": [
            {
                "multipart/alternative": [
                    "text/plain",
                    {"multipart/related": ["text/html", "image/png"]},
                    "text/calendar",
                ]
            },
            "application/ics",
            "image/png",
        ]
    }


def test_boundaries_stand_in_no_part_and_begin_no_other() -> None:
    letter = replace(LETTER, picture=code_png("x"), calendar=FILE, text="=_mixed\n--=_mixed_5b0c--\n", html="--=_mixed")
    mail = _read(letter)
    boundaries = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    assert len(boundaries) == 3
    for one in boundaries:
        assert one is not None
        assert sum(other is not None and other.startswith(one) for other in boundaries) == 1
        assert not any(one in str(part.get_payload()) for part in mail.walk() if not part.is_multipart())
    assert make_mail(letter, "handdruk@example.org") == make_mail(letter, "handdruk@example.org")


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=126), max_size=120).map(str.strip))
def test_short_headers_are_written_as_python_writes_them(text: str) -> None:
    slow = policy.compat32.clone(linesep="\r\n")
    try:
        expected = slow.fold_binary("Subject", text)
    except HeaderParseError:  # a line break that would begin another header
        expected = b""
    if expected:
        assert OnTheWire(linesep="\r\n").fold_binary("Subject", text) == expected


def test_calendar_part_says_the_method_of_the_file() -> None:
    parts = {part.get_content_type(): part for part in _read(replace(LETTER, calendar=FILE)).walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["text/calendar"].get_content_charset() == "utf-8"
    said = parts["text/calendar"].get_payload(decode=True)
    assert said.splitlines() == FILE.content.splitlines()
    assert parts["application/ics"].get_content() == FILE.content
    assert parts["application/ics"].get_filename() == "invite.ics"


def test_picture_is_shown_and_attached() -> None:
    shown, attached = (
        part for part in _read(replace(LETTER, picture=code_png("x"))).walk() if part.get_content_type() == "image/png"
    )
    assert shown["Content-ID"] == f"<{picture_id(LETTER.mail_id)}>"
    assert shown.get_content_disposition() == "inline"
    assert attached.get_content_disposition() == "attachment"
    assert shown.get_content() == attached.get_content() == code_png("x")


def test_headers_say_who_to_whom_and_that_a_machine_wrote_it() -> None:
    mail = _read(LETTER)
    assert mail["From"] == "Werkregio Rijn en Vecht <handdruk@example.org>"
    assert mail["Reply-To"] == "Werkregio Rijn en Vecht <meetgreet@rijnenvecht.example>"
    assert [(one.display_name, one.addr_spec) for one in mail["To"].addresses] == [("Оксана Гриценко", LETTER.address)]
    assert mail["Subject"] == LETTER.subject
    assert mail["Message-ID"] == "<5b0c@example.org>"
    assert parsedate_to_datetime(mail["Date"]) == LETTER.written_at
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "uk"
    assert mail["MIME-Version"] == "1.0"


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_as_they_are_written(name: str) -> None:
    raw = make_mail(replace(LETTER, reader=name, sender=name, subject=name), "handdruk@example.org")
    assert _mailbox(raw, "To") == (name.strip(), LETTER.address)
    assert _mailbox(raw, "From") == (name.strip(), "handdruk@example.org")
    assert _decoded(message_from_bytes(raw)["Subject"]) == name.strip()


def _mailbox(raw: bytes, header: str) -> tuple[str, str]:
    # Python's newer parser puts spaces between the encoded words of a name, against RFC 2047 §6.2.
    name, address = parseaddr(str(message_from_bytes(raw)[header]))
    return _decoded(name), address


def _decoded(words: str) -> str:
    return re.sub(r"\r\n(?=\s)", "", str(make_header(decode_header(words))))


@pytest.mark.parametrize("breaking", ["\r\n", "\n", "\r", "\r\n ", "\u2028", "\x00", "\x85"])
def test_no_name_can_add_a_header(breaking: str) -> None:
    evil = f"Eve{breaking}Bcc: all@example.org{breaking}{breaking}<b>body"
    mail = _read(replace(LETTER, reader=evil, sender=evil, subject=evil))
    assert mail["Bcc"] is None
    assert _tree(mail) == {"multipart/alternative": ["text/plain", "text/html"]}
    assert [one.addr_spec for one in mail["To"].addresses] == [LETTER.address]


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_the_mail_stays_whole(name: str, subject: str) -> None:
    raw = make_mail(replace(LETTER, reader=name, subject=subject), "handdruk@example.org")
    assert raw.isascii()
    assert all(len(line) < 998 and b"\r" not in line for line in raw.split(b"\r\n"))
    mail = message_from_bytes(raw, policy=policy.default)
    assert set(mail.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip


def test_text_comes_through_with_its_lines() -> None:
    body = _read(LETTER).get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == LETTER.text.splitlines()


def test_dutch_text_is_readable_in_the_source() -> None:
    raw = make_mail(replace(LETTER, text="Beste Jan,\nTot ziens in het café.\n"), "handdruk@example.org")
    assert b"Tot ziens in het caf=C3=A9." in raw


def test_international_domain_travels_in_ascii() -> None:
    assert ascii_address("jan@bücher.example") == "jan@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address", ["", "jan", "jan@", "@example.org", "ян@example.org", "jan@example.org\r\nBcc: x@y.z", "a b@c.d",
                "jan@exa mple.org", "<jan@example.org>", "a@b@c..d", "jan@" + "x" * 70 + ".nl"],
)  # fmt: skip
def test_address_that_fits_in_no_envelope_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        make_mail(replace(LETTER, address=address), "handdruk@example.org")


def test_letter_that_one_can_do_without_is_ended_with_one_click() -> None:
    address = "https://handdruk.example/notifications/unsubscribe/" + "x" * 200
    raw = make_mail(replace(LETTER, unsubscribe=address), "handdruk@example.org")
    assert f"List-Unsubscribe: <{address}>\r\n".encode() in raw, "no provider looks further than one line"
    assert _read(replace(LETTER, unsubscribe=address))["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert _read(LETTER)["List-Unsubscribe"] is None
