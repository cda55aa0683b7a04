"""Queueing what others ask to be told, and sending again by hand. Sending itself is `sending.py`.

A command may come twice and in any order: its message id makes it once, its version puts it in its place.
"""

import uuid
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import cancel_entry, put_entry
from services.notifications.events.rules import keep_event, keep_organisation
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.errors import AddressMissing, MessageUnknown, NothingToResend, WordsForgotten
from services.notifications.messages.letters import HOLD, drop_message, letter_of, look_again
from services.notifications.messages.models import Message
from services.notifications.messages.truth import CARRIED, is_overtaken
from shared import clock
from shared.events import (
    CancelCalendarEntry,
    EventCancelled,
    EventChanged,
    EventPublished,
    LetterOnPaper,
    MessageFailed,
    OrganisationChanged,
    PutCalendarEntry,
    SendMessage,
)
from shared.outbox import ask_for_job, record

log = structlog.get_logger()
Command = SendMessage | PutCalendarEntry | CancelCalendarEntry
SEND_JOB = "send_due"
PERSON_KEY = func.concat(Message.person_id, " ", Message.event_id)
"""What commands and workers lock: one person at one event."""


# ── what others tell ──────────────────────────────────────────────────────────────────────────────────────────


def hear_organisation(session: Session, event: OrganisationChanged) -> None:
    """A region's name or mailbox: messages that waited for it can go."""
    keep_organisation(session, event)
    ask_for_job(session, SEND_JOB)


def hear_event(session: Session, event: EventPublished | EventChanged | EventCancelled) -> None:
    """What is true of an event now: messages that waited for it can go, others are no longer true."""
    moved = isinstance(event, EventChanged) and event.moved
    keep_event(session, event.event, moved=moved, cancelled=isinstance(event, EventCancelled))
    look_again(session, event.event.event_id)
    ask_for_job(session, SEND_JOB)


def queue_message(session: Session, command: SendMessage) -> None:
    """Queue what one person is to be told, in place of older things of the kind that were not sent yet."""
    _lock_person(session, command)
    _queue(
        session,
        command,
        version=command.version,
        before_start=command.before_start,
        pass_code=command.pass_code,
        link_id=command.link_id,
        link_service=command.link_service,
    )


def queue_entry(session: Session, command: PutCalendarEntry) -> None:
    """Put a calendar entry, and queue the message that carries it."""
    _lock_person(session, command)
    if _is_known(session, command.message_id):
        return
    entry = put_entry(session, command)
    link = {"link_id": command.link_id, "link_service": command.link_service}
    _queue(session, command, entry, "REQUEST", pass_code=command.pass_code, **link)


def queue_cancellation(session: Session, command: CancelCalendarEntry) -> None:
    """Cancel a calendar entry, and queue the message that takes it out of the calendar."""
    _lock_person(session, command)
    if _is_known(session, command.message_id):
        return
    entry = cancel_entry(session, command)
    _queue(session, command, entry, "CANCEL", link_id=command.link_id, link_service=command.link_service)


def _queue(
    session: Session, command: Command, entry: CalendarEntry | None = None, method: str | None = None, **more: Any
) -> None:
    """Write the message down unless it is known, and drop what it makes superfluous. A method without entry: stale."""
    older = _unsent_of_the_kind(session, command, entry)
    row = {
        **_row(command, clock.now()),
        "values": _with_first_state(command.values, older),
        "entry_id": entry.id if entry else None,
        "method": method if entry else None,
        **more,
        **_first_state(session, command, stale=method is not None and entry is None),
    }
    new = insert(Message).values(**row).on_conflict_do_nothing().returning(Message.id)
    if session.scalar(new) is None:
        return
    if row["state"] == "queued":
        _overtake(session, older)
        ask_for_job(session, SEND_JOB)
    elif row["state"] == "failed":
        log.error("template_unknown", template=command.template, message_id=str(command.message_id))
        give_up(session, load_message(session, command.message_id), "template_unknown")


def _row(command: Command, now: datetime) -> dict[str, Any]:
    """What a message takes from its command as it is."""
    person = command.person
    return {
        "id": command.message_id,
        "organisation_id": command.organisation_id,
        "event_id": command.event_id,
        "template": command.template,
        "person_kind": person.kind,
        "person_id": person.id,
        "person_name": person.name,
        "language": person.language,
        "address": person.email,
        "mobile": person.mobile,
        "queued_at": now,
        "asked_at": now,
    }


def _first_state(session: Session, command: Command, stale: bool) -> dict[str, Any]:
    """Queued; or dropped when something newer was here before; or failed when there are no words for it."""
    if command.template not in TEMPLATES:
        return {"state": "failed", "reason": "template_unknown", "due_at": None}
    if stale or (isinstance(command, SendMessage) and is_overtaken(command.version, _versions(session, command))):
        return {"state": "dropped", "reason": "overtaken", "due_at": None}
    return {"state": "queued", "reason": None, "due_at": clock.now()}


