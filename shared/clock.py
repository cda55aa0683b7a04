"""The one place where code asks what time it is, so that a test or a story told in the demo can say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment` (aware), and time stands still."""
    before = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(before)


def read(text: str) -> datetime:
    """A moment written in ISO 8601 with its offset, as events and messages carry it. Raises ValueError without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
