"""Answers and returns in the odder shapes in which the world's programs write them."""

import base64
import uuid
from collections.abc import Callable

import pytest

from services.notifications.inbox.models import InboxItem
from services.notifications.inbox.reading.returned import Fate
from services.notifications.inbox.reading.understanding import Understood, understand
from shared.events import CalendarEntryAnswered, PutCalendarEntry
from tests.factories import incoming
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.inbox.test_taking import _address, _entry, _message, _sent

UID, READER = str(uuid.UUID(int=7)), "olena@example.org"
FILE = incoming.reply_file(UID, READER)


def _as_file(file: bytes, charset: str = "utf-8") -> bytes:
    encoded = base64.encodebytes(file).decode()
    named = f"text/calendar; method=REPLY; charset={charset}"
    return incoming.mail(encoded, READER, named, Content_Transfer_Encoding="base64")


def _attached(header: str) -> bytes:
    return incoming.multipart("mixed", incoming.text_part("See the file."), f"{header}\n\n{FILE}", sender=READER)


SHAPES: dict[str, Callable[[], bytes]] = {
    "small letters": lambda: _as_file(FILE.lower().encode()),
    "UTF-16": lambda: _as_file(FILE.encode("utf-16"), "utf-16"),
    "UTF-16 that nobody names": lambda: _as_file(FILE.encode("utf-16le"), "us-ascii"),
    "a byte order mark": lambda: _as_file(b"\xef\xbb\xbf" + FILE.encode()),
    "folded everywhere": lambda: _as_file(_folded()),
    "an attachment of no type": lambda: _attached(
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=reply.ics"
    ),
    "an attachment whose name is encoded": lambda: _attached(
        'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="=?utf-8?B?cmVwbHkuaWNz?="'
    ),
}


def _folded() -> bytes:
    """Each line in pieces of seventeen octets, also in the midst of a letter."""
    lines = []
    for line in FILE.replace("SEQUENCE:0\n", "SEQUENCE:0\nCOMMENT:Дякую, я прийду пізніше\n").encode().split(b"\n"):
        pieces = [line[at : at + 17] for at in range(0, len(line), 17)] or [b""]
        lines.append(b"\r\n ".join(pieces))
    return b"\r\n".join(lines)


@pytest.mark.parametrize("shape", SHAPES)
def test_answer_is_read_in_every_shape(shape: str) -> None:
    mail = understand(SHAPES[shape]())
    assert mail.calendar is not None
    answer = mail.calendar.answer
    assert answer is not None
    assert (answer.uid, answer.attendee, answer.partstat.upper()) == (UID, READER, "ACCEPTED")
    assert answer.comment == ("Дякую, я прийду пізніше" if shape == "folded everywhere" else "")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (f"Olena <{READER}>", READER),
        (READER, READER),
        (f"{READER} (Olena)", READER),
        (f"{READER} <{READER}>", READER),
        ('"Савчук, Олена (werk)" <OLENA@example.org>', READER),
        (r'"Olena \"O\" Savchuk" <olena@example.org>', READER),
        (f'"<{READER}>" <eve@example.net>', "eve@example.net"),
        (rf'"\"<{READER}>" <eve@example.net>', "eve@example.net"),
        (f"(<{READER}>) eve@example.net", "eve@example.net"),
        (f"(a (b) <{READER}>) Eve <eve@example.net>", "eve@example.net"),
        (f"{READER}, eve@example.net", ""),
        (f"<{READER}> <eve@example.net>", ""),
        (f"{READER} <eve@example.net>", ""),
        (f"{READER}\r\nFrom: eve@example.net", ""),
        ("Olena", ""),
    ],
)
def test_what_stands_in_a_name_is_not_who_writes(written: str, address: str) -> None:
    """Such a mail passes every check of its true sender's server: it must not count as somebody else's."""
    assert understand(incoming.mail("x", From=written)).sender == address


