"""A message in hand, and what came of it: what passes between claiming, handing over and writing down."""

import uuid
from dataclasses import dataclass

from services.notifications.channels.letter import Letter


@dataclass(frozen=True)
class Claim:
    """A message in hand: its letter, and the attempt that is written down."""

    message_id: uuid.UUID
    organisation_id: uuid.UUID
    attempt_id: int
    channel: str
    letter: Letter


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
