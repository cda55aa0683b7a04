"""The one place where code asks what time it is, so that a test can say so."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def read(text: str) -> datetime:
    """A moment written in ISO 8601 with its offset, as events and messages carry it. Raises ValueError without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
