"""Ids that open something because they are signed: nothing is stored that opens a door (docs/decisions/0005).

A token is the id and a signature over its purpose and itself (HMAC-SHA-256, RFC 2104, cut to 160 bits), in letters
that an address can hold. A token of one purpose is none of another.
"""

import base64
import binascii
import hmac
import uuid
from collections.abc import Sequence

MAC_BYTES = 20


def sign_id(secret_keys: Sequence[str], purpose: bytes, signed: uuid.UUID) -> str:
    """The token for an id, signed with the first key."""
    raw = signed.bytes + _mac(secret_keys[0], purpose, signed)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_signed_id(secret_keys: Sequence[str], purpose: bytes, token: str) -> uuid.UUID | None:
    """The id that a token of this purpose holds; None when no key of ours made it."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError, UnicodeEncodeError):
        return None
    if len(raw) != 16 + MAC_BYTES:
        return None
    signed = uuid.UUID(bytes=raw[:16])
    known = any(hmac.compare_digest(raw[16:], _mac(key, purpose, signed)) for key in secret_keys)
    return signed if known else None


def _mac(secret_key: str, purpose: bytes, signed: uuid.UUID) -> bytes:
    return hmac.digest(secret_key.encode(), purpose + signed.bytes, "sha256")[:MAC_BYTES]
