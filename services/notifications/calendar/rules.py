"""Calendar entries: what is put and cancelled, whether there is anything new to say, and which SEQUENCE says it.

Commands come twice and in any order; `version` orders them. The file is written when its message is sent, from the
event as it is then, so the number is given out at that moment too.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.calendar.models import CalendarEntry
from services.notifications.events.models import Event
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from shared.events import CancelCalendarEntry, PutCalendarEntry

BOUND_TO_TIMES = frozenset({"blocks"})
"""Values with times in them: worth nothing once the entry's own times changed."""
ABOUT_BEFORE = "old_"
"""Values that begin so say what was; an entry says what is."""


@dataclass(frozen=True)
class Content:
    """What a calendar file says, in JSON's own types so that it can be kept and compared."""

    starts_at: str
    ends_at: str
    place: str
    address: str
    """who is invited"""
    cancelled: bool
    details: dict[str, Any]

    @property
    def schedule(self) -> tuple[object, ...]:
        """What makes a new SEQUENCE when it changes (RFC 5545 §3.8.7.4): time, place, attendance."""
        return (self.starts_at, self.ends_at, self.place, self.address, self.cancelled)


def put_entry(session: Session, command: PutCalendarEntry) -> CalendarEntry | None:
    """Make or change the entry; None when a newer command was here before."""
    entry = _lock_entry(session, command)
    if command.version < entry.version:
        return None
    values = dict(entry.values)
    if (entry.starts_at, entry.ends_at) != (command.starts_at, command.ends_at):
        values = {name: value for name, value in values.items() if name not in BOUND_TO_TIMES}
    values.update({name: value for name, value in command.values.items() if not name.startswith(ABOUT_BEFORE)})
    entry.version, entry.values, entry.cancelled = command.version, values, False
    entry.starts_at, entry.ends_at, entry.changed_at = command.starts_at, command.ends_at, clock.now()
    return entry


def cancel_entry(session: Session, command: CancelCalendarEntry) -> CalendarEntry | None:
    """Mark the entry cancelled, also when the command that made it is still on its way; None when that is newer."""
    entry = _lock_entry(session, command)
    if command.version < entry.version:
        return None
    entry.version, entry.cancelled, entry.changed_at = command.version, True, clock.now()
    return entry


def load_entry(session: Session, entry_id: uuid.UUID) -> CalendarEntry:
    """The entry, locked until the end of the transaction."""
    return session.scalars(select(CalendarEntry).where(CalendarEntry.id == entry_id).with_for_update()).one()


def content_of(entry: CalendarEntry, event: Event, address: str) -> Content:
    """What a file about the entry says now. The entry must have been put once."""
    assert entry.starts_at is not None
    assert entry.ends_at is not None
    return Content(
        starts_at=entry.starts_at.astimezone(UTC).isoformat(),
        ends_at=entry.ends_at.astimezone(UTC).isoformat(),
        place=event.place,
        address=address,
        cancelled=entry.cancelled,
        details=entry.values,
    )


def is_known(entry: CalendarEntry) -> bool:
    """Does the entry stand in the person's calendar, as far as we know?"""
    return entry.told is not None and not entry.told["cancelled"]


def is_news(entry: CalendarEntry, content: Content) -> bool:
    """Would a file with this content say anything that the person was not told?"""
    if content.cancelled:
        return entry.told is None or not entry.told["cancelled"]
    return entry.told != asdict(content)


def next_sequence(entry: CalendarEntry, content: Content) -> int:
    """The SEQUENCE for this content: one more where time, place or attendance changed since the newest file."""
    if entry.sequence is None or entry.written is None:
        return 0
    changed = Content(**entry.written).schedule != content.schedule
    return entry.sequence + 1 if changed else entry.sequence


def note_written(entry: CalendarEntry, content: Content, sequence: int) -> None:
    """Remember what the newest file says."""
    entry.sequence, entry.written = sequence, asdict(content)


def note_told(entry: CalendarEntry, content: dict[str, Any], sequence: int) -> None:
    """Remember what was accepted for delivery; a slower letter with an older number changes nothing."""
    if entry.told is None or entry.sequence == sequence:
        entry.told = content


def forget_entries(session: Session, before: datetime) -> None:
    """Delete who was invited to what, for entries that ended before this moment; the entries themselves stay."""
    old = update(CalendarEntry).where(CalendarEntry.ends_at < before, CalendarEntry.written.is_not(None))
    session.execute(old.values(values={}, written=None, told=None).execution_options(**ACROSS_ORGANISATIONS))


def _lock_entry(session: Session, command: PutCalendarEntry | CancelCalendarEntry) -> CalendarEntry:
    """The entry of the command, made if need be. Two commands at once wait for each other."""
    times: dict[str, Any] = {}
    if isinstance(command, PutCalendarEntry):
        times = {"starts_at": command.starts_at, "ends_at": command.ends_at}
    row = insert(CalendarEntry).values(
        id=uuid.uuid4(),
        organisation_id=command.organisation_id,
        event_id=command.event_id,
        person_id=command.person.id,
        key=command.key,
        version=command.version,
        cancelled=not times,
        values={},
        changed_at=clock.now(),
        **times,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["event_id", "person_id", "key"]))
    wanted = select(CalendarEntry).where(
        CalendarEntry.event_id == command.event_id,
        CalendarEntry.person_id == command.person.id,
        CalendarEntry.key == command.key,
    )
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()
