"""What people decide about what came in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.calendar.answers import confirm_answer, dismiss_answer
from services.notifications.calendar.errors import AnswerSettled
from services.notifications.events.models import Event
from services.notifications.inbox.errors import AlreadyDone, NoQuestion
from services.notifications.inbox.models import InboxItem
from services.notifications.inbox.questions import QUESTIONS, record_answer
from services.notifications.messages.models import Message
from shared import clock

WRITTEN = ("reply", "short_answer")
"""Kinds that a person wrote: a return or a receipt answers nothing."""


def can_answer(session: Session, item: InboxItem) -> bool:
    """Can a person say that this is the answer to a question of ours? Not once the event began."""
    if item.answer_id is not None:
        return item.state != "done" and item.suggestion is not None
    return _question(session, item) is not None


def mark_done(session: Session, item: InboxItem) -> None:
    """Somebody dealt with it. A doubtful calendar answer then has no effect. Raises AlreadyDone."""
    _require_open(item)
    if item.answer_id is not None:
        try:
            dismiss_answer(session, item.answer_id, clock.now())
        except AnswerSettled:
            raise AlreadyDone from None
    _close(item)


def take_as_answer(session: Session, item: InboxItem, answer: str) -> None:
    """Somebody says that this is the person's answer: accepted or declined. Raises AlreadyDone, NoQuestion."""
    _require_open(item)
    if item.answer_id is not None:
        if item.suggestion != answer:
            raise NoQuestion
        try:
            confirm_answer(session, item.answer_id, clock.now())
        except AnswerSettled:
            raise AlreadyDone from None
    else:
        message = _question(session, item)
        if message is None:
            raise NoQuestion
        record_answer(session, message, answer, clock.now())
    item.suggestion = answer
    _close(item)


def _question(session: Session, item: InboxItem) -> Message | None:
    """The message that asked whether the person comes, as long as that can be answered."""
    if item.message_id is None or item.state == "done" or item.kind not in WRITTEN:
        return None
    return session.scalar(
        select(Message)
        .join(Event, Event.id == Message.event_id)
        .where(Message.id == item.message_id, Message.template.in_(QUESTIONS))
        .where(Event.starts_at > clock.now(), Event.state != "cancelled")
    )


def _require_open(item: InboxItem) -> None:
    if item.state == "done":
        raise AlreadyDone


def _close(item: InboxItem) -> None:
    item.state, item.done_at = "done", clock.now()
