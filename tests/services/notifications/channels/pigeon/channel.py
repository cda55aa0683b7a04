"""The channel as the registry knows it."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.notifications.channels.channel import Kind, Taken
from services.notifications.channels.errors import AddressRefused
from services.notifications.channels.letter import Letter
from services.notifications.channels.pace import Pace
from services.notifications.channels.reader import AddressKind, Reader
from shared.settings import Settings

NO_LOFT = "+31600000000"
"""A number that no pigeon finds."""


class PigeonChannel:
    """Carries letters to whoever has a telephone; `loft` is what arrived."""

    kind: Kind = "pushed"
    quiet = False
    address: AddressKind | None = "sms"

    def __init__(self, settings: Settings) -> None:
        self.pace: Pace | None = Pace(settings.sms_per_second)
        self.loft: list[Letter] = []

    def reaches(self, reader: Reader) -> bool:
        """Who has a number."""
        return bool(reader.mobile)

    @contextmanager
    def connect(self) -> Iterator["PigeonChannel"]:
        """There is nothing to open."""
        yield self

    def send(self, letter: Letter) -> Taken:
        """Let one pigeon fly. Raises AddressRefused."""
        if letter.mobile == NO_LOFT:
            raise AddressRefused("it came back with the letter", closes="bounced")
        self.loft.append(letter)
        return Taken("coo", provider_id=f"ring-{len(self.loft)}")
