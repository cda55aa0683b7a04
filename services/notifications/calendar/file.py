"""The calendar file of an entry (RFC 5545), as an invitation or its cancellation (RFC 5546)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import STATUS, Alarm, Calendar, Component, Event, vCalAddress

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content
from services.notifications.calendar.zones import describe_zone
from services.notifications.channels.letter import CalendarFile
from services.notifications.wording.render import write_text
from services.notifications.wording.source import put_into_words
from shared import clock

WORDS = Path(__file__).parent / "templates"
PRODUCT = "-//Handdruk//Notifications//EN"
REMIND_BEFORE = (timedelta(days=1), timedelta(hours=1))


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


def write_file(
    entry: CalendarEntry, content: Content, sequence: int, parties: Parties, occasion: Occasion
) -> CalendarFile:
    """The file that says `content` as number `sequence`: METHOD REQUEST, or CANCEL when it is cancelled."""
    method = "CANCEL" if content.cancelled else "REQUEST"
    starts_at = datetime.fromisoformat(content.starts_at)
    event = _describe(entry, content, sequence, parties, occasion)
    # Calendar.new would add a UID of the file itself (RFC 7986), which programs take for that of the event.
    calendar = Calendar()
    for name, value in {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": method}.items():
        calendar.add(name, value)
    calendar.add_component(describe_zone(occasion.time_zone, starts_at))
    calendar.add_component(event)
    return CalendarFile(method, calendar.to_ical())


def _describe(entry: CalendarEntry, content: Content, sequence: int, parties: Parties, occasion: Occasion) -> Event:
    summary, description = _words(entry.purpose, content, parties, occasion)
    alarms: list[Component] = [] if content.cancelled else [_alarm(before, summary) for before in REMIND_BEFORE]
    event = Event.new(
        uid=str(entry.id),
        stamp=clock.now().replace(microsecond=0),
        last_modified=entry.changed_at.astimezone(UTC).replace(microsecond=0),
        sequence=sequence,
        summary=summary,
        description=description,
        location=content.place,
        organizer=vCalAddress.new(parties.mailbox, cn=_parameter(parties.organisation)),
        attendees=[_attendee(content.address, parties)],
        status=STATUS.CANCELLED if content.cancelled else STATUS.CONFIRMED,
        url=occasion.link,
        subcomponents=alarms,
    )
    for name, moment in (("dtstart", content.starts_at), ("dtend", content.ends_at)):
        event.add(name, _on_local_clock(datetime.fromisoformat(moment), occasion.time_zone))
    event.add("transp", "OPAQUE")
    return event


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


def _attendee(address: str, parties: Parties) -> vCalAddress:
    return vCalAddress.new(
        address,
        cn=_parameter(parties.person),
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="NEEDS-ACTION",
        rsvp=True,
    )


def _parameter(name: str) -> str:
    """A name as a parameter may hold it: no control characters, and no double quotes (RFC 5545 §3.1)."""
    return "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in name).replace('"', "'")


def _alarm(before: timedelta, summary: str) -> Alarm:
    alarm = Alarm.new(description=summary)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    return alarm


def _on_local_clock(moment: datetime, time_zone: str) -> datetime:
    """The moment on the event's clock; in UTC in the hour that comes twice, which programs take for either one."""
    local = moment.astimezone(ZoneInfo(time_zone))
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if comes_twice else local
