"""The provider's account as the settings describe it: `https://account@host?from=sender`, and its token beside it."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from shared.settings import Settings


@dataclass(frozen=True)
class Account:
    """Where SMS go, as whom, and what the reader sees as the sender."""

    server: str
    name: str
    secret: str = field(repr=False)
    sender: str
    """a number (E.164), a name of up to 11 letters, or a group of senders (MG…)"""


def read_account(settings: Settings) -> Account:
    """The account of settings that name one."""
    found = urlsplit(settings.sms_url)
    where = found.netloc.rpartition("@")[2]
    sender = parse_qs(found.query)["from"][0]
    return Account(f"{found.scheme}://{where}", unquote(found.username or ""), settings.sms_secret, sender)
