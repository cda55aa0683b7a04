"""Reading messages for people who look into them: lists and totals."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, func, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from services.notifications.calendar.models import CalendarEntry
from services.notifications.events.models import Event
from services.notifications.messages.errors import PersonUnknown
from services.notifications.messages.models import SEARCHED, STATES, Message
from shared.paging import Paged, count_states, load_page

SEARCHED_COLUMN = literal_column(SEARCHED, String)
"""Written as in the index, so that PostgreSQL uses it."""


@dataclass(frozen=True)
class Search:
    """What to look for. Everything left out is not narrowed down."""

    words: str = ""
    state: str = ""
    template: str = ""
    channel: str = ""
    page: int = 1


@dataclass(frozen=True)
class Found(Paged):
    """A page of messages, newest first, and where it stands among all that were found."""

    messages: Sequence[Message]
    total: int
    page: int


def find_messages(
    session: Session, search: Search, *, event_id: uuid.UUID | None = None, person_id: uuid.UUID | None = None
) -> Found:
    """Messages, all or about an event or to a person, with their attempts. A page beyond the last one is the last."""
    everything = select(Message)
    if event_id is not None:
        everything = everything.where(Message.event_id == event_id)
    if person_id is not None:
        everything = everything.where(Message.person_id == person_id)
    newest = _narrow(everything, search).order_by(Message.queued_at.desc(), Message.id)
    return Found(*load_page(session, newest.options(selectinload(Message.attempts)), search.page))


def count_by_state(session: Session, event_id: uuid.UUID) -> dict[str, int]:
    """How many messages about an event are in each state; every state is named."""
    return count_states(session, Message.state, STATES, Message.event_id == event_id)


def next_attempt_at(session: Session, event_id: uuid.UUID) -> datetime | None:
    """When the next queued message about an event is tried."""
    rows = select(func.min(Message.due_at)).where(Message.event_id == event_id, Message.state == "queued")
    return session.scalar(rows)


def find_person(session: Session, person_id: uuid.UUID, search: Search) -> Found:
    """Messages to one person about all events. Raises PersonUnknown when there never was one."""
    newest_to(session, person_id)
    return find_messages(session, search, person_id=person_id)


def is_known_person(session: Session, person_id: uuid.UUID) -> bool:
    """Was anything ever to be told to this person?"""
    return session.scalar(select(Message.id).where(Message.person_id == person_id).limit(1)) is not None


def newest_to(session: Session, person_id: uuid.UUID) -> Message:
    """The newest message to somebody: it has the name and the address of today. Raises PersonUnknown."""
    newest = select(Message).where(Message.person_id == person_id).order_by(Message.queued_at.desc()).limit(1)
    message = session.scalar(newest)
    if message is None:
        raise PersonUnknown
    return message


def load_together(session: Session, message: Message) -> Sequence[Message]:
    """All messages that went in one letter with this one, oldest first; this one alone if it went by itself."""
    carrier = message.merged_into or message.id
    wanted = select(Message).where(or_(Message.id == carrier, Message.merged_into == carrier))
    return session.scalars(wanted.order_by(Message.queued_at, Message.id)).all()


def load_told_entry(session: Session, message: Message) -> CalendarEntry | None:
    """The calendar entry that a message put or took back, with what the person answered to it."""
    return session.scalar(select(CalendarEntry).where(CalendarEntry.id == message.entry_id))


def load_events(session: Session, messages: Sequence[Message]) -> dict[uuid.UUID, Event]:
    """The events that these messages are about, by id."""
    ids = {message.event_id for message in messages if message.event_id is not None}
    return {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(ids)))}


def _narrow(query: Select[Message], search: Search) -> Select[Message]:
    if search.state:
        query = query.where(Message.state == search.state)
    if search.template:
        query = query.where(Message.template == search.template)
    if search.channel:
        query = query.where(Message.channel == search.channel)
    for word in search.words.split():
        query = query.where(SEARCHED_COLUMN.contains(func.lower(_plain(word)), autoescape=False))
    return query


def _plain(word: str) -> str:
    """The word, with the signs that LIKE knows taken as letters."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
