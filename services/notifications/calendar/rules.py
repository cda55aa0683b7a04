"""Calendar entries: what is put and cancelled, whether there is anything new to say, and which SEQUENCE says it.

Commands come twice and in any order; `version` orders them. The file is written when its message is sent, from the
event as it is then, so the number is given out at that moment too.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.calendar.judging import NEEDS_ACTION
from services.notifications.calendar.models import CalendarAnswer, CalendarEntry, CalendarFeed
from services.notifications.events.models import Event
from shared import clock
from shared.database import ACROSS_ORGANISATIONS
from shared.events import CancelCalendarEntry, Person, PutCalendarEntry

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
    coordinates: list[float] | None = None
    """latitude and longitude, where the region filled them in"""

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
    _note_person(entry, command.person)
    _end_feed_elsewhere(session, command.person)
    entry.link_id, entry.link_service = command.link_id, command.link_service
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


def live_entries(session: Session, event_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[CalendarEntry]:
    """What stands in the person's calendar for an event, earliest first: empty for who does not come."""
    live = select(CalendarEntry).where(
        CalendarEntry.event_id == event_id, CalendarEntry.person_id == person_id, CalendarEntry.cancelled.is_(False)
    )
    return session.scalars(live.order_by(CalendarEntry.starts_at, CalendarEntry.key)).all()


def content_of(entry: CalendarEntry, event: Event, address: str) -> Content:
    """What a file about the entry says now. The entry must have been put once."""
    assert entry.starts_at is not None
    assert entry.ends_at is not None
    return Content(
        starts_at=entry.starts_at.astimezone(UTC).isoformat(),
        ends_at=entry.ends_at.astimezone(UTC).isoformat(),
        place=event.place,
        address=address,
        cancelled=entry.cancelled or event.cancelled,
        details=entry.values,
        coordinates=_coordinates_of(event),
    )


def is_known(entry: CalendarEntry) -> bool:
    """Does the entry stand in the person's calendar, as far as we know?"""
    return entry.told is not None and not entry.told["cancelled"]


def is_news(entry: CalendarEntry, content: Content) -> bool:
    """Would a file with this content say anything that the person was not told?"""
    if content.cancelled:
        return entry.told is None or not entry.told["cancelled"]
    # Compared as contents: what was kept before there was another field to it is no news for that.
    return entry.told is None or entry.told["cancelled"] or Content(**entry.told) != content


def next_sequence(entry: CalendarEntry, content: Content) -> int:
    """The SEQUENCE for this content: one more where time, place or attendance changed since the newest file."""
    if entry.sequence is None or entry.written is None:
        return 0
    changed = Content(**entry.written).schedule != content.schedule
    return entry.sequence + 1 if changed else entry.sequence


def note_written(entry: CalendarEntry, content: Content, sequence: int) -> None:
    """Remember what the newest file says. Another time or place asks the person again (RFC 5546 §3.2.2.1)."""
    entry.answer = answer_to(entry, sequence)
    entry.sequence, entry.written = sequence, asdict(content)


def answer_to(entry: CalendarEntry, sequence: int) -> str:
    """What the person answered to this SEQUENCE, as far as it is known."""
    return entry.answer if entry.sequence in (None, sequence) else NEEDS_ACTION


def note_told(session: Session, entry_id: uuid.UUID, content: dict[str, Any], sequence: int) -> None:
    """Remember what was accepted for delivery; a slower letter with an older number changes nothing."""
    session.connection().execute(_TELL, {"entry": entry_id, "number": sequence, "content": content})


# Made once: it runs for each letter, and putting it together takes as long as running it.
_ENTRIES = cast(Table, CalendarEntry.__table__)
_TELL = (
    _ENTRIES.update()
    .where(_ENTRIES.c.id == bindparam("entry"))
    .where(or_(_ENTRIES.c.told.is_(None), _ENTRIES.c.sequence == bindparam("number")))
    .values(told=bindparam("content"))
)


def forget_entries(session: Session, before: datetime) -> None:
    """Delete who was invited to what, for entries that ended before this moment; the entries themselves stay."""
    ended = select(CalendarEntry.id).where(CalendarEntry.ends_at < before)
    answers = update(CalendarAnswer).where(CalendarAnswer.entry_id.in_(ended), CalendarAnswer.sender != "")
    blank = dict.fromkeys(("comment", "attendee", "sender", "delegated_to", "mail_id"), "")
    session.execute(answers.values(blank).execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))
    known = or_(CalendarEntry.written.is_not(None), CalendarEntry.person_name != "", CalendarEntry.address != "")
    old = update(CalendarEntry).where(CalendarEntry.ends_at < before, known)
    nothing: dict[str, Any] = {
        "values": {},
        "person_name": "",
        "address": "",
        "link_id": None,
        "written": None,
        "told": None,
    }
    session.execute(old.values(nothing).execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))


def erase_person(session: Session, person_id: uuid.UUID) -> None:
    """Delete a person's entries, what they answered and their calendar addresses, whatever is due to be sent.

    The caller has let go of the messages that carried them.
    """
    for table in (CalendarFeed, CalendarEntry):
        session.execute(delete(table).where(table.person_id == person_id))


def _coordinates_of(event: Event) -> list[float] | None:
    if event.latitude is None or event.longitude is None:
        return None
    return [event.latitude, event.longitude]


def _note_person(entry: CalendarEntry, person: Person) -> None:
    entry.person_name, entry.language, entry.address = person.name, person.language, person.email or ""


def _end_feed_elsewhere(session: Session, person: Person) -> None:
    """The person has another mailbox: whoever reads the old one may have the calendar address as well."""
    live = update(CalendarFeed).where(CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None))
    elsewhere = live.where(CalendarFeed.address != "", func.lower(CalendarFeed.address) != (person.email or "").lower())
    session.execute(elsewhere.values(revoked_at=clock.now()))


def _lock_entry(session: Session, command: PutCalendarEntry | CancelCalendarEntry) -> CalendarEntry:
    """The entry of the command, made if need be. Two commands at once wait for each other."""
    times: dict[str, Any] = {}
    if isinstance(command, PutCalendarEntry):
        times = {"starts_at": command.starts_at, "ends_at": command.ends_at}
    row = insert(CalendarEntry).values(
        id=uuid.uuid4(),
        organisation_id=command.organisation_id,
        event_id=command.event_id,
        person_kind=command.person.kind,
        person_id=command.person.id,
        language=command.person.language,
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
