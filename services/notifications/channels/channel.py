"""What a channel is. To add one: a folder beside `email/` with a class like this, and a line in `registry.py`.

Nothing else need know its name (tests/services/notifications/channels/pigeon). Only for people to choose it as the way
that they like best it takes a word in `people.models.CHANNELS`, with a migration, and its words on the page.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeGuard

from services.notifications.channels.letter import Letter
from services.notifications.channels.pace import Pace
from services.notifications.channels.reader import AddressKind, Reader
from shared.settings import Settings

Kind = Literal["pushed", "collected"]


@dataclass(frozen=True)
class Taken:
    """The other side has the letter from here on."""

    answer: str
    provider_id: str = ""
    """the name the provider gave it, under which its receipts come back"""


class Connection(Protocol):
    """A way that is open to the channel's server, for as many letters as there are."""

    def send(self, letter: Letter) -> Taken:
        """Hand one letter over. Raises one of `errors.NotHandedOver`."""


class Channel(Protocol):
    """One way to reach people."""

    @property
    def kind(self) -> Kind:
        """pushed: a worker sends. collected: letters wait until an organiser prints them."""

    @property
    def pace(self) -> Pace | None:
        """How fast the provider takes letters, all workers together; None for as fast as it answers."""

    @property
    def quiet(self) -> bool:
        """Whether it wakes people, so that it rests at night (`quiet.quiet_until`)."""

    @property
    def address(self) -> AddressKind | None:
        """The kind of address that it goes to: closed for all channels that go there. None where none is needed."""

    def reaches(self, reader: Reader) -> bool:
        """Does the reader have what it takes, if nothing is closed?"""


class PushedChannel(Channel, Protocol):
    """A channel through which a worker sends."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection, opened when the first letter is sent and closed at the end of the block."""


def is_pushed(channel: Channel) -> TypeGuard[PushedChannel]:
    """Whether a worker sends through it."""
    return channel.kind == "pushed"


MakeChannel = Callable[[Settings], Channel | None]
"""A channel from the settings; None where they do not name its server: then it is simply not there."""
