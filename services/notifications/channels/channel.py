"""What a channel is. To add one: a folder beside `email/` with a class like this, and a line in `registry.py`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from services.notifications.channels.letter import Letter
from shared.settings import Settings


class Connection(Protocol):
    """A way that is open to the channel's server, for as many letters as there are."""

    def send(self, letter: Letter) -> str:
        """Hand one letter over and return what the server answered. Raises one of `errors.NotHandedOver`."""


class Channel(Protocol):
    """One way to reach people."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection, opened when the first letter is sent and closed at the end of the block."""


MakeChannel = Callable[[Settings], Channel]
