"""A letter in hand, and what came of it: what passes between claiming, handing over and writing down."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from services.notifications.channels.letter import Letter
from services.notifications.channels.reader import AddressKind


@dataclass(frozen=True)
class Claim:
    """A letter that is ready to go."""

    message_id: uuid.UUID
    """of the message whose letter it is; `carried` are those that go with it"""
    carried: tuple[uuid.UUID, ...]
    organisation_id: uuid.UUID
    channel: str
    letter: Letter
    until: datetime
    """whoever begins it must find the message due at just this moment: otherwise it is somebody else's by now"""
    address_kind: AddressKind | None = None
    """of the address that it goes to; None for a channel that needs none"""

    @property
    def message_ids(self) -> tuple[uuid.UUID, ...]:
        """All messages that the letter says."""
        return (self.message_id, *self.carried)


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a kind of `Attempt.outcome`, the server's reply code and its words."""

    kind: str
    code: int | None = None
    answer: str = ""
    provider_id: str = ""
    """the provider's name for what it accepted"""
    after: float | None = None
    """seconds that it wants to be left alone"""
    closes: str = ""
    """why nothing is sent to this address any more (people.models.REASONS), where the other side is certain"""


@dataclass(frozen=True)
class Ended:
    """An attempt that is over, to be written down."""

    claim: Claim
    attempt_id: int
    outcome: Outcome
