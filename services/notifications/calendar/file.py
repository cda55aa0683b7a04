"""The calendar file of an entry (RFC 5545), as an invitation or its cancellation (RFC 5546)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import STATUS, Alarm, Calendar, Event, vCalAddress, vDatetime, vUri

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content, answer_to
from services.notifications.calendar.zones import write_zone
from services.notifications.channels.letter import CalendarFile
from services.notifications.wording.render import write_text
from services.notifications.wording.source import put_into_words
from shared import clock

WORDS = Path(__file__).parent / "templates"
PRODUCT = "-//Handdruk//Notifications//EN"
EVENT_BEGINS = b"BEGIN:VEVENT\r\n"
REMIND_BEFORE = (timedelta(days=1), timedelta(hours=1))
CATEGORIES = {
    "conference": {"nl": "Conferentie", "en": "Conference", "uk": "Конференція", "ru": "Конференция"},
}
"""A Meet & Greet is called that in every language."""


@dataclass(frozen=True)
class Parties:
    """Who invites and who is invited. The mailbox gets the answers."""

    organisation: str
    mailbox: str
    person: str
    language: str


@dataclass(frozen=True)
class Occasion:
    """The event that the entry is about, and the reader's way to more."""

    name: str
    time_zone: str
    link: str | None = None
    kind: str = "meet_and_greet"


def write_file(
    entry: CalendarEntry, content: Content, sequence: int, parties: Parties, occasion: Occasion
) -> CalendarFile:
    """The file that says `content` as number `sequence`: METHOD REQUEST, or CANCEL when it is cancelled."""
    method = "CANCEL" if content.cancelled else "REQUEST"
    event = describe(entry, content, sequence, parties, occasion)
    event["DTSTAMP"] = vDatetime(clock.now().replace(microsecond=0))
    event.add("attendee", _attendee(content.address, parties, answer_to(entry, sequence)))
    calendar = begin_calendar(method)
    calendar.add_component(event)
    # The zone is the same in thousands of files, and half of the lines of each: it is written once and put in.
    zone = write_zone(occasion.time_zone, datetime.fromisoformat(content.starts_at).year)
    return CalendarFile(method, calendar.to_ical().replace(EVENT_BEGINS, zone + EVENT_BEGINS, 1))


def begin_calendar(method: str) -> Calendar:
    """A calendar with nothing in it yet."""
    # Calendar.new would add a UID of the file itself (RFC 7986), which programs take for that of the event.
    calendar = Calendar()
    for name, value in {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": method}.items():
        calendar.add(name, value)
    return calendar


def describe(entry: CalendarEntry, content: Content, sequence: int, parties: Parties, occasion: Occasion) -> Event:
    """The event of the file without attendee, as invitation and feed say it alike; stamped when the entry changed."""
    summary, description = _words(entry.purpose, content, parties, occasion)
    changed_at = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event.new(
        uid=str(entry.id),
        stamp=changed_at,
        last_modified=changed_at,
        sequence=sequence,
        summary=one_line(summary),
        description=_readable(description),
        location=one_line(content.place) or None,
        organizer=vCalAddress.new(parties.mailbox, cn=_parameter(parties.organisation)),
        status=STATUS.CANCELLED if content.cancelled else STATUS.CONFIRMED,
        url=occasion.link,
        categories=[category(occasion.kind, parties.language)],
        subcomponents=[] if content.cancelled else [_alarm(before, summary) for before in REMIND_BEFORE],
    )
    for name, moment in (("dtstart", content.starts_at), ("dtend", content.ends_at)):
        event.add(name, _on_local_clock(datetime.fromisoformat(moment), occasion.time_zone))
    _say_busy(event, not content.cancelled and answer_to(entry, sequence) != "declined")
    if content.coordinates is not None:
        _add_coordinates(event, content.coordinates, content.place)
    return event


def category(kind: str, language: str) -> str:
    """The kind of event as the reader's language calls it, which calendars colour and search by."""
    return CATEGORIES.get(kind, {}).get(language, "Meet & Greet")


def _say_busy(event: Event, busy: bool) -> None:
    event.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    # Outlook looks at its own property alone, and shows what has none as tentative.
    event.add("x-microsoft-cdo-busystatus", "BUSY" if busy else "FREE")


def _add_coordinates(event: Event, coordinates: list[float], place: str) -> None:
    """Where it is on a map: as the standard says it, and as Apple's calendar alone shows a map and travel time."""
    latitude, longitude = coordinates
    event.add("geo", (latitude, longitude))
    structured = vUri(f"geo:{latitude},{longitude}")
    structured.params["VALUE"], structured.params["X-APPLE-RADIUS"] = "URI", "100"
    structured.params["X-TITLE"] = _parameter(place)
    event.add("x-apple-structured-location", structured)


def _words(purpose: str, content: Content, parties: Parties, occasion: Occasion) -> tuple[str, str]:
    """Summary and description in the reader's language."""
    words = put_into_words(
        WORDS,
        purpose,
        parties.language,
        {
            "event": {"name": occasion.name},
            "organisation": {"name": parties.organisation, "mailbox": parties.mailbox},
            "link": occasion.link,
            "time_zone": occasion.time_zone,
            **content.details,
            "blocks": _blocks_inside(content),
        },
    )
    return words.subject, write_text(words, columns=None).strip()


def _blocks_inside(content: Content) -> list[dict[str, Any]]:
    """Those of an interpreter's blocks that this entry spans."""
    start, end = datetime.fromisoformat(content.starts_at), datetime.fromisoformat(content.ends_at)
    return [
        block
        for block in content.details.get("blocks", [])
        if datetime.fromisoformat(block["starts_at"]) >= start and datetime.fromisoformat(block["ends_at"]) <= end
    ]


def _attendee(address: str, parties: Parties, answer: str) -> vCalAddress:
    return vCalAddress.new(
        address,
        cn=_parameter(parties.person),
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=answer.upper().replace("_", "-"),
        rsvp=True,
    )


def _parameter(name: str) -> str:
    """A name as a parameter may hold it: no control characters, and no double quotes (RFC 5545 §3.1).

    No backslash either: libical takes the quote after one for a letter, and the rest of the line for the name.
    """
    return one_line(name).replace('"', "'").replace("\\", "/")


def one_line(text: str) -> str:
    """Text on one line, without the control characters that no value may hold (RFC 5545 §3.3.11).

    Nor byte order marks: libical takes a value of nothing else for none.
    """
    plain = text
    if not text.isprintable():
        plain = "".join(letter if letter.isprintable() or ord(letter) > 159 else " " for letter in text)
        plain = plain.replace("\ufeff", "")
    # icalendar takes these two for a line break when it writes.
    return plain.replace("\\N", "/N").strip()


def _readable(text: str) -> str:
    """The same of a text of several lines."""
    return "\n".join(one_line(line) for line in text.split("\n")).strip()


def _alarm(before: timedelta, summary: str) -> Alarm:
    alarm = Alarm.new(description=one_line(summary))
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    return alarm


def _on_local_clock(moment: datetime, time_zone: str) -> datetime:
    """The moment on the event's clock; in UTC in the hour that comes twice, which programs take for either one."""
    local = moment.astimezone(ZoneInfo(time_zone))
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if comes_twice else local
