"""What is still worth saying when its turn comes: decisions, from values alone.

A message was true when it was queued. Hours later the event may have been cancelled, moved back, or be over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content, is_known, is_news
from services.notifications.events.models import Event
from services.notifications.messages.catalogue import Template
from services.notifications.messages.models import Message

FACTS_UNDERWAY = timedelta(minutes=10)
"""How long news of a move may wait for the event's new time and place to arrive."""
CARRIED = "old_carried"
"""The value that says: what this message calls old is older than its sender thought (two moves, one message)."""
LOOK_AGAIN = timedelta(seconds=5)
ON_THE_WAY = timedelta(hours=1)
"""From so long before the event news goes at once: people are on their way."""


@dataclass(frozen=True)
class Drop:
    """It need not be said any more; the reason is a word of `reasons.REASONS`."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """It cannot be said yet; `reason` is a word of `reasons.REASONS` where something is in the way."""

    until: datetime
    reason: str | None = None


def judge_event(message: Message, template: Template, event: Event, now: datetime) -> Drop | Wait | None:
    """Does the event still make this message worth sending? None for yes."""
    if event.cancelled and not template.survives_cancelling:
        return Drop("event_cancelled")
    if is_over(event, now):
        return Drop("event_over")
    return judge_move(message, event, now) if "old_starts_at" in message.values else None


def judge_move(message: Message, event: Event, now: datetime) -> Drop | Wait | None:
    """News of a move must not go out before the new facts are here, nor when it moved back meanwhile.

    What the message calls old is the start and the venue; an address or an end that changed does not show in them, so
    that "the same as before" alone is no reason to stay silent.
    """
    if _has_moved(message, event):
        return None
    if message.values.get(CARRIED):
        return Drop("nothing_new")
    heard = event.moved_at is not None and event.moved_at >= message.queued_at - FACTS_UNDERWAY
    return None if heard or now - message.asked_at >= FACTS_UNDERWAY else Wait(now + LOOK_AGAIN)


def judge_reminder(message: Message, event: Event, now: datetime) -> Drop | Wait | None:
    """What is to be said some time before the event is not said earlier, nor once it began.

    Nor to somebody who heard of the event, or of its new time, when that moment was past already.
    """
    if message.before_start is None:
        return None
    due = reminder_due(event, message.before_start)
    if now < due:
        return Wait(due)
    return Drop("too_late") if now >= event.starts_at or message.queued_at > due else None


def reminder_due(event: Event, before_start: int) -> datetime:
    """When to say what is said so many minutes before the event."""
    return event.starts_at - timedelta(minutes=before_start)


def judge_settling(message: Message, template: Template, event: Event | None, most: int, now: datetime) -> Wait | None:
    """News waits a moment, `most` seconds at most, for other news to the same person; not while the event runs."""
    if message.tries or event is None or (event.starts_at - ON_THE_WAY <= now <= event.ends_at):
        return None
    until = message.queued_at + min(template.settles, timedelta(seconds=most))
    return Wait(until) if now < until else None


def judge_entry(message: Message, template: Template, entry: CalendarEntry, content: Content | None) -> Drop | None:
    """Does the person's calendar entry still make this message worth sending? `content` is None if never put."""
    if entry.cancelled != (message.method == "CANCEL"):
        return Drop("overtaken")
    if template.needs_entry and not is_known(entry):
        return Drop("never_told")
    if content is None:
        return Drop("nothing_new") if entry.told is not None else None
    return None if is_news(entry, content) else Drop("nothing_new")


def is_over(event: Event, now: datetime) -> bool:
    """Is the event's last day past, on its own clock?"""
    zone = ZoneInfo(event.time_zone)
    return now.astimezone(zone).date() > event.ends_at.astimezone(zone).date()


def is_today(event: Event, now: datetime) -> bool:
    """Is it one of the event's own days, on its own clock?"""
    zone = ZoneInfo(event.time_zone)
    first, day, last = (one.astimezone(zone).date() for one in (event.starts_at, now, event.ends_at))
    return first <= day <= last


def is_overtaken(version: int, others: list[int]) -> bool:
    """Was something newer about the same thing queued before this arrived?"""
    return any(other > version for other in others)


def _has_moved(message: Message, event: Event) -> bool:
    """Do we know of the event what the message is to tell: another time or place than before?"""
    before = message.values.get("old_starts_at")
    if before and datetime.fromisoformat(before) != event.starts_at:
        return True
    place = message.values.get("old_place")
    return bool(place) and place not in {event.place, event.venue, event.address}
