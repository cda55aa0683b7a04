"""One request to a provider, within a time and a size, and every fault named for what it means."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

from services.notifications.channels.errors import Lost, ServerAway
from shared import clock

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
LONGEST_SECONDS = 40.0
"""For the whole answer. Well below the lease of a message, so that no second worker sends it meanwhile."""
LARGEST_ANSWER = 200_000
_NEVER_ARRIVED = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    body: bytes
    after: float | None
    """seconds that it asks to be left alone (RFC 9110 §10.2.3)"""


class HttpConnection:
    """Keeps a connection open for many requests with one account."""

    def __init__(self, account: str, secret: str, seconds: float = LONGEST_SECONDS) -> None:
        self._http = requests.Session()
        self._http.auth = (account, secret)
        # Nothing of this machine's surroundings (proxies, .netrc) decides where telephone numbers go.
        self._http.trust_env = False
        self._seconds = seconds

    def ask(self, method: str, address: str, fields: Mapping[str, str]) -> Answer:
        """One request: `fields` in the address for GET, in a form for POST. Raises ServerAway or Lost."""
        stop_at = time.monotonic() + self._seconds
        in_address, in_form = (dict(fields), None) if method == "GET" else (None, dict(fields))
        try:
            with self._http.request(
                method,
                address,
                params=in_address,
                data=in_form,
                timeout=(min(CONNECT_SECONDS, self._seconds), min(READ_SECONDS, self._seconds)),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return Answer(answer.status_code, _read(answer, stop_at), _retry_after(answer))
        except requests.exceptions.ConnectionError as fault:
            raise ServerAway(_name(fault)) if _never_arrived(fault) else Lost(_name(fault)) from fault
        except (requests.exceptions.RequestException, HTTPError, OSError) as fault:
            raise Lost(_name(fault)) from fault

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


def _read(answer: requests.Response, stop_at: float) -> bytes:
    """The body, unless it is endless in size or time."""
    body = b""
    # One receive at a time: what trickles in must not hold us longer than the time is.
    while chunk := answer.raw.read1(8192, decode_content=True):
        body += chunk
        if len(body) > LARGEST_ANSWER or time.monotonic() > stop_at:
            raise Lost("answer without end", answer.status_code)
    return body


def _never_arrived(fault: requests.exceptions.ConnectionError) -> bool:
    """Did the request not even leave? Only then is it certain that nothing was taken."""
    inner = fault.args[0] if fault.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else None
    if isinstance(reason, SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, _NEVER_ARRIVED)


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds, or a date (RFC 9110 §10.2.3); None for neither."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 86_400))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at - clock.now()).total_seconds()) if at.tzinfo else None


def _name(fault: Exception) -> str:
    """The kind of the fault: its own words may hold the address, which holds the account."""
    return type(fault).__name__
