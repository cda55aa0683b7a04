"""Which channels there are, a line each, and which one reaches somebody."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.notifications.channels.channel import MakeChannel
from services.notifications.channels.email.channel import EmailChannel


@dataclass(frozen=True)
class Reader:
    """How somebody can be reached, as far as we know and they allow."""

    email: str | None
    mobile: str | None = None
    """E.164"""
    preferred: str | None = None
    """the channel that the person likes best"""
    closed: frozenset[str] = frozenset()
    """channels whose address nothing is sent to any more"""


CHANNELS: Mapping[str, MakeChannel] = {
    "email": EmailChannel,
}


def choose_channel(email: str | None) -> str | None:
    """The name of the channel for somebody with this address; None when no channel reaches them."""
    return "email" if email else None
