"""Which channels there are, a line each, and which one reaches somebody."""

from collections.abc import Mapping

from services.notifications.channels.channel import MakeChannel
from services.notifications.channels.email.channel import EmailChannel

CHANNELS: Mapping[str, MakeChannel] = {
    "email": EmailChannel,
}


def choose_channel(email: str | None) -> str | None:
    """The name of the channel for somebody with this address; None when no channel reaches them."""
    return "email" if email else None
