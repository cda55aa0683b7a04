"""When a telephone may ring. Decisions, from values alone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)
QUIET_TO = time(8)


def quiet_until(now: datetime, time_zone: str) -> datetime | None:
    """The end of the night on the event's clock; None by day. Night is from 21:00 to 08:00."""
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return None
    morning = local.date() if local.time() < QUIET_TO else local.date() + timedelta(days=1)
    return datetime.combine(morning, QUIET_TO, zone)
