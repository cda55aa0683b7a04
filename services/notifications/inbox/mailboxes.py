"""Mailboxes over IMAP (RFC 9051): reading what is new, and marking as seen what needs no person.

Nothing is deleted and nothing is moved. What somebody has to look at stays unread, so that it is found in the mailbox
as well as on our page.
"""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from shared import clock

CONNECT_SECONDS = 15.0
"""Also the longest that a server may be silent."""
LONGEST_SECONDS = 60.0
"""Then the connection is closed, however busy the server is: what is left is read the next time."""
PORTS = {"tls": 993, "starttls": 143, "none": 143}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MAIL_REFUSED = "mail_refused"
_NUMBER = re.compile(rb"(\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,30})"')


class MailboxAway(Exception):
    """The mailbox cannot be read now; the text is a word for the log and holds no name."""


class MailRefused(MailboxAway):
    """The server does not give out this one mail: Exchange, for instance, what it cannot write as a mail any more."""


@dataclass(frozen=True)
class Place:
    """A mailbox: where it is, who reads it, and in which folder."""

    host: str
    port: int
    security: str
    """tls: from the first byte; starttls: before anything is said; none: a server next door"""
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        """What the mailbox is known by, without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


@dataclass(frozen=True)
class Fetched:
    """A mail as the server gave it."""

    uid: int
    raw: bytes
    came_at: datetime
    whole: bool = True
    """False when it is too large: then these are its header fields only"""


def read_place(url: str) -> Place:
    """The mailbox that an address describes: imaps://user:word@host/INBOX; imap:// says STARTTLS first, always, unless
    `?starttls=no` names a server next door."""
    parts = urlsplit(url)
    wish = parse_qs(parts.query).get("starttls", [""])[0]
    security = "tls" if parts.scheme == "imaps" else "none" if wish == "no" else "starttls"
    return Place(
        host=parts.hostname or "",
        port=parts.port or PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


class OpenMailbox:
    """A folder that is open for reading."""

    def __init__(self, box: BaseMailBox) -> None:
        self._client = box.client
        status = box.folder.status(box.folder.get() or "INBOX", ["UIDVALIDITY"])
        self.validity = int(status.get("UIDVALIDITY", 0))

    def new_uids(self, after: int, most: int, since: datetime | None = None) -> list[int]:
        """The UIDs above `after`, of mails that came on this day or later, smallest first."""
        # "5:*" names the last mail even when its UID is smaller (RFC 9051 §9, seq-range).
        day = f" SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}" if since else ""
        answer = self._ask("SEARCH", None, f"UID {after + 1}:*{day}")
        found = sorted(int(number) for line in answer if isinstance(line, bytes) for number in _NUMBER.findall(line))
        return [uid for uid in found if uid > after][:most]

    def fetch(self, uid: int, most_bytes: int) -> Fetched | None:
        """The mail, without marking it; its header fields only when it is larger. None when somebody deleted it.

        Raises MailRefused.
        """
        about = b" ".join(_octets(self._ask_for(uid, "(RFC822.SIZE INTERNALDATE)")))
        size = _SIZE.search(about)
        if size is None:
            return None
        whole = int(size.group(1)) <= most_bytes
        answer = self._ask_for(uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
        body = next((piece[1] for piece in answer if isinstance(piece, tuple)), b"")
        return Fetched(uid, body, _moment(_DATE.search(about)), whole)

    def mark_seen(self, uid: int) -> None:
        """Mark the mail as read."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _ask_for(self, uid: int, what: str) -> list[object]:
        kind, answer = self._client.uid("FETCH", str(uid), what)
        if kind != "OK":
            raise MailRefused(MAIL_REFUSED)
        return list(answer)

    def _ask(self, command: str, *arguments: str | None) -> list[object]:
        kind, answer = self._client.uid(command, *arguments)  # type: ignore[arg-type]  # None is no charset
        if kind != "OK":
            raise MailboxAway("refused")
        return list(answer)


@contextmanager
def open_mailbox(place: Place, longest: float = LONGEST_SECONDS) -> Iterator[OpenMailbox]:
    """Sign in and open the folder; closed at the end, and after `longest` seconds whatever happens.

    Raises MailboxAway, also from within the block.
    """
    try:
        box = _connect(place)
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ssl.SSLError) as fault:
        raise MailboxAway(type(fault).__name__) from None
    # A server that sends a byte now and then is never silent for long enough to be noticed by the socket.
    watch = threading.Timer(longest, _hang_up, [box])
    watch.daemon = True
    watch.start()
    try:
        box.login(place.user, place.password, initial_folder=None)
        box.folder.set(place.folder)
        yield OpenMailbox(box)
        box.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as fault:
        raise MailboxAway(type(fault).__name__) from None
    finally:
        watch.cancel()
        _hang_up(box)


def _connect(place: Place) -> BaseMailBox:
    secured = ssl.create_default_context()
    if place.security == "tls":
        return MailBox(place.host, place.port, timeout=CONNECT_SECONDS, ssl_context=secured)
    if place.security == "starttls":
        return MailBoxStartTls(place.host, place.port, timeout=CONNECT_SECONDS, ssl_context=secured)
    return MailBoxUnencrypted(place.host, place.port, timeout=CONNECT_SECONDS)


def _hang_up(box: BaseMailBox) -> None:
    """Close the connection under whoever waits for it."""
    try:
        box.client.socket().shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # It is closed already, which is what we want.
    box.client.socket().close()


def _octets(answer: list[object]) -> list[bytes]:
    return [piece if isinstance(piece, bytes) else piece[0] for piece in answer if isinstance(piece, bytes | tuple)]


def _moment(found: re.Match[bytes] | None) -> datetime:
    """When the server took the mail in, by its own clock; never later than now."""
    now = clock.now()
    if found is None:
        return now
    try:
        came_at = datetime.strptime(found.group(1).decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
        return min(came_at.astimezone(UTC), now)
    except (ValueError, OverflowError):
        return now
