"""Browsers on which somebody signed in to an account before: what goes wrong elsewhere does not slow them down.

Guessing at one account from many addresses is slowed down for the account as a whole, known or not. By that alone
anybody could keep somebody out. So each browser that the account was used on has a count of its own (OWASP, "Slow Down
Online Guessing Attacks with Device Cookies"). The cookie signs nobody in: the password and the code are still asked.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer

KNOWN_FOR = timedelta(days=180)
"""How long after the last sign-in a browser is still known."""
MOST_ACCOUNTS = 12
"""Colleagues who share one browser; who came first is forgotten first."""
COOKIE = "known_browser"


def account_mark(email: str) -> str:
    """What stands for an account, also one that does not exist. Hashed: an address has no business in Redis."""
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()


def find_browser(secret_keys: Sequence[str], email: str) -> str | None:
    """The name of this browser if somebody signed in here with this address before."""
    return _read(secret_keys).get(account_mark(email))


def remember_browser(response: Response, secret_keys: Sequence[str], email: str, secure: bool) -> None:
    """From now on this browser is known for the account, under the name that it had, or a new one."""
    known = _read(secret_keys)
    name = known.pop(account_mark(email), None) or secrets.token_hex(16)
    kept = [*list(known.items())[1 - MOST_ACCOUNTS :], (account_mark(email), name)]
    response.set_cookie(
        COOKIE,
        _serializer(secret_keys).dumps(dict(kept)),
        max_age=KNOWN_FOR,
        path="/sign-in",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def _read(secret_keys: Sequence[str]) -> dict[str, str]:
    try:
        known: dict[str, str] = _serializer(secret_keys).loads(
            request.cookies.get(COOKIE, ""), max_age=int(KNOWN_FOR.total_seconds())
        )
    except BadData:
        return {}
    return known


def _serializer(secret_keys: Sequence[str]) -> URLSafeTimedSerializer:
    # Signs with the last of them, and ours stand newest first.
    return URLSafeTimedSerializer(list(reversed(secret_keys)), salt="known browser")
