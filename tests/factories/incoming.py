"""Mail that comes in, in the shapes in which the programs and servers of the world write it. All names are invented."""

import uuid
from base64 import encodebytes
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from services.notifications.inbox.models import InboxItem
from services.notifications.inbox.taking import take_mail
from services.notifications.messages.models import Message
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from tests.factories.notifications import MAILBOX
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest

SENDER = "jan@devries.example"
CRLF = "\r\n"


def mail(
    body: str = "Hello", sender: str = SENDER, content_type: str = "text/plain; charset=utf-8", **fields: str
) -> bytes:
    """A plain mail; further header fields with _ for -."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    head = {
        "From": f"Jan de Vries <{sender}>",
        "To": f"Werkregio <{MAILBOX}>",
        "Subject": "Re: uitnodiging",
        "Message-ID": f"<{uuid.uuid4().hex}@devries.example>",
        "Date": "Sun, 22 Nov 2026 10:00:00 +0100",
        "MIME-Version": "1.0",
        "Content-Type": content_type,
        **named,
    }
    return _bytes(head, body)


def _bytes(head: Mapping[str, str], body: str) -> bytes:
    lines = "".join(f"{name}: {value}{CRLF}" for name, value in head.items() if value)
    return (lines + CRLF + body.replace("\r\n", "\n").replace("\n", CRLF)).encode()


def parts(*pieces: str, boundary: str = "=_b") -> str:
    """The body of a multipart mail; each piece has its own header."""
    return "".join(f"--{boundary}\n{piece}\n" for piece in pieces) + f"--{boundary}--\n"


def multipart(kind: str, *pieces: str, sender: str = SENDER, **fields: str) -> bytes:
    """A mail of several parts."""
    return mail(parts(*pieces), sender, f'multipart/{kind}; boundary="=_b"', **fields)


def text_part(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}"


# ── answers from calendars ────────────────────────────────────────────────────────────────────────────────────


def reply_file(
    uid: str, attendee: str, partstat: str = "ACCEPTED", sequence: int = 0, method: str = "REPLY", more: str = ""
) -> str:
    """As Outlook writes it, with its time zone and its own properties."""
    return f"""BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:{method}
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={partstat};CN="Vries; de, Jan: \\"JdV\\"":mailto:{attendee}
DTSTAMP:20261122T090000Z
DTSTART;TZID="W. Europe Standard Time":20261210T130000
DTEND;TZID="W. Europe Standard Time":20261210T163000
LOCATION:Stadsloket Zuid\\, Utrecht
SEQUENCE:{sequence}
SUMMARY;LANGUAGE=nl:Geaccepteerd: Meet & Greet met een heel lange naam die over de rand van d
 e regel gaat
UID:{uid}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
{more}BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:UID of something else
UID:not-this-one
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def outlook_reply(uid: str, attendee: str, sender: str = "", **changes: object) -> bytes:
    """Outlook: the file as the last alternative, in quoted-printable."""
    file = reply_file(uid, attendee, **changes).replace("=", "=3D")
    method = changes.get("method", "REPLY")
    return multipart(
        "alternative",
        text_part(""),
        'Content-Type: text/calendar; charset="utf-8"; method=' + str(method) + "\n"
        "Content-Transfer-Encoding: quoted-printable\n\n" + file,
        sender=sender or attendee,
        Subject="Geaccepteerd: Meet & Greet",
    )


def google_reply(uid: str, attendee: str, partstat: str = "ACCEPTED") -> bytes:
    """Google: twice in the mail, the attachment in base64, and marked as written by a machine."""
    file = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261210T120000Z