def test_answer_inside_a_forwarded_mail_is_not_the_forwarders() -> None:
    enclosed = f"Content-Type: message/rfc822\n\nFrom: {READER}\nContent-Type: text/calendar; method=REPLY\n\n{FILE}"
    mail = understand(incoming.multipart("mixed", incoming.text_part("FYI"), enclosed, sender="boss@example.net"))
    assert (mail.kind, mail.calendar, mail.words) == ("reply", None, "FYI")


def test_answers_for_several_entries_in_one_mail_are_for_a_person(notifications: ServiceUnderTest) -> None:
    command, uid = _entry(notifications)
    other = incoming.reply_file(UID, _address(command), "DECLINED")
    event = other[other.index("BEGIN:VEVENT") : other.index("END:VCALENDAR")]
    own = incoming.reply_file(uid, _address(command))
    in_one_file = own.replace("END:VCALENDAR", f"{event}END:VCALENDAR")
    kind = "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\n"
    for raw in (
        incoming.mail(in_one_file, _address(command), "text/calendar; method=REPLY"),
        incoming.multipart("mixed", kind + own, kind + other, sender=_address(command)),
    ):
        assert incoming.take(notifications, raw) == "open"
    assert [item.reason for item in incoming.items(notifications)] == ["several_entries"] * 2
    assert notifications.outbox(CalendarEntryAnswered) == []


@pytest.mark.parametrize("method", ["REPLY", "COUNTER"])
@pytest.mark.parametrize("day", ["00010101T000000", "99991231T233000"])
def test_days_that_no_clock_shows_spoil_no_page(notifications: ServiceUnderTest, method: str, day: str) -> None:
    command, uid = _entry(notifications)
    file = incoming.reply_file(uid, _address(command), method=method)
    for name, old in (("DTSTAMP", ":20261122T090000Z"), ("DTSTART", ';TZID="W. Europe Standard Time":20261210T130000')):
        file = file.replace(name + old, f"{name};TZID=Europe/Kyiv:{day}")
    incoming.take(notifications, incoming.mail(file, _address(command), "text/calendar"))
    client, [item] = notifications.signed_in(), incoming.items(notifications)
    assert client.get(f"/inbox/{item.id}").status_code == 200
    assert client.get(f"/api/events/{command.event_id}/calendar-entries").status_code == 200
    assert incoming.take(notifications, incoming.outlook_reply(uid, _address(command), partstat="TENTATIVE")) == "noted"


# ── what a person sees ────────────────────────────────────────────────────────────────────────────────────────


def _page(service: ServiceUnderTest, raw: bytes) -> str:
    incoming.take(service, raw)
    item: InboxItem = incoming.items(service)[-1]
    shown: str = service.signed_in().get(f"/inbox/{item.id}").get_data(as_text=True)
    return shown


def _calendar_mail(command: PutCalendarEntry, uid: str, method: str, partstat: str) -> bytes:
    file = incoming.reply_file(uid, _address(command), partstat, method=method)
    return incoming.mail(file, _address(command), "text/calendar; charset=utf-8")


def test_page_of_a_proposal_says_which_time(notifications: ServiceUnderTest) -> None:
    command, uid = _entry(notifications)
    page = _page(notifications, _calendar_mail(command, uid, "COUNTER", "TENTATIVE"))
    assert "10 Dec 13:00" in page
    assert "10 Dec 16:30" in page


def test_page_of_a_delegation_says_who_would_come(notifications: ServiceUnderTest) -> None:
    command, uid = _entry(notifications)
    partstat = 'DELEGATED;DELEGATED-TO="mailto:colleague@example.org"'
    assert "colleague@example.org" in _page(notifications, _calendar_mail(command, uid, "REPLY", partstat))


