"""Calendar files: what they say, read by ical.js and by icalendar."""

import re
import uuid
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from services.notifications.calendar.file import Occasion, Parties, write_file
from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content, is_news
from services.notifications.channels.letter import CalendarFile
from tests.factories.notifications import at
from tests.services.notifications.calendar.ical_js import read_files

PARTIES = Parties("Werkregio Rijn en Vecht", "meetgreet@rijnenvecht.example", "Олена Савчук", "uk")
OCCASION = Occasion("Meet & Greet, Stadsloket Zuid; zaal 1", "Europe/Amsterdam", "https://handdruk.example/l/abc")
DETAILS = {"employer": "Zorggroep De Linde", "stand": "4", "vacancies": ["Kok", "Helpende"]}
USUAL = at(2026, 12, 10, 12)

ZONES = ("Europe/Amsterdam", "Europe/Kyiv", "Asia/Tokyo")
DAYS = {
    "summer": at(2027, 7, 8, 11),
    "winter": at(2027, 1, 14, 12),
    "spring forward, before": at(2027, 3, 27, 23, 30),
    "spring forward, over it": at(2027, 3, 28, 0, 30),
    "spring forward, after": at(2027, 3, 28, 12),
    "fall back, before": at(2027, 10, 30, 22, 30),
    "fall back, the hour that comes twice": at(2027, 10, 31, 0, 30),
    "fall back, its second time": at(2027, 10, 31, 1, 15),
    "fall back, after": at(2027, 10, 31, 12),
}


def _entry(key: str = "stand") -> CalendarEntry:
    return CalendarEntry(id=uuid.uuid4(), key=key, answer="needs_action", changed_at=at(2026, 12, 1, 9))


def _content(starts_at: datetime = USUAL, hours: float = 3.5, **changes: Any) -> Content:
    ends_at = starts_at + timedelta(hours=hours)
    said = Content(
        starts_at.isoformat(), ends_at.isoformat(), "Stadsloket Zuid, Laan 1", "olena@example.org", False, DETAILS
    )
    return replace(said, **changes)


def _write(content: Content, entry: CalendarEntry | None = None, sequence: int = 0, **changes: Any) -> CalendarFile:
    parties = replace(PARTIES, **{name: changes.pop(name) for name in list(changes) if hasattr(PARTIES, name)})
    return write_file(entry or _entry(), content, sequence, parties, replace(OCCASION, **changes))


def test_file_says_everything_once() -> None:
    entry = _entry()
    (said,) = read_files(_write(_content(), entry, 4, language="nl").content)
    description = said.pop("description")
    assert said == {
        "method": "REQUEST",
        "uid": str(entry.id),
        "sequence": 4,
        "start": {"local": "2026-12-10T13:00:00", "zone": "Europe/Amsterdam", "instant": "2026-12-10T12:00:00.000Z"},
        "end": {"local": "2026-12-10T16:30:00", "zone": "Europe/Amsterdam", "instant": "2026-12-10T15:30:00.000Z"},
        "status": "CONFIRMED",
        "summary": "Stand 4 op Meet & Greet, Stadsloket Zuid; zaal 1",
        "location": "Stadsloket Zuid, Laan 1",
        "geo": None,
        "categories": ["Meet & Greet"],
        "transparency": "OPAQUE",
        "busy": "BUSY",
        "url": "https://handdruk.example/l/abc",
        "organizer": "mailto:meetgreet@rijnenvecht.example",
        "organizerName": "Werkregio Rijn en Vecht",
        "attendees": [
            {
                "address": "mailto:olena@example.org",
                "name": "Олена Савчук",
                "rsvp": "TRUE",
                "partstat": "NEEDS-ACTION",
            }
        ],
        "alarms": ["-P1D", "-PT1H"],
    }
    assert "- Kok\n- Helpende" in description
    assert "https://handdruk.example/l/abc" in description


def test_cancellation_names_the_same_entry_and_rings_no_bell() -> None:
    entry = _entry()
    file = _write(_content(cancelled=True), entry, 5)
    (said,) = read_files(file.content)
    assert (file.method, said["method"], said["status"]) == ("CANCEL", "CANCEL", "CANCELLED")
    assert (said["uid"], said["sequence"], said["alarms"]) == (str(entry.id), 5, [])


@pytest.mark.parametrize("zone", ZONES)
def test_times_are_right_on_every_kind_of_day(zone: str) -> None:
    files = [_write(_content(start, hours=1.25), time_zone=zone).content for start in DAYS.values()]
    for (name, start), said in zip(DAYS.items(), read_files(*files), strict=True):
        for key, moment in (("start", start), ("end", start + timedelta(hours=1.25))):
            assert said[key]["instant"] == moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"), (name, key)
            local = moment.astimezone(ZoneInfo(zone))
            if _comes_twice(local):
                assert said[key]["zone"] == "UTC", (name, key)
            else:
                assert said[key]["local"] == local.strftime("%Y-%m-%dT%H:%M:%S"), (name, key)
                assert said[key]["zone"] == zone, (name, key)


