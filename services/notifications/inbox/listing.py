"""Reading the inbox for people who look into it: lists and totals."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.inbox.errors import ItemUnknown
from services.notifications.inbox.models import STATES, InboxItem
from shared.paging import Paged, count_states, load_page


@dataclass(frozen=True)
class Filter:
    """What to show. An empty kind is every kind."""

    state: str = "open"
    kind: str = ""
    page: int = 1


@dataclass(frozen=True)
class Listed(Paged):
    """A page of items, newest first, and where it stands among all that were found."""

    items: Sequence[InboxItem]
    total: int
    page: int


def list_items(session: Session, wanted: Filter) -> Listed:
    """Items of the session's organisation, newest first. Two queries. A page beyond the last one is the last."""
    fits = [InboxItem.state == wanted.state, *([InboxItem.kind == wanted.kind] if wanted.kind else [])]
    newest = select(InboxItem).where(*fits).order_by(InboxItem.received_at.desc(), InboxItem.id)
    return Listed(*load_page(session, newest, wanted.page))


def count_items(session: Session) -> dict[str, int]:
    """How many there are of each state. One query."""
    return count_states(session, InboxItem.state, STATES)


def load_item(session: Session, item_id: uuid.UUID, lock: bool = False) -> InboxItem:
    """An item of the session's organisation. Raises ItemUnknown."""
    wanted = select(InboxItem).where(InboxItem.id == item_id)
    item = session.scalar(wanted.with_for_update() if lock else wanted)
    if item is None:
        raise ItemUnknown
    return item
