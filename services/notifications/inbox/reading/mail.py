"""A mail out of bytes: its fields and its leaves, in time and memory that its size bounds.

Python's own parser is not used on the whole: it goes as deep as the mail says, and looks at every line once for each
level. Here nothing is opened inside an enclosed message, and what is over a limit makes the mail `cut`, which a person
gets to see.
"""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.notifications.inbox.reading.charsets import decode
from services.notifications.inbox.reading.headers import Headers, decode_base64, decode_words, read_headers

MOST_BYTES = 10 * 1024 * 1024
"""Bytes of a mail; what is larger is not read but shown."""
DEEPEST = 10
MOST_PARTS = 100
MOST_MATCHES = 5000
"""Times that a boundary is looked for in one part."""
MOST_LEAF = 2 * 1024 * 1024
"""Bytes of a leaf that are decoded."""


@dataclass(frozen=True)
class Part:
    """A leaf of a mail: what has no parts itself, or is a message inside, which stays closed."""

    headers: Headers
    raw: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """text/plain, message/delivery-status …"""
        return self.headers.content_type()

    @property
    def name(self) -> str:
        """The name of the file, in small letters; empty for none."""
        named = self.headers.parameter("filename", "content-disposition") or self.headers.parameter("name")
        # Encoded words have no place here (RFC 2047 §5), and are what many programs write.
        return decode_words(named).lower()[:200]

    def octets(self) -> bytes:
        """The content without its transfer encoding (RFC 2045 §6)."""
        encoding = self.headers.first("content-transfer-encoding").strip().lower()
        content = self.raw[:MOST_LEAF]
        if encoding == "base64":
            return decode_base64(content)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(content)
        return content

    def text(self) -> str:
        """The content as text."""
        return decode(self.octets(), self.headers.parameter("charset"))


@dataclass(frozen=True)
class Mail:
    """A mail as far as it was opened."""

    headers: Headers
    parts: tuple[Part, ...]
    cut: bool = False
    """it goes deeper, or has more parts, than we look at"""

    @property
    def kind(self) -> str:
        """The type of the whole."""
        return self.headers.content_type()

    def of_kind(self, *kinds: str) -> list[Part]:
        """The leaves of these types."""
        return [part for part in self.parts if part.kind in kinds]


def read_mail(raw: bytes) -> Mail:
    """The mail. Never raises; what is over MOST_BYTES is left away and the mail `cut`."""
    unix = raw[:MOST_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    headers, body = _divide(unix)
    parts: list[Part] = []
    whole = True
    waiting = [(headers, body, 0)]
    while waiting:
        own, content, depth = waiting.pop(0)
        boundary = own.parameter("boundary") if own.content_type().startswith("multipart/") else ""
        if not boundary:
            parts.append(Part(own, content))
        elif depth == DEEPEST:
            whole = False
        else:
            inside = [(*_divide(piece), depth + 1) for piece in _pieces(content, boundary)]
            waiting = inside + waiting
        if len(parts) + len(waiting) > MOST_PARTS:
            whole, waiting = False, waiting[: max(MOST_PARTS - len(parts), 0)]
    return Mail(headers, tuple(parts), cut=not whole or len(raw) > MOST_BYTES)


def _divide(unix: bytes) -> tuple[Headers, bytes]:
    """Fields and body, parted by the first empty line."""
    if unix.startswith(b"\n"):
        return Headers(), unix[1:]
    at = unix.find(b"\n\n")
    return (read_headers(unix), b"") if at < 0 else (read_headers(unix[:at]), unix[at + 2 :])


def _pieces(content: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between the boundary lines (RFC 2046 §5.1.1); the last piece may lack its end."""
    delimiter = b"\n--" + boundary.encode("utf-8", "replace")[:200]
    text = b"\n" + content
    start: int | None = None
    at = -1
    for _ in range(MOST_MATCHES):
        at = text.find(delimiter, at + 1)
        if at < 0:
            break
        after = text[at + len(delimiter) : at + len(delimiter) + 200].partition(b"\n")[0]
        if after.strip() not in (b"", b"--"):
            continue
        if start is not None:
            yield text[start:at]
        if after.startswith(b"--"):
            return
        start = at + len(delimiter) + len(after) + 1
    if start is not None:
        yield text[start:]