DTEND:20261210T153000Z
DTSTAMP:20261122T090000Z
ORGANIZER;CN=Werkregio:mailto:{MAILBOX}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN={attendee};X-NUM-GUESTS=0;X-RESPONSE-COMMENT="
 Ik kom graag: tot dan":mailto:{attendee}
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Meet & Greet
END:VEVENT
END:VCALENDAR
""".replace("\n", CRLF)
    attached = encodebytes(file.encode()).decode()
    return multipart(
        "mixed",
        'Content-Type: multipart/alternative; boundary="=_c"\n\n'
        + parts(
            text_part("Jan has accepted this invitation."),
            f"Content-Type: text/calendar; charset=UTF-8; method=REPLY\nContent-Transfer-Encoding: 7bit\n\n{file}",
            boundary="=_c",
        ),
        'Content-Type: application/ics; name="invite.ics"\nContent-Disposition: attachment; filename="invite.ics"\n'
        f"Content-Transfer-Encoding: base64\n\n{attached}",
        sender=attendee,
        Auto_Submitted="auto-generated",
        Subject="=?UTF-8?Q?Geaccepteerd=3A_Meet_=26_Greet?=",
    )


def apple_reply(uid: str, attendee: str, partstat: str = "TENTATIVE") -> bytes:
    """Apple: the file alone, as an attachment."""
    return multipart(
        "mixed",
        text_part("Jan has tentatively accepted."),
        "Content-Type: text/calendar; charset=utf-8; method=REPLY; name=iCal-20261122.ics\n"
        "Content-Disposition: attachment; filename=iCal-20261122.ics\nContent-Transfer-Encoding: 8bit\n\n"
        + reply_file(uid, attendee, partstat),
        sender=attendee,
    )


# ── returns ───────────────────────────────────────────────────────────────────────────────────────────────────


def dsn(
    mail_id: str,
    recipient: str,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <someone>: Recipient address rejected: User unknown",
    returned: str = "message/rfc822",
) -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    return mail(
        parts(
            "Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n\n"
            "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you.",
            "Content-Description: Delivery report\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx.example\nX-Postfix-Queue-ID: 4ABC\n"
            "Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0100\n\n"
            f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\nAction: {action}\n"
            f"Status: {status}\nDiagnostic-Code: {diagnostic}\n",
            f"Content-Description: Undelivered Message\nContent-Type: {returned}\n\n"
            f"Return-Path: <handdruk@example.org>\nMessage-ID: <{mail_id}>\nFrom: Werkregio <handdruk@example.org>\n"
            f"To: <{recipient}>\nSubject: Uitnodiging\n\nHet bericht zelf.",
        ),
        "MAILER-DAEMON@mx.example",
        'multipart/report; report-type=delivery-status; boundary="=_b"',
        Subject="Undelivered Mail Returned to Sender",
        Auto_Submitted="auto-replied",
        Return_Path="<>",
    )


def exim_return(mail_id: str, recipient: str, said: str = "550 5.1.1 No such user here") -> bytes:
    """A return in words only, with a copy of the header, as Exim and qmail write it."""
    return mail(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        f"delivered to one or more of its recipients.\n\n  {recipient}\n    host mx.example [192.0.2.1]\n"
        f"    SMTP error from remote mail server after RCPT TO:<{recipient}>:\n    {said}\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        f"Return-path: <handdruk@example.org>\nMessage-ID: <{mail_id}>\nTo: {recipient}\n"
        "Subject: Uitnodiging\n\nHet bericht.",
        "Mailer-Daemon@mx.example",
        Subject="Mail delivery failed: returning message to sender",
        X_Failed_Recipients=recipient,
    )


def complaint(mail_id: str, kind: str = "abuse") -> bytes:
    """A feedback report (RFC 5965)."""
    return mail(
        parts(
            text_part("This is an email abuse report."),
            "Content-Type: message/feedback-report\n\n"
            f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\nSource-IP: 192.0.2.1\n",
            f"Content-Type: message/rfc822\n\nMessage-ID: <{mail_id}>\nSubject: Uitnodiging\n\nHet bericht.",
        ),
        "feedback@provider.example",
        'multipart/report; report-type=feedback-report; boundary="=_b"',
        Subject="FW: complaint",
    )


# ── taking in ─────────────────────────────────────────────────────────────────────────────────────────────────


def take(service: ServiceUnderTest, raw: bytes, mailbox: str = MAILBOX, at: datetime | None = None) -> str:
    """Let the service take in a mail, as the poll of a mailbox does."""
    with service.app.app_context(), service.sessions.begin() as session:
        return take_mail(session, raw, "imap", mailbox, at or clock.now())


def letter(service: ServiceUnderTest, sender: str, words: str = "Hello") -> uuid.UUID:
    """Somebody writes; the id of what the organiser sees."""
    take(service, mail(words, sender))
    return items(service)[-1].id


def items(service: ServiceUnderTest) -> list[InboxItem]:
    """What the inbox of our organisation holds, oldest first."""
    with service.session() as session:
        found = select(InboxItem).where(InboxItem.organisation_id == ORGANISATION_ID).order_by(InboxItem.received_at)
        return list(session.scalars(found))


def mark_sent(service: ServiceUnderTest, message_id: uuid.UUID) -> str:
    """As after sending it: the Message-ID that it went under."""
    mail_id = f"{message_id}@example.org"
    with service.sessions.begin() as session:
        sent = update(Message).where(Message.id == message_id)
        values = {"state": "sent", "sent_at": clock.now(), "due_at": None, "mail_id": mail_id, "reason": None}
        session.execute(sent.values(**values).execution_options(**ACROSS_ORGANISATIONS))
    return mail_id
