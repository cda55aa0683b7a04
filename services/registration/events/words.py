"""Words about an event that several pages say."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from services.registration.events.models import Event


def days_until(event: Event, now: datetime) -> str:
    """How far away the event is, counted in days on its own calendar: 'tomorrow', 'in 8 days', '3 days ago'."""
    zone = ZoneInfo(event.time_zone)
    days = (event.starts_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return str(gettext("today"))
    if days == 1:
        return str(gettext("tomorrow"))
    if days == -1:
        return str(gettext("yesterday"))
    if days > 0:
        return str(ngettext("in %(num)d day", "in %(num)d days", days))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", -days))