def _is_known(session: Session, message_id: uuid.UUID) -> bool:
    return session.scalar(select(Message.id).where(Message.id == message_id)) is not None


def _lock_person(session: Session, command: Command) -> None:
    """Two commands about one person and event, handled at the same moment, wait for each other."""
    key = f"{command.person.id} {command.event_id or ''}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def _versions(session: Session, command: SendMessage) -> list[int]:
    same = select(Message).where(
        Message.person_id == command.person.id,
        Message.event_id == command.event_id,
        Message.template == command.template,
        Message.entry_id.is_(None),
    )
    return [message.version for message in session.scalars(same) if _is_about_the_same(command, message)]


def _is_about_the_same(command: Command, message: Message) -> bool:
    """Are they two sayings of one thing, such as the timetable of one stand?"""
    if message.template != command.template:
        return True
    apart = TEMPLATES[command.template].apart
    return all(message.values.get(name) == command.values.get(name) for name in apart)


def _unsent_of_the_kind(session: Session, command: Command, entry: CalendarEntry | None) -> list[Message]:
    """What this command makes superfluous, oldest first. What tells of another calendar entry is another matter."""
    template = TEMPLATES.get(command.template)
    if template is None or command.event_id is None:
        return []
    about_the_same = [Message.template.in_((template.name, *template.overtakes)) & Message.entry_id.is_(None)]
    if entry is not None:
        about_the_same.append((Message.template == template.name) & (Message.entry_id == entry.id))
    older = select(Message).where(
        Message.person_id == command.person.id,
        Message.event_id == command.event_id,
        or_(*about_the_same),
        Message.state.in_(("queued", "to_print")),
        Message.id != command.message_id,
    )
    found = session.scalars(older.order_by(Message.queued_at).with_for_update())
    return [message for message in found if _is_about_the_same(command, message)]


def _overtake(session: Session, older: list[Message]) -> None:
    now = clock.now()
    for message in older:
        if message.merged_into is not None:
            # Its letter may be composed already, waiting for its turn: not with these words.
            ready = update(Message).where(Message.id == message.merged_into, Message.state == "queued")
            held = ready.where(Message.due_at <= now + HOLD)
            session.execute(held.values(due_at=now).execution_options(synchronize_session=False))
        drop_message(session, message, "overtaken", now)
    session.flush()


def _with_first_state(values: dict[str, Any], older: list[Message]) -> dict[str, Any]:
    """Moved twice before the first news of it went out: what the reader knows is the state before the first move."""
    before = {
        name: value
        for message in reversed(older)
        for name, value in message.values.items()
        if name.startswith("old_") and name in values
    }
    return {**values, **before, CARRIED: True} if before else values


# ── what organisers ask ───────────────────────────────────────────────────────────────────────────────────────


def load_message(session: Session, message_id: uuid.UUID) -> Message:
    """A message of the session's organisation. Raises MessageUnknown."""
    message = session.scalar(select(Message).where(Message.id == message_id))
    if message is None:
        raise MessageUnknown
    return message


def resend(session: Session, message: Message) -> None:
    """Send a letter that failed or came back once more, with the same Message-ID and words that are true now.

    A message that went in one letter with others takes them along.

    Raises NothingToResend, WordsForgotten or AddressMissing.
    """
    session.refresh(message, with_for_update=True)
    if message.state not in {"failed", "bounced"} or message.template not in TEMPLATES:
        raise NothingToResend
    if message.forgotten_at is not None:
        raise WordsForgotten
    if not (message.address or message.mobile or message.channel == "paper"):
        raise AddressMissing
    now = clock.now()
    for one in letter_of(session, message):
        one.state, one.reason, one.tries, one.before_start = "queued", None, 0, None
        one.asked_at = one.due_at = now
    ask_for_job(session, SEND_JOB)


# ── what comes of it ──────────────────────────────────────────────────────────────────────────────────────────


def give_up(session: Session, message: Message, reason: str) -> None:
    """The message will not arrive: keep why, and tell the service that asked."""
    message.state, message.reason, message.due_at = "failed", reason, None
    report_failure(session, message, reason)


def report_failure(session: Session, message: Message, reason: str) -> None:
    """Tell the service that asked that its message will not arrive; an organiser who tries a text out sees it."""
    if message.is_trial:
        return
    record(session, MessageFailed(**name_message(message), reason=reason))


def report_paper(session: Session, message: Message, printed_at: datetime | None) -> None:
    """Tell the service that asked that its message goes on paper: it waits (None), or was printed then."""
    if not message.is_trial:
        record(session, LetterOnPaper(**name_message(message), printed_at=printed_at))


def name_message(message: Message) -> dict[str, Any]:
    """What every event about a message says, so that the service that asked for it knows which one it is."""
    names = ("organisation_id", "event_id", "template", "person_kind", "person_id")
    return {"message_id": message.id, **{name: getattr(message, name) for name in names}}