# ── returns ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_holiday_notice_from_nobody_is_no_return(notifications: ServiceUnderTest) -> None:
    """RFC 3834 §3.3: it comes from an empty envelope, as returns do; the number of a room is no server's answer."""
    command, mail_id = _sent(notifications)
    words = f"Ik ben op vakantie. Kamer 412 - tot 5.1.26 bereikt u mij op {_address(command)}."
    about = {"In_Reply_To": f"<{mail_id}>", "Auto_Submitted": "auto-replied", "Return_Path": "<>"}
    assert incoming.take(notifications, incoming.mail(words, _address(command), **about)) == "noted"
    assert [item.kind for item in incoming.items(notifications)] == ["automatic"]
    assert _message(notifications, command.message_id).state == "sent"


def test_receipt_of_reading_asks_nothing_of_anybody() -> None:
    receipt = "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent; displayed\n"
    body = incoming.parts(incoming.text_part("Your message was read."), receipt)
    kind = 'multipart/report; report-type=disposition-notification; boundary="=_b"'
    assert understand(incoming.mail(body, READER, kind)).kind == "automatic"


def test_answer_over_a_list_is_for_a_person_and_a_newsletter_is_not() -> None:
    """The region's own mailbox can be a list, which marks all that it brings."""
    marks = {"List_Id": "<meetgreet.example.org>", "Precedence": "list"}
    assert understand(incoming.mail("Ja", READER, In_Reply_To=f"<{UID}@example.org>", **marks)).kind == "reply"
    assert understand(incoming.mail("Nieuws", READER, **marks)).kind == "automatic"


def _fate(raw: bytes) -> Fate:
    mail: Understood = understand(raw)
    assert mail.fate is not None
    return mail.fate


def test_return_in_words_from_nobody_we_know_as_a_robot_counts() -> None:
    words = f"Доставка не удалась: {READER}\n550 5.1.1 Пользователь не найден"
    fate = _fate(incoming.mail(words, "noreply@mx.example", Return_Path="<>", Auto_Submitted="auto-generated"))
    assert (fate.action, fate.cause, fate.recipients) == ("failed", "address", frozenset({READER}))


@pytest.mark.parametrize("words", ["Uw bericht is vertraagd: 451 4.4.1", "Доставка задерживается: 451 4.4.1",
                                   "Доставку затримано: 451 4.4.1", "Delivery is delayed: 451 4.4.1"])  # fmt: skip
def test_delay_in_words_of_any_language_is_no_return(words: str) -> None:
    assert _fate(incoming.mail(words, "postmaster@mx.example")).action == "delayed"


def test_return_without_the_mail_that_came_back_is_for_a_person(notifications: ServiceUnderTest) -> None:
    command, mail_id = _sent(notifications)
    head, _, _ = incoming.dsn(mail_id, _address(command)).partition(b"--=_b\r\nContent-Description: Undelivered")
    assert incoming.take(notifications, head + b"--=_b--\r\n") == "open"
    assert [item.reason for item in incoming.items(notifications)] == ["return_unknown"]


def _report(*blocks: str) -> Fate:
    kind = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    return _fate(incoming.multipart("report", incoming.text_part(""), kind + "\n\n".join(blocks)))


def test_what_became_of_one_reader_says_nothing_of_another() -> None:
    ours = f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 5.1.1"
    other = "Final-Recipient: rfc822; other@example.org\nAction: {}\nStatus: {}"
    arrived, full = other.format("delivered", "2.0.0"), other.format("failed", "5.2.2")
    for blocks in ((ours, arrived), (arrived, ours), (ours, full)):
        fate = _report(*blocks)
        assert (fate.action, fate.cause, fate.recipients) == ("failed", "address", frozenset({READER}))
    assert _report(full, ours).recipients == frozenset({"other@example.org"})
    assert _report(other.format("failed", "5.1.1"), ours).recipients == frozenset({READER, "other@example.org"})


def test_report_in_base64_is_read() -> None:
    report = f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {READER}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    encoded = base64.encodebytes(report.encode()).decode()
    kind = "Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n"
    fate = _fate(incoming.multipart("report", incoming.text_part(""), kind + encoded))
    assert (fate.cause, fate.recipients) == ("address", frozenset({READER}))
