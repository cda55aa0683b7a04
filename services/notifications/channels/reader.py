"""Whom a message is for, as far as reaching them is concerned."""

from dataclasses import dataclass
from typing import Literal

AddressKind = Literal["email", "sms"]
"""What addresses are closed by: an e-mail address, or a mobile number (`people.models.Suppression.channel`)."""


@dataclass(frozen=True)
class Reader:
    """What decides how a message reaches somebody."""

    email: str | None
    mobile: str | None = None
    """E.164"""
    preferred: str | None = None
    closed: frozenset[str] = frozenset()
    """channels that the person does not want, and kinds of address of which theirs is dead"""
    has_short: bool = True
    """the message has words for an SMS"""
    letter_worthy: bool = False
    """the message is worth paper: it carries the pass, or what a candidate must know"""
