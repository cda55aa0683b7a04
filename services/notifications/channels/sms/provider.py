"""What a provider of SMS must offer, and what passes between it and us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from services.notifications.channels.channel import Taken

Form = Mapping[str, list[str]]
"""The fields of a form as they came, each with all its values."""


@dataclass(frozen=True)
class Sms:
    """What is handed to a provider."""

    mobile: str
    """E.164"""
    text: str
    receipts_to: str
    """where the provider tells what became of it; names our message"""
    perhaps_sent: bool
    """look for it at the provider before sending it again"""
    since: datetime
    """no copy of it is older"""


@dataclass(frozen=True)
class Receipt:
    """What became of an SMS, as far as the provider knows."""

    provider_id: str
    state: Literal["accepted", "delivered", "undelivered"]
    code: int | None = None
    permanent: bool = False
    """nothing will reach this number"""


@dataclass(frozen=True)
class Reply:
    """An SMS that somebody sent to us."""

    provider_id: str
    mobile: str
    text: str


class Provider(Protocol):
    """A company that carries SMS."""

    def send(self, sms: Sms) -> Taken:
        """Hand one over. Raises one of `errors.NotHandedOver`."""

    def close(self) -> None:
        """Let go of the connection."""


class Listener(Protocol):
    """Reads what a provider sends to us."""

    def is_genuine(self, address: str, form: Form, signature: str) -> bool:
        """Did the provider send this form to this address of ours? Compared in constant time."""

    def read_receipt(self, form: Form) -> Receipt | None:
        """What became of an SMS; None for a form that says nothing of that."""

    def read_reply(self, form: Form) -> Reply | None:
        """What somebody wrote to us; None for a form that says nothing of that."""
