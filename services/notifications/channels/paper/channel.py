"""The channel as the registry knows it."""

from services.notifications.channels.channel import Kind
from services.notifications.channels.pace import Pace
from shared.settings import Settings


class PaperChannel:
    """Letters wait here until an organiser prints them (the room `printing`)."""

    kind: Kind = "collected"
    quiet = False
    pace: Pace | None = None

    def __init__(self, settings: Settings) -> None:
        """There is nothing to set: every organisation has a printer."""
