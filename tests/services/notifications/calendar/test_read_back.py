"""Every kind of file that we send, read back by programs that others wrote, on ordinary days and when clocks change.

ical.js is Thunderbird's reader, libical that of Evolution and KDE, khal stands on icalendar and pytz, radicale on
vobject. Each must find the same UID, number, method, local time and instant that was meant.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content
from shared import clock
from shared.events import PutCalendarEntry
from tests.factories.notifications import at, facts, person, tell
from tests.service_under_test import ServiceUnderTest
from tests.services.notifications.calendar.caldav import MAKE_CALENDAR, CalDav, caldav_server
from tests.services.notifications.calendar.ical_js import read_calendars, read_files
from tests.services.notifications.calendar.khal import Khal
from tests.services.notifications.calendar.libical import Moment, read_libical
from tests.services.notifications.calendar.test_feeds import make_address, put
from tests.services.notifications.calendar.test_file import DAYS, _content, _entry, _write

ZONES = ("Europe/Amsterdam", "Europe/Kyiv", "Asia/Tokyo", "Africa/Casablanca")
"""The last has clock changes that no yearly rule gives."""
SETTLED = ZONES[:3]
"""khal takes a zone's rules from a table of its own and not from the file, and tables of different years do not agree
on Morocco."""
PURPOSES = ("stand", "visit", "interpreting:1")
LASTS, LATER = timedelta(hours=1, minutes=15), timedelta(minutes=30)
KINDS = {
    "REQUEST": (0, timedelta(0), "CONFIRMED"),
    "update": (1, LATER, "CONFIRMED"),
    "CANCEL": (2, LATER, "CANCELLED"),
}
"""kind of file → its SEQUENCE, how much later it is than the first, and STATUS"""


@dataclass(frozen=True)
class Sent:
    """One file, and what it must say."""

    kind: str
    zone: str
    day: str
    uid: str
    start: datetime
    file: bytes

    @property
    def method(self) -> str:
        return "CANCEL" if self.kind == "CANCEL" else "REQUEST"

    @property
    def sequence(self) -> int:
        return KINDS[self.kind][0]

    @property
    def status(self) -> str:
        return KINDS[self.kind][2]

    @property
    def end(self) -> datetime:
        return self.start + LASTS

    @property
    def alarms(self) -> list[str]:
        return [] if self.kind == "CANCEL" else ["-P1D", "-PT1H"]


def write(kind: str, zone: str, day: str, entry: CalendarEntry) -> Sent:
    sequence, later, _ = KINDS[kind]
    start = DAYS[day] + later
    content: Content = replace(_content(start, LASTS / timedelta(hours=1)), cancelled=kind == "CANCEL")
    return Sent(kind, zone, day, str(entry.id), start, _write(content, entry, sequence, time_zone=zone).content)


def every_file(zone: str) -> Iterator[Sent]:
    for number, day in enumerate(DAYS):
        entry = _entry(PURPOSES[number % len(PURPOSES)])
        for kind in KINDS:
            yield write(kind, zone, day, entry)


def on_clock(moment: datetime, zone: str) -> tuple[str, str]:
    """What the file says: time and zone; UTC in the hour that comes twice."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "UTC"
    return local.strftime("%Y-%m-%dT%H:%M:%S"), zone


def meant(moment: datetime, zone: str) -> Moment:
    return Moment(*on_clock(moment, zone), instant=moment)


@pytest.mark.parametrize("zone", ZONES)
def test_ical_js_finds_what_was_meant(zone: str) -> None:
    sent = list(every_file(zone))
    for one, said in zip(sent, read_files(*(one.file for one in sent)), strict=True):
        about = (one.kind, one.day)
        assert (said["method"], said["uid"], said["sequence"]) == (one.method, one.uid, one.sequence), about
        assert (said["status"], said["alarms"]) == (one.status, one.alarms), about
        for name, moment in (("start", one.start), ("end", one.end)):
            local, tzid = on_clock(moment, zone)
            assert said[name]["local"].removesuffix("Z") == local, about
            assert said[name]["zone"] == tzid, about
            assert said[name]["instant"] == moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"), about


@pytest.mark.parametrize("zone", ZONES)
def test_libical_finds_what_was_meant(zone: str) -> None:
    for one in every_file(zone):
        [said] = read_libical(one.file)
        about = (one.kind, one.day)
        assert (said.method, said.uid, said.sequence) == (one.method, one.uid, one.sequence), about
        assert (said.start, said.end) == (meant(one.start, zone), meant(one.end, zone)), about
        assert (said.status, said.alarms) == (one.status, one.alarms), about
        assert said.attendees == [("mailto:olena@example.org", "NEEDS-ACTION")], about


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", SETTLED)
def test_khal_shows_what_was_meant(tmp_path: Path, zone: str, kind: str) -> None:
    sent = [one for one in every_file(zone) if one.kind == kind]
    shown = Khal(tmp_path, zone).read({one.uid: one.file for one in sent})
    assert len(shown) == len(sent)
    for one in sent:
        said = shown[one.uid]
        for name, moment in (("start-long", one.start), ("end-long", one.end)):
            assert said[name] == moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M"), (one.day, name)
        assert (said["status"].strip() == "CANCELLED", bool(said["alarm-symbol"])) == (
            kind == "CANCEL",
            kind != "CANCEL",
        )


