"""What source files can do with a value: `{{ event.starts_at|day }}`. Times are written on the event's clock."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import pass_context
from jinja2.runtime import Context

from shared.i18n import date_long, date_short, language_name, time_of


@pass_context
def day(context: Context, moment: str | datetime) -> str:
    """'donderdag 10 december 2026'."""
    return date_long(moment_of(moment), context["time_zone"], context["language"])


@pass_context
def day_short(context: Context, moment: str | datetime) -> str:
    """'do 10 dec', or 'чт 10.12': a text message with Cyrillic letters has room for 70 of them."""
    if context["language"] in {"uk", "ru"}:
        local = moment_of(moment).astimezone(ZoneInfo(context["time_zone"]))
        return format_date(local.date(), "ccc dd.MM", locale=context["language"])
    return date_short(moment_of(moment), context["time_zone"], context["language"])


@pass_context
def clock(context: Context, moment: str | datetime) -> str:
    """'13:00'."""
    return time_of(moment_of(moment), context["time_zone"], context["language"])


@pass_context
def dates(context: Context, event: Mapping[str, datetime]) -> str:
    """The day of an event, or its first and last day."""
    first, last = (day(context, event[name]) for name in ("starts_at", "ends_at"))
    return first if first == last else f"{first} – {last}"


@pass_context
def times(context: Context, event: Mapping[str, datetime]) -> str:
    """'13:00–16:30'."""
    return f"{clock(context, event['starts_at'])}–{clock(context, event['ends_at'])}"


@pass_context
def languages(context: Context, codes: list[str]) -> str:
    """Language codes as names in the reader's language."""
    return ", ".join(language_name(code, context["language"]) for code in codes)


def moment_of(given: str | datetime) -> datetime:
    """A moment as values hold it: as it is, or as the text of a command (ISO 8601)."""
    return datetime.fromisoformat(given) if isinstance(given, str) else given


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": day,
    "day_short": day_short,
    "clock": clock,
    "dates": dates,
    "times": times,
    "languages": languages,
}
LISTS = frozenset({"languages", "join"})
"""Filters that take a list, `join` being Jinja's own; the others take one value."""
