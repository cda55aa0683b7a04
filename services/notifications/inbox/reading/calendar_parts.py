"""Calendar files in a mail: answers as Outlook, Google, Apple and Thunderbird write them (RFC 5546, RFC 6047)."""

import re
from dataclasses import dataclass, replace

from services.notifications.calendar.judging import Answer
from services.notifications.inbox.reading.calendar_lines import CalendarLines, Line, read_calendar_lines
from services.notifications.inbox.reading.charsets import decode
from services.notifications.inbox.reading.mail import Mail, Part

MOST_FILES = 3
CALENDAR_KINDS = ("text/calendar", "application/ics", "text/x-vcalendar")
ANSWERS = ("REPLY", "COUNTER")
HIGHEST_SEQUENCE = 2**31 - 1
MOST_COMMENT = 2000
MOST_ADDRESS = 320
_FOLD = re.compile(rb"\r?\n[ \t]")


@dataclass(frozen=True)
class CalendarPart:
    """What a calendar file in a mail says. `answer` is None for every method but REPLY and COUNTER."""

    method: str
    """REPLY, COUNTER, REFRESH, DECLINECOUNTER, REQUEST …; empty for none that can be read"""
    uid: str = ""
    answer: Answer | None = None


def read_calendar(mail: Mail, sender: str, mail_id: str) -> CalendarPart | None:
    """The calendar file that counts: the first that answers, or else the first with a method. None without any.

    Mail programs put the same file in twice, for programs and as an attachment; only one is taken. Files that answer
    for different entries are for a person.
    """
    files = [part for part in mail.parts if _is_calendar(part)][:MOST_FILES]
    read = [_read_file(part, sender, mail_id) for part in files]
    best = next(iter(sorted(read, key=lambda one: (one.answer is None, not one.method))), None)
    if best is not None and best.answer is not None and len({one.uid for one in read if one.answer}) > 1:
        return replace(best, answer=replace(best.answer, several=True))
    return best


def has_winmail(mail: Mail) -> bool:
    """Does it carry Outlook's own wrapping (TNEF), in which an answer may hide that others cannot read?"""
    kinds = {"application/ms-tnef", "application/vnd.ms-tnef"}
    return any(part.kind in kinds or part.name == "winmail.dat" for part in mail.parts)


def _is_calendar(part: Part) -> bool:
    return part.kind in CALENDAR_KINDS or part.name.endswith((".ics", ".vcs"))


def _read_file(part: Part, sender: str, mail_id: str) -> CalendarPart:
    # Some programs fold in the midst of a letter (RFC 5545 §3.1): lines are put together before they are text.
    lines = read_calendar_lines(decode(_FOLD.sub(b"", part.octets()), part.headers.parameter("charset")))
    method = lines.method or part.headers.parameter("method").strip().upper()[:20]
    uid = lines.first("UID").value.strip()[:255]
    answer = _read_answer(lines, method, uid, sender, mail_id) if method in ANSWERS and uid else None
    return CalendarPart(method, uid, answer)


def _read_answer(lines: CalendarLines, method: str, uid: str, sender: str, mail_id: str) -> Answer:
    attendee = _attendee(lines.all("ATTENDEE"), sender)
    countered = method == "COUNTER"
    return Answer(
        uid=uid,
        sequence=_number(lines.first("SEQUENCE").value),
        attendee=_address(attendee.value),
        sender=sender,
        partstat=attendee.parameters.get("PARTSTAT", "")[:20],
        method=method,
        comment=_comment(lines),
        dtstamp=lines.first("DTSTAMP").moment(),
        recurrence_id=lines.first("RECURRENCE-ID").value[:40],
        several=lines.several,
        proposed_starts_at=lines.first("DTSTART").moment() if countered else None,
        proposed_ends_at=lines.first("DTEND").moment() if countered else None,
        delegated_to=_address(attendee.parameters.get("DELEGATED-TO", "")),
        mail_id=mail_id,
    )


def _attendee(attendees: list[Line], sender: str) -> Line:
    """Whose answer it is: the only one; among several (Exchange repeats them all at times) the sender's own."""
    own = [one for one in attendees if _address(one.value).lower() == sender.lower()]
    return next(iter(own or attendees), Line("ATTENDEE"))


def _comment(lines: CalendarLines) -> str:
    """What the person wrote: in COMMENT, or as Google and Exchange put it."""
    said = [
        lines.first("COMMENT").words,
        *(one.parameters.get("X-RESPONSE-COMMENT", "") for one in lines.all("ATTENDEE")),
    ]
    return next((words.strip()[:MOST_COMMENT] for words in said if words.strip()), "")


def _address(value: str) -> str:
    plain = value.strip()
    return (plain[7:] if plain.lower().startswith("mailto:") else plain)[:MOST_ADDRESS]


def _number(value: str) -> int:
    digits = value.strip()[:12]
    return min(int(digits), HIGHEST_SEQUENCE) if digits.isascii() and digits.isdigit() else 0
