"""The pass: a signed text in a QR code that says event, number and version, and nothing about the person.

    HD1:<base64url of 16 bytes event id, 4 bytes number, 2 bytes version, 64 bytes Ed25519 signature>

Numbers are big-endian and there is no padding. The signature (RFC 8032) is over CONTEXT and the 22 bytes before it, so
that nothing else that this key may sign can be taken for a pass. A device that knows the verify key reads it offline.
"""

import base64
import binascii
import struct
import uuid
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "HD1:"
CONTEXT = b"handdruk pass 1\0"
CONTENT = struct.Struct(">16sIH")
SIGNATURE_BYTES = 64
TEXT_LENGTH = len(PREFIX) + -(-(CONTENT.size + SIGNATURE_BYTES) * 4 // 3)


class PassContent(NamedTuple):
    """What a pass says."""

    event_id: uuid.UUID
    number: int
    """1 to 4 294 967 295"""
    version: int
    """1 to 65 535; a reissue makes the earlier ones void"""


def pass_text(signing_seed: bytes, content: PassContent) -> str:
    """The text for the QR code, signed with the Ed25519 key that grows from the seed (32 bytes)."""
    packed = CONTENT.pack(content.event_id.bytes, content.number, content.version)
    signature = Ed25519PrivateKey.from_private_bytes(signing_seed).sign(CONTEXT + packed)
    return PREFIX + base64.urlsafe_b64encode(packed + signature).decode().rstrip("=")


def read_pass(verify_key: bytes, text: str) -> PassContent | None:
    """What a scanned text says, if it is a pass signed with our key; None for everything else."""
    raw = _unpack(text)
    if raw is None:
        return None
    packed, signature = raw[: CONTENT.size], raw[CONTENT.size :]
    try:
        Ed25519PublicKey.from_public_bytes(verify_key).verify(signature, CONTEXT + packed)
    except InvalidSignature:
        return None
    event_id, number, version = CONTENT.unpack(packed)
    return PassContent(uuid.UUID(bytes=event_id), number, version)


def verify_key(signing_seed: bytes) -> bytes:
    """The public half of the key (32 bytes, raw): what devices at the door verify passes with."""
    return Ed25519PrivateKey.from_private_bytes(signing_seed).public_key().public_bytes_raw()


def _unpack(text: str) -> bytes | None:
    body = text.removeprefix(PREFIX)
    if len(text) != TEXT_LENGTH or len(body) != TEXT_LENGTH - len(PREFIX):
        return None
    try:
        raw = base64.b64decode(body.encode("ascii") + b"=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    # The last character has two bits to spare; only one way to write a pass counts.
    exact = base64.urlsafe_b64encode(raw).decode().rstrip("=") == body
    return raw if exact and len(raw) == CONTENT.size + SIGNATURE_BYTES else None
