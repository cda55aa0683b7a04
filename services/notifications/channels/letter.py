"""A composed message, as every channel takes it: words and files, nothing of how they travel."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.channels.reader import AddressKind
from services.notifications.wording.source import Wording


@dataclass(frozen=True)
class CalendarFile:
    """An iCalendar object (RFC 5545) and the method inside it (RFC 5546), which the envelope must repeat."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What one person is told. `text` and `html` say the same."""

    mail_id: str
    """Message-ID without brackets, the same at each attempt (RFC 5322 §3.6.4)"""
    written_at: datetime
    sender: str
    """the region's name"""
    answers_to: str
    """the region's mailbox"""
    reader: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    picture: bytes | None = None
    """the QR code as PNG; the HTML shows it as `cid:` and `picture_id`"""
    calendar: CalendarFile | None = None
    short: str = ""
    """the same in a sentence or two, for channels that have no room; empty for what is not worth that"""
    mobile: str = ""
    """E.164"""
    unsubscribe: str = ""
    """the address that ends such messages with one click (RFC 8058); empty for what a person cannot do without"""
    body: Wording | None = None
    """the words as blocks, for paper; `text` and `html` are made of them"""
    footer: Wording | None = None
    perhaps_sent: bool = False
    """an earlier attempt ended without our knowing whether it was accepted: look before sending again"""

    def address_of(self, kind: AddressKind) -> str:
        """Where a channel that goes to such addresses brings it; empty when the reader has none."""
        return self.mobile if kind == "sms" else self.address


def picture_id(mail_id: str) -> str:
    """The Content-ID of the QR picture in a mail, without brackets (RFC 2392)."""
    return f"pass.{mail_id}"
