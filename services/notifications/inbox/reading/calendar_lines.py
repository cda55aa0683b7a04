"""Content lines of a calendar file (RFC 5545 §3.1): what an answer needs of them, and no more.

A library would also make sense of time zones, recurrences and alarms, and reads files by names that stand in the mail.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.notifications.inbox.reading.headers import split_parameters

MOST_FILE = 256 * 1024
MOST_LINES = 5000
MOST_LINE = 8000
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""What lies beyond is no date of an answer, and no clock can show the first and the last of all days."""
_ESCAPED = re.compile(r"\\([\\;,nN])")
_FOLD = re.compile(r"\n[ \t]")
_NAMES = re.compile(r'((?:[^:"]|"[^"]*")*):')
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)")
_AMSTERDAM, _KYIV, _LONDON = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Europe/Kyiv"), ZoneInfo("Europe/London")
ZONES = {
    "europe/amsterdam": _AMSTERDAM,
    "europe/brussels": _AMSTERDAM,
    "europe/berlin": _AMSTERDAM,
    "europe/paris": _AMSTERDAM,
    "europe/warsaw": _AMSTERDAM,
    "w. europe standard time": _AMSTERDAM,
    "romance standard time": _AMSTERDAM,
    "central europe standard time": _AMSTERDAM,
    "central european standard time": _AMSTERDAM,
    "europe/kyiv": _KYIV,
    "europe/kiev": _KYIV,
    "fle standard time": _KYIV,
    "europe/london": _LONDON,
    "gmt standard time": _LONDON,
    "utc": ZoneInfo("UTC"),
    "asia/tokyo": ZoneInfo("Asia/Tokyo"),
    "tokyo standard time": ZoneInfo("Asia/Tokyo"),
}
"""The clocks that people who get our invitations live by, also as Windows calls them; loaded here and never later."""


@dataclass(frozen=True)
class Line:
    """One property: its name in capitals, parameters likewise, and the value as it stands."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    value: str = ""

    @property
    def words(self) -> str:
        """The value of a text property without its escapes (RFC 5545 §3.3.11)."""
        return _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), self.value)

    def moment(self) -> datetime | None:
        """The value as a moment; None for a date, for a clock that we do not know, and for no moment at all."""
        found = _MOMENT.fullmatch(self.value.strip())
        zone = UTC if found and found.group(7) else ZONES.get(self.parameters.get("TZID", "").strip('"/ ').lower())
        if found is None or zone is None:
            return None
        year, month, day, hour, minute, second = (int(number) for number in found.groups()[:6])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError:
            return None


@dataclass(frozen=True)
class CalendarLines:
    """The properties of the file itself, and of the first event in it; None where there is none."""

    method: str = ""
    event: Sequence[Line] | None = None
    several: bool = False
    """there are more events than this one"""

    def first(self, name: str) -> Line:
        """The event's first property of this name; an empty one for none."""
        return next((line for line in self.event or () if line.name == name), Line(name))

    def all(self, name: str) -> list[Line]:
        """The event's properties of this name."""
        return [line for line in self.event or () if line.name == name]


def read_calendar_lines(text: str) -> CalendarLines:
    """The file's method and its first event."""
    method, inside = "", [""]
    events: list[list[Line]] = []
    for line in _lines(text):
        if line.name == "BEGIN":
            inside.append(line.value.strip().upper())
            if inside[-1] == "VEVENT":
                events.append([])
        elif line.name == "END":
            inside.pop()
            inside = inside or [""]
        elif inside[-1] == "VEVENT":
            events[-1].append(line)
        elif line.name == "METHOD" and inside[-1] in {"", "VCALENDAR"}:
            method = method or line.value.strip().upper()[:20]
    return CalendarLines(method, next(iter(events), None), several=len(events) > 1)


def _lines(text: str) -> Iterator[Line]:
    unix = text[:MOST_FILE].replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(_FOLD.sub("", unix).split("\n")):
        if number == MOST_LINES:
            return
        if line.strip():
            yield _read_line(line[:MOST_LINE])


def _read_line(line: str) -> Line:
    """NAME;PARAM=value;PARAM="quoted: value":value"""
    # A quote that never ends, as some programs write in a name: then the quotes mean nothing.
    names = _NAMES.match(line)
    before, _, value = (names.group(1), ":", line[names.end() :]) if names else line.replace('"', "").partition(":")
    name, *given = split_parameters(before)
    parameters: dict[str, str] = {}
    for one in given[:50]:
        key, _, said = one.partition("=")
        parameters.setdefault(key.strip().upper(), said.strip().strip('"'))
    return Line(name.strip().upper(), parameters, value)
