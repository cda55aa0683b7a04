"""Passwords: what makes a good one, and how it is kept (Argon2id, RFC 9106)."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.registration.accounts.errors import PasswordIsAddress, PasswordTooLong, PasswordTooShort

LEAST = 12
MOST = 200
HASHER = PasswordHasher()
"""The library's parameters: the second recommended option of RFC 9106 §4, 64 MiB and three passes."""


def require_good_password(password: str, email: str) -> None:
    """Raises PasswordTooShort, PasswordTooLong or PasswordIsAddress."""
    plain = _normalise(password)
    if plain.casefold().strip() == email.casefold():
        raise PasswordIsAddress
    if len(plain) < LEAST:
        raise PasswordTooShort(least=LEAST)
    if len(plain) > MOST:
        raise PasswordTooLong(most=MOST)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_normalise(password))


def password_fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one that `kept` was made of. Takes as long when there is nothing kept."""
    if len(password) > 4 * MOST:
        return False
    try:
        return HASHER.verify(kept or _hash_of_nobody(), _normalise(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def _hash_of_nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe())


def _normalise(password: str) -> str:
    # One letter with an accent can be typed as one character or as two.
    return unicodedata.normalize("NFKC", password)
