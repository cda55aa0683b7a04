"""What a mail is: bytes in, one of a few kinds out. The first that fits, the surest first."""

from dataclasses import dataclass
from hashlib import sha256

from services.notifications.inbox.reading.automatic import Complaint, asks_to_stop, is_automatic, read_complaint
from services.notifications.inbox.reading.calendar_parts import CalendarPart, has_winmail, read_calendar
from services.notifications.inbox.reading.headers import Headers, read_mailbox
from services.notifications.inbox.reading.mail import Mail, read_mail
from services.notifications.inbox.reading.returned import Fate, read_fate
from services.notifications.inbox.reading.short_answers import read_short_answer
from services.notifications.inbox.reading.words import first_line, first_lines

MOST_NAME = 200
TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc", "resent-to")


@dataclass(frozen=True)
class Understood:
    """What a mail says of itself and what it is. Nothing in it is proven."""

    kind: str
    """a word of models.KINDS"""
    sender: str
    """the address in From, in small letters; empty for none"""
    sender_name: str
    subject: str
    words: str
    mail_id: str
    written_at: str
    to: tuple[str, ...]
    """addresses that it was for, in small letters"""
    answers: tuple[str, ...]
    """Message-IDs of what it answers, the nearest first"""
    fingerprint: str
    """of what its leaves say, however they were encoded on the way"""
    cut: bool = False
    """larger or deeper than we read"""
    winmail: bool = False
    calendar: CalendarPart | None = None
    fate: Fate | None = None
    complaint: Complaint | None = None
    short: str | None = None
    """accepted or declined, when that is all that it says"""


def understand(raw: bytes) -> Understood:
    """What the mail is. Never raises, opens nothing that it names, and takes a time that its size bounds."""
    mail = read_mail(raw)
    name, sender = read_mailbox(*mail.headers.fields.get("from", ())[:5])
    mail_id = next(iter(mail.headers.ids("message-id")), "")
    calendar, fate, complaint = read_calendar(mail, sender, mail_id), read_fate(mail), read_complaint(mail)
    subject, line = mail.headers.words("subject"), first_line(mail)
    return Understood(
        kind=_kind(mail, calendar, fate, complaint, asks_to_stop(subject, line)),
        sender=sender,
        sender_name=name[:MOST_NAME],
        subject=subject,
        words=first_lines(mail),
        mail_id=mail_id,
        written_at=mail.headers.first("date"),
        to=tuple(dict.fromkeys(mail.headers.addresses(*TO)))[:50],
        answers=_answers(mail.headers),
        fingerprint=_fingerprint(mail),
        cut=mail.cut,
        winmail=has_winmail(mail),
        calendar=calendar,
        fate=fate,
        complaint=complaint,
        short=read_short_answer(line),
    )


def _kind(
    mail: Mail, calendar: CalendarPart | None, fate: Fate | None, complaint: Complaint | None, stops: bool
) -> str:
    if calendar is not None:
        # Google marks answers as written by a machine, so a calendar file is looked for first.
        return "calendar_answer" if calendar.answer is not None else "calendar_other"
    if complaint is not None:
        return "complaint"
    if fate is not None:
        return _FATES.get(fate.action, "unreadable")
    if is_automatic(mail.headers):
        return "automatic"
    if not mail.headers.fields:
        return "unreadable"
    return "unsubscribe" if stops else "reply"


_FATES = {
    "failed": "bounced",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "automatic",
    "expanded": "automatic",
}
"""Handed to a server that tells no more, or to a list: nothing is known then."""


def _answers(headers: Headers) -> tuple[str, ...]:
    """In-Reply-To, then References from the newest back (RFC 5322 §3.6.4)."""
    return tuple(dict.fromkeys([*headers.ids("in-reply-to"), *reversed(headers.ids("references"))]))[:50]


def _fingerprint(mail: Mail) -> str:
    """Servers on the way may encode anew and break lines elsewhere; what is said stays."""
    found = sha256()
    for part in mail.parts:
        found.update(part.kind.encode() + b"\0" + b"".join(part.octets().split()) + b"\0")
    return found.hexdigest()
