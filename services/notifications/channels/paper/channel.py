"""The channel as the registry knows it."""

from services.notifications.channels.channel import Kind
from services.notifications.channels.pace import Pace
from services.notifications.channels.reader import AddressKind, Reader
from shared.settings import Settings


class PaperChannel:
    """Letters wait here until an organiser prints them (the room `printing`)."""

    kind: Kind = "collected"
    quiet = False
    pace: Pace | None = None
    address: AddressKind | None = None

    def __init__(self, settings: Settings) -> None:
        """There is nothing to set: every organisation has a printer."""

    def reaches(self, reader: Reader) -> bool:
        """Whoever is to get something that is worth paper: the desk hands it over."""
        return reader.letter_worthy
