"""What was asked of somebody and can still be answered with a word."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.notifications.events.models import Event
from services.notifications.messages.models import Message
from services.notifications.messages.rules import name_message
from shared.database import ACROSS_ORGANISATIONS
from shared.events import MessageAnswered
from shared.outbox import record

QUESTIONS = ("candidate_invited", "interpreter_invited")
"""Messages that ask whether somebody comes."""
REACHED = ("sent", "delivered")


def open_questions(session: Session, mobile: str, now: datetime) -> list[Message]:
    """The newest question to each person on this number about each event that has not begun yet, in every region."""
    found = session.scalars(
        select(Message)
        .join(Event, (Event.id == Message.event_id) & (Event.organisation_id == Message.organisation_id))
        .where(Message.mobile == mobile, Message.template.in_(QUESTIONS), Message.state.in_(REACHED))
        .where(Event.starts_at > now, Event.state != "cancelled")
        .order_by(Message.person_id, Message.event_id, Message.queued_at.desc())
        .ext(distinct_on(Message.person_id, Message.event_id))
        .execution_options(**ACROSS_ORGANISATIONS)
    )
    return list(found)


def regions_of_number(session: Session, mobile: str) -> list[uuid.UUID]:
    """The organisations that wrote to this number and still know it."""
    found = select(Message.organisation_id).where(Message.mobile == mobile).distinct()
    return list(session.scalars(found.execution_options(**ACROSS_ORGANISATIONS)))


def record_answer(session: Session, message: Message, answer: str, answered_at: datetime) -> None:
    """Tell the service that asked what the person answered."""
    assert message.event_id is not None
    record(session, MessageAnswered(**name_message(message), answer=answer, answered_at=answered_at))
