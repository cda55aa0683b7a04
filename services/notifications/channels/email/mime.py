"""A letter as a MIME message that Gmail, Outlook, Apple Mail and Thunderbird show alike.

    multipart/mixed
      multipart/alternative
        text/plain
        multipart/related               only with a QR picture
          text/html
          image/png                     what the HTML shows (RFC 2392): pictures from elsewhere are not shown
        text/calendar; method=…         only with a calendar file: what calendars act on (RFC 6047 §2.4)
      application/ics                   the same file to open by hand
      image/png                         the same picture to keep

Outlook looks for calendar data in the first part of the mixed only, and wants the method in the type and in the file
to agree; what stands beside it is an attachment to it.
"""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from services.notifications.channels.errors import AddressRefused
from services.notifications.channels.letter import CalendarFile, Letter, picture_id

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LONGEST_NAME = 200


def make_mail(letter: Letter, mail_from: str) -> bytes:
    """The bytes that go over the wire after DATA. Raises AddressRefused for an address that fits in no envelope."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_one_line(letter.sender), addr_spec=mail_from)
    mail["To"] = Address(_one_line(letter.reader), addr_spec=ascii_address(letter.address))
    mail["Reply-To"] = Address(_one_line(letter.sender), addr_spec=ascii_address(letter.answers_to))
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = letter.written_at
    mail["Message-ID"] = f"<{letter.mail_id}>"
    mail["Content-Language"] = letter.language
    # Nobody's holiday notice needs to answer us (RFC 3834; the second is what Exchange looks at).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    _fill(mail, letter)
    return mail.as_bytes()


def ascii_address(address: str) -> str:
    """The address with its domain in ASCII (RFC 5890). Raises AddressRefused when it cannot stand in an envelope."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        plain = ""
    if not PLAIN_ADDRESS.fullmatch(plain):
        raise AddressRefused("This is not an e-mail address that mail can be sent to.")
    return plain


def _fill(mail: EmailMessage, letter: Letter) -> None:
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    if letter.picture is not None:
        _show_picture(mail, letter.picture, letter.mail_id)
    if letter.calendar is not None:
        _add_calendar(mail, letter.calendar)
    if letter.picture is not None:
        mail.add_attachment(letter.picture, "image", "png", filename="qr.png")


def _show_picture(mail: EmailMessage, picture: bytes, mail_id: str) -> None:
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(
        picture, "image", "png", cid=f"<{picture_id(mail_id)}>", filename="pass.png", disposition="inline"
    )


def _add_calendar(mail: EmailMessage, calendar: CalendarFile) -> None:
    text = calendar.content.decode().replace("\r\n", "\n")
    mail.add_alternative(text, subtype="calendar", params={"method": calendar.method})
    mail.add_attachment(calendar.content, "application", "ics", filename="invite.ics")


def _one_line(text: str) -> str:
    """No line break ever reaches a header (RFC 5322 §2.2), whatever somebody typed."""
    return _BREAKS.sub(" ", text).strip()[:LONGEST_NAME]
