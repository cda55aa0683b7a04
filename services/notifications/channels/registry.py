"""Which channels there are, a line each, and which one reaches somebody."""

from collections.abc import Mapping

from services.notifications.channels.channel import Channel, MakeChannel
from services.notifications.channels.email.channel import EmailChannel
from services.notifications.channels.paper.channel import PaperChannel
from services.notifications.channels.reader import Reader
from services.notifications.channels.sms.channel import make_sms_channel
from shared.settings import Settings

CHANNELS: Mapping[str, MakeChannel] = {
    "email": EmailChannel,
    "sms": make_sms_channel,
    "paper": PaperChannel,
}
"""In the order in which they are tried for somebody who prefers none."""


def make_channels(settings: Settings, registry: Mapping[str, MakeChannel] = CHANNELS) -> dict[str, Channel]:
    """The channels that the settings name, by name, in the order of the registry."""
    made = {name: make(settings) for name, make in registry.items()}
    return {name: channel for name, channel in made.items() if channel is not None}


def choose_channel(reader: Reader, there: Mapping[str, Channel]) -> str | None:
    """The name of the channel that reaches the reader; None when none does. `there`: those that the settings name."""
    open_ones = [name for name, channel in there.items() if _is_open(name, channel, reader)]
    if reader.preferred in open_ones:
        return reader.preferred
    return next(iter(open_ones), None)


def _is_open(name: str, channel: Channel, reader: Reader) -> bool:
    return channel.reaches(reader) and not {name, channel.address} & reader.closed
