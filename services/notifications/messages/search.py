"""Reading messages for people who look into them: lists, totals, and what the codes mean."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import Select, String, func, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from services.notifications.calendar.models import CalendarEntry
from services.notifications.events.models import Event
from services.notifications.messages.errors import PersonUnknown
from services.notifications.messages.models import SEARCHED, STATES, Message
from shared.paging import PAGE, Paged, page_within

SEARCHED_COLUMN = literal_column(SEARCHED, String)
"""Written as in the index, so that PostgreSQL uses it."""
REASONS: dict[str, str | LazyString] = {
    "address_refused": lazy_gettext("The mail server refuses the address. Check it with the person."),
    "address_closed": lazy_gettext(
        "Nothing is sent to this address any more. Mend it, or tell the person in another way."
    ),
    "number_unreachable": lazy_gettext("Nothing reaches this telephone number any more. Check it with the person."),
    "not_delivered": lazy_gettext("The telephone did not take the message. Try again, or tell the person yourself."),
    "not_arrived": lazy_gettext("The letter did not arrive. Tell the person in another way."),
    "not_wanted": lazy_gettext("This person wants no invitations and reminders. Ask them in another way, if you must."),
    "mailbox_full": lazy_gettext("The person's mailbox is full. Try again in a few days, or tell them in another way."),
    "taken_for_spam": lazy_gettext("The person's mail server takes our mail for spam. Tell them in another way."),
    "came_back": lazy_gettext("The message came back, and the mail server does not say clearly why."),
    "complained": lazy_gettext("The person called our mail spam. Nothing more is sent to this address."),
    "no_address": lazy_gettext("We have no e-mail address of this person."),
    "attempts_used_up": lazy_gettext("All attempts were used up."),
    "template_unknown": lazy_gettext("There is no text for this message. Tell your administrator."),
    "told_otherwise": lazy_gettext("You told the person in another way."),
    "erased": lazy_gettext("The person was erased before it was sent."),
    "overtaken": lazy_gettext("A newer message took its place."),
    "event_cancelled": lazy_gettext("The event was cancelled before it was sent."),
    "event_over": lazy_gettext("The event was over before it was sent."),
    "nothing_new": lazy_gettext("It had nothing to say that the person did not know already."),
    "not_coming": lazy_gettext("The person does not come any more."),
    "too_late": lazy_gettext("The moment for this reminder had passed."),
    "never_told": lazy_gettext("The person never heard of what it takes back."),
    "away": lazy_gettext("The mail server cannot be reached. We try again."),
    "later": lazy_gettext("The mail server asks us to come back later. We try again."),
    "lost": lazy_gettext("The connection broke. We try again."),
    "unreadable": lazy_gettext("The text could not be made. We try again; tell your administrator."),
}
OUTCOMES: dict[str, str | LazyString] = {
    "accepted": lazy_gettext("Accepted by the mail server"),
    "away": lazy_gettext("Mail server not reached"),
    "later": lazy_gettext("Asked to come back later"),
    "lost": lazy_gettext("Connection broken"),
    "refused": lazy_gettext("Refused"),
    "unreadable": lazy_gettext("Text could not be made"),
}


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
    wanted = _narrow(everything, search)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = page_within(search.page, total)
    rows = wanted.order_by(Message.queued_at.desc(), Message.id).limit(PAGE).offset((page - 1) * PAGE)
    return Found(session.scalars(rows.options(selectinload(Message.attempts))).all(), total, page)


def count_by_state(session: Session, event_id: uuid.UUID) -> dict[str, int]:
    """How many messages about an event are in each state; every state is named."""
    rows = select(Message.state, func.count()).where(Message.event_id == event_id).group_by(Message.state)
    found: dict[str, int] = dict(session.execute(rows).all())
    return {state: found.get(state, 0) for state in STATES}


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
