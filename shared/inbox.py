"""The inbox: each event is handled once, its id kept together with its effects."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared import clock
from shared.database import SharedBase, act_for
from shared.events import NAMES

Reaction = Callable[[Session, Any], object]
Reactions = Mapping[type, Reaction]
"""A service's table of reactions: event → what it does here."""


class InboxRow(SharedBase):
    """An event that was handled."""

    __tablename__ = "inbox"

    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    handled_at: Mapped[datetime] = mapped_column(index=True)


def read_event(name: str, payload: Mapping[str, Any]) -> Any:
    """The event as its dataclass; fields that this version does not know are left out."""
    return msgspec.convert(payload, NAMES[name], strict=False)


def handle(session: Session, reactions: Reactions, event_id: uuid.UUID, event: object) -> bool:
    """React to `event` unless that was done before; False when it was.

    A second delivery at the same moment waits on the row of the first and then finds it there.
    """
    row = insert(InboxRow).values(event_id=event_id, name=type(event).__name__, handled_at=clock.now())
    if session.execute(row.on_conflict_do_nothing().returning(InboxRow.event_id)).first() is None:
        return False
    organisation_id = organisation_of(event)
    if organisation_id is not None:
        act_for(session, organisation_id)
    reactions[type(event)](session, event)
    return True


def organisation_of(event: object) -> uuid.UUID | None:
    """Whose event it is; None for the few that belong to nobody."""
    holder = getattr(event, "event", event)
    found = getattr(holder, "organisation_id", None)
    return found if isinstance(found, uuid.UUID) else None
