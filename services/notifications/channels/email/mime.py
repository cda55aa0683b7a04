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
from collections.abc import Sequence
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Compat32
from email.utils import format_datetime, formataddr
from urllib.parse import quote

from services.notifications.channels.errors import AddressRefused
from services.notifications.channels.letter import CalendarFile, Letter, picture_id
from services.notifications.wording.render import PICTURE_FILE

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LONGEST_NAME = 200
LONGEST_LINE = 76


class OnTheWire(Compat32):
    """How parts and headers become bytes.

    The older half of Python's email package: the newer one loses spaces between the encoded words of a long subject.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as bytes. Python looks at each of forty word by word, which is worth it for long ones only."""
        line = f"{name}: {value}"
        if len(line) <= LONGEST_LINE and line.isascii() and line.isprintable():
            return f"{line}\r\n".encode()
        return super().fold_binary(name, value)


def make_mail(letter: Letter, mail_from: str) -> bytes:
    """The bytes that go over the wire after DATA. Raises AddressRefused for an address that fits in no envelope."""
    mail = _make_body(letter)
    mail["From"] = _mailbox("From", letter.sender, mail_from)
    mail["To"] = _mailbox("To", letter.reader, ascii_address(letter.address))
    mail["Reply-To"] = _mailbox("Reply-To", letter.sender, ascii_address(letter.answers_to))
    mail["Subject"] = _words("Subject", _one_line(letter.subject))
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.mail_id}>"
    mail["Content-Language"] = letter.language
    # Nobody's holiday notice needs to answer us (RFC 3834; the second is what Exchange looks at).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    return _unsubscribing(letter) + mail.as_bytes(policy=OnTheWire(linesep="\r\n"))


def _unsubscribing(letter: Letter) -> bytes:
    """The headers for ending such mail with one click (RFC 8058 §3.1). Unfolded: not every provider reads on."""
    if not letter.unsubscribe:
        return b""
    address = quote(letter.unsubscribe, safe=":/?#[]@!$&'()*+,;=%-._~")
    return f"List-Unsubscribe: <{address}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode()


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


def _make_body(letter: Letter) -> Message:
    """The parts of the mail, nested as the module says."""
    html: Message = _text(letter.html, "html")
    if letter.picture is not None:
        shown = _picture(letter.picture, "inline", "pass.png")
        shown["Content-ID"] = f"<{picture_id(letter.mail_id)}>"
        html = _several("related", letter, [html, shown])
        html.set_param("type", "text/html")
    said = _several("alternative", letter, [_text(letter.text, "plain"), html])
    beside: list[Message] = []
    if letter.calendar is not None:
        said.attach(_text(letter.calendar.content.decode(), "calendar", method=letter.calendar.method))
        beside.append(_calendar_file(letter.calendar))
    if letter.picture is not None:
        beside.append(_picture(letter.picture, "attachment", PICTURE_FILE))
    return _several("mixed", letter, [said, *beside]) if beside else said


def _several(kind: str, letter: Letter, parts: Sequence[Message]) -> MIMEMultipart:
    """Parts with a boundary between them that none of them can hold (RFC 2045 §6.7: `=_` is in no encoded text).

    The same for each attempt. Python would make one up, and search all parts for it.
    """
    return MIMEMultipart(kind, f"=_{kind}_{letter.mail_id.partition('@')[0]}", parts)


def _text(text: str, subtype: str, **parameters: str) -> MIMENonMultipart:
    """A text part in 7 bits, which arrives unchanged through every server: readable in the source where it can be."""
    charset = Charset("utf-8")
    mostly_ascii = len(text.encode()) < len(text) * 1.2
    charset.body_encoding = QP if mostly_ascii else BASE64
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    for name, value in parameters.items():
        part.set_param(name, value)
    lines = text.replace("\r\n", "\n")
    part.set_payload(lines if mostly_ascii else lines.replace("\n", "\r\n"), charset)
    return part


def _calendar_file(calendar: CalendarFile) -> MIMEApplication:
    part = MIMEApplication(calendar.content, "ics", name="invite.ics")
    part.add_header("Content-Disposition", "attachment", filename="invite.ics")
    return part


def _picture(png: bytes, disposition: str, name: str) -> MIMEImage:
    part = MIMEImage(png, "png", name=name)
    part.add_header("Content-Disposition", disposition, filename=name)
    return part


def _mailbox(header: str, name: str, address: str) -> str:
    """A name and an address (RFC 5322 §3.4); a name outside ASCII in encoded words (RFC 2047)."""
    plain = _one_line(name)
    if plain.isascii():
        return formataddr((plain, address))
    encoded = _words(header, plain)
    last = encoded.rpartition("\n")[2]
    between = " " if len(last) + len(address) + 3 < LONGEST_LINE - len(header) else "\n "
    return f"{encoded}{between}<{address}>"


def _words(header: str, text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", header_name=header).encode()


def _one_line(text: str) -> str:
    """No line break ever reaches a header (RFC 5322 §2.2), whatever somebody typed."""
    return _BREAKS.sub(" ", text).strip()[:LONGEST_NAME]