@pytest.fixture(scope="module")
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalDav]:
    """A CalDAV server with an empty calendar."""
    with caldav_server(tmp_path_factory.mktemp("radicale")) as server:
        assert server.ask("MKCALENDAR", "/olena/work/", MAKE_CALENDAR)[0] == 201
        yield server


def as_stored(file: bytes) -> bytes:
    """As a calendar program stores an invitation: without the method, which is for the way (RFC 4791 §4.1)."""
    return re.sub(rb"METHOD:\w+\r\n", b"", file)


@pytest.mark.parametrize("zone", ZONES)
def test_caldav_server_takes_the_entry_its_update_and_its_end(dav: CalDav, zone: str) -> None:
    for day in DAYS:
        entry = _entry()
        path = f"/olena/work/{entry.id}.ics"
        tag = ""
        for kind in KINDS:
            one = write(kind, zone, day, entry)
            condition = {"If_Match": tag} if tag else {"If_None_Match": "*"}
            status, headers, answer = dav.ask("PUT", path, as_stored(one.file), **condition)
            assert status in (201, 204), (day, kind, answer)
            tag = headers["ETag"]
            [said] = read_libical(dav.ask("GET", path)[2])
            assert (said.uid, said.sequence, said.status) == (one.uid, one.sequence, one.status)
            assert (said.start, said.end) == (meant(one.start, zone), meant(one.end, zone)), (day, kind)
            assert _found(dav, one, timedelta(0)), (day, kind)
            assert not _found(dav, one, timedelta(hours=3)), (day, kind)
        assert dav.ask("PUT", path, as_stored(write("REQUEST", zone, day, entry).file), If_None_Match="*")[0] == 412


def _found(dav: CalDav, one: Sent, after: timedelta) -> bool:
    """Does the server give the entry to who asks for the minutes in its midst, or so long after it?"""
    start = one.start + timedelta(minutes=30) + after
    period = [moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for moment in (start, start + timedelta(minutes=15))]
    return any(one.uid.encode() in file for file in dav.query("/olena/work/", *period))


# ── the feed ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def feed(notifications: ServiceUnderTest) -> tuple[bytes, dict[str, PutCalendarEntry], dict[str, str]]:
    """A feed with an entry in each zone on each day; the entries and their zones by the name of the event."""
    who, entries, zones = person("interpreter"), {}, {}
    # Before all of the days: a feed leaves out what is long over.
    with clock.at(at(2026, 12, 1, 9)):
        for zone in ZONES:
            for day, start in DAYS.items():
                name = f"{zone} {day}"
                event = facts(name=name, time_zone=zone, starts_at=start, ends_at=start + LASTS, event_id=uuid.uuid4())
                command = put(tell(notifications, event), person=who, ends_at=start + LASTS)
                notifications.deliver(command)
                entries[name], zones[name] = command, zone
        return notifications.client().get(make_address(notifications, who)).data, entries, zones


def test_feed_reads_the_same_everywhere(
    feed: tuple[bytes, dict[str, PutCalendarEntry], dict[str, str]], dav: CalDav, tmp_path: Path
) -> None:
    file, entries, zones = feed
    [thunderbird], evolution = read_calendars(file), read_libical(file)
    assert thunderbird["method"] == "PUBLISH"
    assert len(thunderbird["events"]) == len(evolution) == len(entries)
    assert dav.ask("PUT", "/olena/feed/", as_stored(file))[0] == 201
    khal = Khal(tmp_path, "Europe/Amsterdam").read_feed(file)
    by_uid = {said["uid"]: said for said in thunderbird["events"]}
    for said in evolution:
        name = next(name for name in entries if said.summary.endswith(name))
        entry, zone = entries[name], zones[name]
        start, end = meant(entry.starts_at, zone), meant(entry.ends_at, zone)
        assert (said.method, said.sequence, said.start, said.end) == ("PUBLISH", 0, start, end), name
        assert (said.alarms, said.attendees) == (["-P1D", "-PT1H"], []), name
        other = by_uid[said.uid]
        assert (other["start"]["local"].removesuffix("Z"), other["start"]["zone"]) == (start.local, start.zone), name
        assert other["end"]["instant"] == end.instant.strftime("%Y-%m-%dT%H:%M:%S.000Z"), name
        here = entry.starts_at.astimezone(ZoneInfo("Europe/Amsterdam")).strftime("%Y-%m-%d %H:%M")
        assert zone not in SETTLED or khal[said.uid]["start-long"] == here, name
    stored = dav.query("/olena/feed/", "20270101T000000Z", "20280101T000000Z")
    assert len(stored) == len(entries)
