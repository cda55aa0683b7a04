"""The mail server as its address describes it: `smtps://user:word@host:465`, `smtp://host:587?starttls=required`."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit


class MailServerUnclear(ValueError):
    """The address of the mail server does not say what it must."""


@dataclass(frozen=True)
class Patience:
    """Seconds to wait. Together they stay below the lease of a message, so that no second worker sends it meanwhile."""

    handshake: float = 40
    """for connecting, and for all replies before the letter's last line"""
    acceptance: float = 40
    """for the reply after the last line: a slow server is still a server (RFC 5321 §4.5.3.2.6)"""


@dataclass(frozen=True)
class MailServer:
    """Where mail goes and how safely."""

    host: str
    port: int
    security: str = "none"
    """tls: from the first byte (RFC 8314); starttls: before anything is said (RFC 3207); none: a server next door"""
    user: str = ""
    password: str = field(default="", repr=False)
    patience: Patience = Patience()


def read_server(url: str) -> MailServer:
    """The server that an SMTP address describes. Who signs in does so over TLS unless `?starttls=no` says otherwise.

    Raises MailServerUnclear.
    """
    parts = urlsplit(url)
    wish = parse_qs(parts.query).get("starttls", [""])[0]
    if not parts.hostname or wish not in {"", "required", "no"}:
        raise MailServerUnclear("the mail server needs a host, and starttls is 'required' or 'no'")
    if parts.scheme == "smtps":
        security = "tls"
    else:
        security = "starttls" if wish == "required" or (parts.username and wish != "no") else "none"
    return MailServer(
        host=parts.hostname,
        port=parts.port or {"tls": 465, "starttls": 587, "none": 25}[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
