"""Keyed digests: recognising an address again without keeping it (HMAC-SHA-256, RFC 2104).

Who steals the database and not the settings can try addresses against a plain digest, and not against these.
"""

import hmac
from collections.abc import Sequence

from sqlalchemy.orm import Session


class KeysMissing(RuntimeError):
    """The session was made without the settings' secret keys. A fault in the code."""


def digest_of(session: Session, purpose: str, text: str) -> str:
    """The digest to keep, made with the newest key. Raises KeysMissing."""
    return digests_of(session, purpose, text)[0]


def digests_of(session: Session, purpose: str, text: str) -> Sequence[str]:
    """Every digest that the text may be kept under, the newest key's first. Raises KeysMissing."""
    keys: tuple[str, ...] = session.info.get("secret_keys", ())
    if not keys:
        raise KeysMissing
    return [hmac.digest(key.encode(), f"{purpose}\0{text}".encode(), "sha256").hex() for key in keys]
