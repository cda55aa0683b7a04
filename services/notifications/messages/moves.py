"""What a message about a move has to say first: the day, the time or the place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.wording.filters import moment_of


def what_moved(old: Mapping[str, Any], event: Mapping[str, Any], time_zone: str) -> dict[str, bool]:
    """Which of day, time and place of the event differ from what `old` says, on the event's clock.

    `old` may hold `old_starts_at` (ISO 8601) and `old_place`, which is the venue, the address or both. What it does
    not say has not moved. `when` is day or time. Raises ValueError for a moment that is none.
    """
    zone = ZoneInfo(time_zone)
    now: datetime = moment_of(event["starts_at"]).astimezone(zone)
    before = moment_of(old["old_starts_at"]).astimezone(zone) if old.get("old_starts_at") else now
    place = old.get("old_place")
    day, time = before.date() != now.date(), before.time() != now.time()
    moved = bool(place) and place not in {event["venue"], event["address"], event["place"]}
    return {"day": day, "time": time, "when": day or time, "place": moved}
