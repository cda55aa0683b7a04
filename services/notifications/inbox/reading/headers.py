"""Header fields out of bytes (RFC 5322 §2.2), with limits on everything."""

import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from services.notifications.inbox.reading.charsets import decode

MOST_BLOCK = 256 * 1024
"""Bytes of a block of header fields that are looked at."""
MOST_FIELDS = 1000
MOST_VALUE = 4000
"""Characters of one field's value."""
MOST_PARAMETERS = 2000
"""Characters of a value that is searched for parameters and addresses."""
_NAME = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_BETWEEN = re.compile(r'(?:[^;"]|"[^"]*")+')
_UNQUOTED = re.compile(r"\\(.)")
_IN_BRACKETS = re.compile(r"<\s{0,5}([^<>\s@]{1,64}@[^<>\s@]{1,253})\s{0,5}>")
_BARE = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,64}@[^\s<>,;:\"()\[\]\\@]{1,253}")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bqBQ])\?([^?\s]{0,1000})\?=")
_BETWEEN_WORDS = re.compile(r"\?=\s{1,10}=\?")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_IDS = re.compile(r"<([^<>\s]{3,250}@[^<>\s]{1,250})>")


@dataclass(frozen=True)
class Headers:
    """Fields by their name in small letters, in the order in which they stood."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The first value of this field; empty for none."""
        return next(iter(self.fields.get(name, ())), "")

    def words(self, name: str) -> str:
        """The first value with its encoded words decoded (RFC 2047)."""
        return decode_words(self.first(name))

    def addresses(self, *names: str) -> list[str]:
        """Every address in these fields, in small letters."""
        found: list[str] = []
        for name in names:
            for value in self.fields.get(name, ())[:20]:
                found += [address.lower() for address in _BARE.findall(value[:MOST_PARAMETERS])]
        return found

    def ids(self, *names: str) -> list[str]:
        """Every Message-ID in these fields, without brackets."""
        return [one for name in names for value in self.fields.get(name, ()) for one in _IDS.findall(value)]

    def content_type(self) -> str:
        """As in "text/plain", in small letters (RFC 2045 §5.2: text/plain for what cannot be read)."""
        kind = self.first("content-type").partition(";")[0].strip().lower()
        return kind if kind.count("/") == 1 and len(kind) < 130 else "text/plain"

    def parameter(self, name: str, of: str = "content-type") -> str:
        """A parameter of a field, such as boundary (RFC 2045 §5.1, RFC 2231 §4); empty for none."""
        _, *given = split_parameters(self.first(of)[:MOST_PARAMETERS])
        for one in given[:50]:
            key, _, value = one.partition("=")
            if key.strip().lower() == name:
                return _UNQUOTED.sub(r"\1", value.strip().strip('"'))
            if key.strip().lower() in (f"{name}*", f"{name}*0*"):
                charset, _, said = value.strip().strip('"').partition("'")
                return decode(unquote_to_bytes(said.partition("'")[2]), charset)
        return ""


def split_parameters(value: str) -> list[str]:
    """What stands between semicolons, those in quotes left alone."""
    return _BETWEEN.findall(value) or [""]


def read_mailbox(*values: str) -> tuple[str, str]:
    """Name and address of the only mailbox in a field (RFC 5322 §3.4), the address in small letters.

    The address is empty for none, and for several: then nobody can tell whose it is. What stands in a name or a
    comment is no address, whatever it looks like. Python's own reader goes into each comment in a comment, as deep as
    somebody likes.
    """
    plain = ", ".join(values)[:MOST_PARAMETERS]
    outside = _blank_names(plain)
    if len({address.lower() for address in _BARE.findall(outside)}) > 1:
        return decode_words(plain.strip()), ""
    in_brackets = _IN_BRACKETS.search(outside)
    if in_brackets:
        return decode_words(plain[: in_brackets.start()].strip().strip('"').strip()), in_brackets.group(1).lower()
    bare = _BARE.search(outside)
    return ("", bare.group().lower()) if bare else (decode_words(plain.strip()), "")


def _blank_names(value: str) -> str:
    """The value with spaces for what stands in quotes and in comments (RFC 5322 §3.2)."""
    seen: list[str] = []
    quoted, depth, escaped = False, 0, False
    for sign in value:
        inside = quoted or depth > 0 or sign in '"('
        seen.append(" " if inside else sign)
        if escaped or (sign == "\\" and inside):
            escaped = not escaped
        elif sign == '"' and depth == 0:
            quoted = not quoted
        elif not quoted:
            depth = max(depth + (sign == "(") - (sign == ")"), 0)
    return "".join(seen)


def read_headers(block: bytes) -> Headers:
    """The fields of a block, folded lines put together. What is no field is passed over."""
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for number, line in enumerate(block[:MOST_BLOCK].split(b"\n")):
        if number > MOST_FIELDS * 4 or len(fields) > MOST_FIELDS:
            break
        if line[:1] in (b" ", b"\t"):
            if last is not None and len(last[-1]) < MOST_VALUE:
                last[-1] = f"{last[-1]} {decode(line.strip())}"[:MOST_VALUE]
            continue
        named = _NAME.match(line)
        last = None
        if named:
            last = fields.setdefault(named.group(1).decode("ascii").lower(), [])
            last.append(decode(line[named.end() : named.end() + MOST_VALUE].strip()))
    return Headers(fields)


def decode_words(value: str) -> str:
    """A value with its encoded words decoded (RFC 2047), the space between two of them left out; others as they are."""
    if "=?" not in value:
        return value
    joined = _BETWEEN_WORDS.sub("?==?", value[:MOST_PARAMETERS])
    return _ENCODED_WORD.sub(lambda found: _decode_word(*found.groups()), joined).strip()


def _decode_word(charset: str, encoding: str, said: str) -> str:
    octets = said.encode("ascii", "replace")
    if encoding in "qQ":
        return decode(binascii.a2b_qp(octets, header=True), charset)
    return decode(decode_base64(octets), charset)


def decode_base64(octets: bytes) -> bytes:
    """Base64 as far as it goes: what is no letter of it is passed over, a torn end too (RFC 2045 §6.8)."""
    bare = _NOT_BASE64.sub(b"", octets)
    whole = len(bare) // 4 * 4
    rest = bare[whole:]
    return binascii.a2b_base64(bare[:whole] + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""))
