"""Signing mail so that receivers know whose it is (DKIM, RFC 6376; Ed25519 by RFC 8463).

Header and body are put into their relaxed form first (§3.4.2, §3.4.4), so that a server on the way may fold lines.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from shared.settings import DkimKey

SIGNED = (
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding", "content-language", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
"""Each is named once more than the mail has it, so that nobody adds a second one (§8.15); RFC 8058 §4 asks for the
last two."""
LONGEST_TEXT = 255
"""Octets of one string in a TXT record (RFC 1035 §3.3.14)."""
_FOLDS = re.compile(rb"\r\n(?=[ \t])")
_PrivateKey = RSAPrivateKey | Ed25519PrivateKey


class Signer:
    """Signs mail for one domain. The keys are read once, since reading takes longer than signing."""

    def __init__(self, domain: str, keys: Sequence[DkimKey]) -> None:
        self._domain = domain.encode()
        self._keys = [(one.selector.encode(), read_key(one.key)) for one in keys]

    def sign(self, mail: bytes, at: datetime) -> bytes:
        """The mail with a signature of each key before it. Lines must end in CRLF, as on the wire."""
        head, _, body = mail.partition(b"\r\n\r\n")
        headers = _relaxed_headers(head)
        names, lines = _choose(headers)
        body_hash = base64.b64encode(sha256(_relaxed_body(body)).digest())
        signatures = b""
        for selector, key in self._keys:
            tags = self._tags(selector, key, at, names, body_hash)
            unsigned = b"dkim-signature:" + _single_spaced(_FOLDS.sub(b"", tags)).strip()
            signature = base64.b64encode(_sign(key, b"".join(lines) + unsigned))
            signatures += b"DKIM-Signature: " + tags + _folded(signature) + b"\r\n"
        return signatures + mail

    def _tags(self, selector: bytes, key: _PrivateKey, at: datetime, names: bytes, body_hash: bytes) -> bytes:
        """The header's value up to its signature, in lines that no server needs to fold."""
        return b"\r\n ".join(
            (
                b"v=1; a=%s-sha256; c=relaxed/relaxed; t=%d;" % (_algorithm(key), int(at.timestamp())),
                b"d=%s; s=%s;" % (self._domain, selector),
                b"h=" + _folded(names, b":") + b";",
                b"bh=%s;" % body_hash,
                b"b=",
            )
        )


def read_key(text: str) -> _PrivateKey:
    """The private key of the settings, which know that it is one of these."""
    key = load_der_private_key(base64.b64decode(text), None)
    assert isinstance(key, RSAPrivateKey | Ed25519PrivateKey)
    return key


def write_record(text: str) -> list[str]:
    """What DNS must say at `<selector>._domainkey.<domain>` (§3.6.1), cut into strings of a TXT record."""
    key = read_key(text)
    if isinstance(key, RSAPrivateKey):
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)  # RFC 8463 §4: the bare key
    record = f"v=DKIM1; k={_algorithm(key).decode()}; p={base64.b64encode(public).decode()}"
    return [record[start : start + LONGEST_TEXT] for start in range(0, len(record), LONGEST_TEXT)]


def _algorithm(key: _PrivateKey) -> bytes:
    return b"rsa" if isinstance(key, RSAPrivateKey) else b"ed25519"


def _sign(key: _PrivateKey, said: bytes) -> bytes:
    digest = sha256(said).digest()
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(digest)  # RFC 8463 §3: what is signed is the digest
    return key.sign(digest, PKCS1v15(), Prehashed(SHA256()))


def _relaxed_headers(head: bytes) -> list[tuple[bytes, bytes]]:
    """Names in small letters, each header on one line, with single spaces (§3.4.2)."""
    split = (line.partition(b":") for line in _FOLDS.sub(b"", head).split(b"\r\n"))
    return [(name.strip().lower(), _single_spaced(value).strip()) for name, _, value in split]


def _relaxed_body(body: bytes) -> bytes:
    """Single spaces, none before a line's end, no empty lines at the end (§3.4.4)."""
    tidy = b"\r\n".join(line.rstrip(b" ") for line in _single_spaced(body).split(b"\r\n"))
    while tidy.endswith(b"\r\n"):
        tidy = tidy[:-2]
    return tidy + b"\r\n" if tidy else b""


def _single_spaced(text: bytes) -> bytes:
    """One space for each run of spaces and tabs. Not by an expression: that would stop at each of a body's spaces."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _choose(headers: list[tuple[bytes, bytes]]) -> tuple[bytes, list[bytes]]:
    """The names for the tag h=, and the lines that are signed: of equal headers the lower one first (§5.4.2)."""
    names: list[bytes] = []
    lines: list[bytes] = []
    for wanted in (name.encode() for name in SIGNED):
        found = [value for name, value in headers if name == wanted]
        lines += [b"%s:%s\r\n" % (wanted, value) for value in reversed(found)]
        names += [wanted] * (len(found) + 1)
    return b":".join(names), lines


def _folded(text: bytes, after: bytes = b"") -> bytes:
    """A long value over several lines; `after`: where it may be cut, anywhere when left out."""
    if not after:
        return b"\r\n ".join(_pieces(text))
    lines = [b""]
    for word in text.split(after):
        if len(lines[-1]) + len(word) > 70:
            lines.append(b"")
        lines[-1] += word + after
    return b"\r\n ".join(lines).removesuffix(after)


def _pieces(text: bytes) -> Iterable[bytes]:
    return (text[start : start + 72] for start in range(0, len(text), 72))
