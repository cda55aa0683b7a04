"""What is said of a pass at the door. Values in, a word out; no database."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.passes import PassContent

LONGEST_WAIT = timedelta(days=7)
"""A scan that waited longer in a phone is taken as having waited this long."""
NAMED = frozenset({"admitted", "already_in", "over_capacity"})
"""Verdicts that come with the person's name: the others are no concern of the door crew."""


@dataclass(frozen=True)
class Found:
    """Whose pass it is, and how things stand at the door."""

    event: Event
    invitation: Invitation | None
    inside_since: datetime | None = None
    gate: str | None = None
    inside: int = 0
    """how many are inside; counted only where the hall has a limit"""
    stop: str | None = None
    """the stand where the person goes first"""
    stop_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return self.event.capacity is not None and self.inside >= self.event.capacity


def decide_verdict(found: Found, content: PassContent, moment: datetime) -> str:
    """The verdict on a readable pass of this event. The first thing that is wrong counts."""
    invitation = found.invitation
    if invitation is None:
        return "unknown"
    if found.event.state == "cancelled" or content.version != invitation.pass_version:
        return "void"
    if not is_on_its_day(found.event, moment):
        return "not_today"
    if found.inside_since is not None:
        return "already_in"
    # Who said no and comes all the same is welcome; who waits for a place waits until the organiser gives one.
    if found.is_full or invitation.state == "waitlisted":
        return "over_capacity"
    return "admitted"


def is_on_its_day(event: Event, moment: datetime) -> bool:
    """Whether `moment` lies on a day of the event, by the clock of its place."""
    zone = ZoneInfo(event.time_zone)
    first, last = event.starts_at.astimezone(zone).date(), event.ends_at.astimezone(zone).date()
    return first <= moment.astimezone(zone).date() <= last


def end_of_day(event: Event) -> datetime:
    """Midnight after the event, by the clock of its place: until then its phones may scan."""
    zone = ZoneInfo(event.time_zone)
    day_after = event.ends_at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day_after, time(), zone)


def moment_of_scan(scanned_at: datetime, sent_at: datetime, received_at: datetime) -> datetime:
    """When the scan was made on our clock, whatever the phone's clock says: received, less the wait in the phone."""
    waited = min(max(sent_at - scanned_at, timedelta(0)), LONGEST_WAIT)
    return received_at - waited


def stop_to_tell(found: Found, moment: datetime) -> tuple[str, datetime] | None:
    """The first stand and when; None without a plan, and once that conversation would be over."""
    if found.stop is None or found.stop_at is None:
        return None
    over = moment >= found.stop_at + timedelta(minutes=found.event.round_minutes)
    return None if over else (found.stop, found.stop_at)