def _comes_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@pytest.mark.parametrize("zone", ZONES)
def test_icalendar_reads_the_same_times(zone: str) -> None:
    for start in DAYS.values():
        calendar = Calendar.from_ical(_write(_content(start), time_zone=zone).content)
        (event,) = calendar.walk("VEVENT")
        assert event["DTSTART"].dt.astimezone(UTC) == start
        assert len(calendar.walk("VTIMEZONE")) == 1


@pytest.mark.parametrize("purpose", ["stand", "visit", "interpreting:0", "interpreting:1"])
@pytest.mark.parametrize("language", ["nl", "en", "uk", "ru"])
def test_every_purpose_has_words_in_every_language(purpose: str, language: str) -> None:
    blocks = [
        {"starts_at": at(2026, 12, 10, 12).isoformat(), "ends_at": at(2026, 12, 10, 13).isoformat(),
         "stands": ["4 Zorggroep"], "languages": ["uk", "nl"]},
        {"starts_at": at(2026, 12, 10, 17).isoformat(), "ends_at": at(2026, 12, 10, 18).isoformat(),
         "stands": ["7 Bakkerij"], "languages": ["uk", "nl"]},
    ]  # fmt: skip
    details = DETAILS if purpose == "stand" else {"blocks": blocks}
    (said,) = read_files(_write(_content(details=details), _entry(purpose), language=language).content)
    assert OCCASION.name in said["summary"]
    assert "rijnenvecht.example" in said["description"]
    if purpose.startswith("interpreting"):
        word = "stand" if language in {"nl", "en"} else "стенд"
        assert f"13:00–14:00: {word} 4 Zorggroep" in said["description"]
        assert "7 Bakkerij" not in said["description"], "that is another entry's time"


@pytest.mark.parametrize(
    "name",
    ["Їжакевич-Ґалаґан", 'Pat "the" O\'Brien', "李", "Ж" * 200, "Eve\r\nATTENDEE:mailto:all@example.org", "a;b:c,d",
     "x\nEND:VEVENT\nBEGIN:VEVENT", "back\\slash\\n"],
)  # fmt: skip
def test_no_name_or_title_can_add_a_line(name: str) -> None:
    details = {"employer": name, "stand": name, "vacancies": [name]}
    content = _content(details=details, place=name)
    (said,) = read_files(_write(content, organisation=name, person=name, name=name).content)
    assert len(said["attendees"]) == 1
    assert said["attendees"][0]["address"] == "mailto:olena@example.org"
    assert said["organizer"] == "mailto:meetgreet@rijnenvecht.example"
    one_line = " ".join(name.split())
    assert one_line in said["summary"]
    assert said["location"].split() == name.split()


def test_lines_are_folded_at_75_octets() -> None:
    content = _write(_content(), organisation="Ж" * 200, name="Їжак " * 40).content
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.endswith(b"END:VCALENDAR\r\n")
    content.decode()


def test_file_without_link_has_no_empty_address() -> None:
    assert b"URL" not in _write(_content(), link=None).content


def test_place_with_coordinates_is_on_the_map() -> None:
    file = _write(_content(coordinates=[52.0907, 5.1214], place='Stadsloket "Zuid", Laan 1')).content
    (said,) = read_files(file)
    assert said["geo"] == [52.0907, 5.1214]
    unfolded = file.replace(b"\r\n ", b"").decode()
    [line] = re.findall(r"X-APPLE-STRUCTURED-LOCATION;(.*)\r\n", unfolded)
    assert line.endswith(":geo:52.0907,5.1214")
    assert "X-TITLE=\"Stadsloket 'Zuid', Laan 1\"" in line
    assert "VALUE=URI" in line
    assert b"GEO" not in _write(_content()).content


@pytest.mark.parametrize(
    ("answer", "partstat", "busy"),
    [("accepted", "ACCEPTED", "BUSY"), ("declined", "DECLINED", "FREE"), ("needs_action", "NEEDS-ACTION", "BUSY")],
)
def test_answer_is_repeated_until_the_number_rises(answer: str, partstat: str, busy: str) -> None:
    entry = _entry()
    entry.answer, entry.sequence = answer, 3
    same, higher = read_files(_write(_content(), entry, 3).content, _write(_content(), entry, 4).content)
    assert (same["attendees"][0]["partstat"], same["busy"]) == (partstat, busy)
    assert (higher["attendees"][0]["partstat"], higher["busy"]) == ("NEEDS-ACTION", "BUSY")
    assert {one["attendees"][0]["rsvp"] for one in (same, higher)} == {"TRUE"}


def test_cancelled_entry_keeps_no_time_busy() -> None:
    (said,) = read_files(_write(_content(cancelled=True), _entry(), 1).content)
    assert (said["transparency"], said["busy"]) == ("TRANSPARENT", "FREE")


def test_what_was_told_before_coordinates_were_known_is_no_news() -> None:
    content = _content()
    told = {name: value for name, value in asdict(content).items() if name != "coordinates"}
    entry = CalendarEntry(told=told)
    assert not is_news(entry, content)
    assert is_news(entry, replace(content, coordinates=[52.0, 5.0]))
