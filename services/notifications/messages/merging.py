"""What goes together in one letter: decisions, from values alone.

Several things about one event are one letter to one person. What goes along is whatever waits at that moment; only
what is to be said at a time of its own, or to another address, stays out.
"""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.messages.models import Message


def may_join(message: Message, leader: Message, now: datetime) -> bool:
    """May this message go in the letter of that one, of the same person and about the same event?"""
    waits = message.state == "queued" and message.merged_into is None and message is not leader
    early = message.before_start is not None and message.due_at is not None and message.due_at > now
    reached = (message.address, message.mobile) == (leader.address, leader.mobile)
    return waits and reached and not early and message.event_id is not None


def shares_calendar(message: Message, chosen: Sequence[Message]) -> bool:
    """Does the letter stay one with one calendar file at most? Programs read the first of a mail and no other."""
    entries = {one.entry_id for one in chosen if one.entry_id is not None}
    return message.entry_id is None or not entries or message.entry_id in entries
