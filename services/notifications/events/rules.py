"""Keeping what registration tells, newest version only: events may come twice and in any order."""

import uuid
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.events.errors import EventUnknown
from services.notifications.events.models import Event, Organisation
from shared import clock
from shared.database import acting_for
from shared.events import EventFacts, OrganisationChanged


def keep_organisation(session: Session, event: OrganisationChanged) -> None:
    """Remember a region's name and mailbox."""
    row = {"id": event.organisation_id, "version": event.version, "name": event.name, "mailbox": event.mailbox}
    _keep_newest(session, Organisation, row)


def keep_event(session: Session, facts: EventFacts, *, moved: bool = False, cancelled: bool = False) -> None:
    """Remember an event. `moved`: time or place changed; `cancelled`: whatever state the facts were written in."""
    row = asdict(facts)
    row["id"] = row.pop("event_id")
    del row["rounds"]  # who is where in which round is scheduling's to say
    if cancelled:
        row["state"] = "cancelled"
    if moved:
        row["moved_at"] = clock.now()
    _keep_newest(session, Event, row)


def load_event(session: Session, event_id: uuid.UUID) -> Event:
    """An event of the session's organisation. Raises EventUnknown."""
    event = session.scalar(select(Event).where(Event.id == event_id))
    if event is None:
        raise EventUnknown
    return event


def load_organisation(session: Session) -> Organisation:
    """The region that the session acts for. Raises EventUnknown before registration has told of it."""
    found = find_organisation(session, acting_for(session))
    if found is None:
        raise EventUnknown
    return found


def find_organisation(session: Session, organisation_id: uuid.UUID) -> Organisation | None:
    """A region; None before registration has told of it."""
    return session.scalar(select(Organisation).where(Organisation.id == organisation_id))


def _keep_newest(session: Session, table: type[Any], row: dict[str, Any]) -> None:
    """Insert the row, or replace an older version of it; one statement, so that two at once cannot cross."""
    new = insert(table).values(**row)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={name: new.excluded[name] for name in row if name not in {"id", "organisation_id"}},
            where=table.version < new.excluded.version,
        )
    )
