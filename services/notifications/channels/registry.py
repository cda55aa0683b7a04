"""Which channels there are, a line each, and which one reaches somebody."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from services.notifications.channels.channel import Channel, MakeChannel
from services.notifications.channels.email.channel import EmailChannel
from services.notifications.channels.paper.channel import PaperChannel
from services.notifications.channels.sms.channel import make_sms_channel
from shared.settings import Settings

CHANNELS: Mapping[str, MakeChannel] = {
    "email": EmailChannel,
    "sms": make_sms_channel,
    "paper": PaperChannel,
}
"""In the order in which they are tried for somebody who prefers none."""


@dataclass(frozen=True)
class Reader:
    """What decides how a message reaches somebody."""

    email: str | None
    mobile: str | None = None
    """E.164"""
    preferred: str | None = None
    closed: frozenset[str] = frozenset()
    """channels whose address is dead, or that the person does not want"""
    has_short: bool = True
    """the message has words for an SMS"""
    letter_worthy: bool = False
    """the message is worth paper: it carries the pass, or what a candidate must know"""


def make_channels(settings: Settings, registry: Mapping[str, MakeChannel] = CHANNELS) -> dict[str, Channel]:
    """The channels that the settings name, by name, in the order of the registry."""
    made = {name: make(settings) for name, make in registry.items()}
    return {name: channel for name, channel in made.items() if channel is not None}


def choose_channel(reader: Reader, there: Container[str] = CHANNELS) -> str | None:
    """The name of the channel that reaches the reader; None when none does. `there`: those that the settings name."""
    reaches = {
        "email": bool(reader.email),
        "sms": bool(reader.mobile) and reader.has_short,
        "paper": reader.letter_worthy,
    }
    open_ones = [name for name, reached in reaches.items() if reached and name in there and name not in reader.closed]
    if reader.preferred in open_ones:
        return reader.preferred
    return next(iter(open_ones), None)
