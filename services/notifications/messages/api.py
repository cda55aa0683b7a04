"""The JSON API of messages: everything that their pages do."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.notifications.events.rules import load_event
from services.notifications.messages.models import Message
from services.notifications.messages.progress import Progress, load_progress
from services.notifications.messages.rules import load_message, resend
from services.notifications.messages.schemas import (
    CountSchema,
    FoundSchema,
    LostSchema,
    MendSchema,
    MessageListSchema,
    MessageSchema,
    ProgressSchema,
    SearchSchema,
)
from services.notifications.messages.search import Found, Search, count_by_state, find_messages, find_person
from services.notifications.messages.undelivered import Lost, list_lost, mend, send_all_again, tell_otherwise
from shared import clock
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.schemas import WantedPageSchema
from shared.web import database

messages = Blueprint("api_messages", __name__, url_prefix="/api", description="What was sent to whom")


@messages.get("/events/<uuid:event_id>/messages")
@messages.arguments(SearchSchema, location="query")
@messages.response(200, MessageListSchema)
@allow(*ORGANISERS)
def list_messages(search: dict[str, Any], event_id: uuid.UUID) -> dict[str, Any]:
    """Messages about an event, newest first, 25 a page."""
    event = load_event(database(), event_id)
    found = find_messages(database(), Search(**search), event_id=event.id)
    return {
        "messages": found.messages,
        "total": found.total,
        "page": found.page,
        "by_state": count_by_state(database(), event.id),
    }


@messages.get("/events/<uuid:event_id>/messages/progress")
@messages.response(200, ProgressSchema)
@allow(*ORGANISERS)
def show_progress(event_id: uuid.UUID) -> Progress:
    """What went out minute by minute, how fast, and when it will be done."""
    return load_progress(database(), load_event(database(), event_id).id, clock.now())


@messages.get("/messages")
@messages.arguments(SearchSchema, location="query")
@messages.response(200, FoundSchema)
@allow(*ORGANISERS)
def find_everywhere(search: dict[str, Any]) -> Found:
    """Messages about all events, newest first, 25 a page."""
    return find_messages(database(), Search(**search))


@messages.get("/people/<uuid:person_id>/messages")
@messages.arguments(SearchSchema, location="query")
@messages.response(200, FoundSchema)
@allow(*ORGANISERS)
def list_of_person(search: dict[str, Any], person_id: uuid.UUID) -> Found:
    """Messages to one person about all events, newest first, 25 a page."""
    return find_person(database(), person_id, Search(**search))


@messages.get("/messages/not-arrived")
@messages.arguments(WantedPageSchema, location="query")
@messages.response(200, LostSchema)
@allow(*ORGANISERS)
def list_not_arrived(wanted: dict[str, Any]) -> Lost:
    """What did not arrive about events that are still to come."""
    return list_lost(database(), wanted["page"])


@messages.post("/messages/not-arrived/resend")
@messages.response(202, CountSchema)
@allow(*ORGANISERS)
def resend_not_arrived() -> dict[str, int]:
    """After a fault of a server: send everything again whose address is not what was wrong."""
    return {"count": send_all_again(database())}


@messages.put("/messages/<uuid:message_id>/address")
@messages.arguments(MendSchema)
@messages.response(202, MessageSchema)
@allow(*ORGANISERS)
def mend_address(wanted: dict[str, Any], message_id: uuid.UUID) -> Message:
    """Correct the address that a message failed on, and send it again."""
    message = load_message(database(), message_id)
    mend(database(), message, wanted["channel"], wanted["address"])
    return message


@messages.post("/messages/<uuid:message_id>/told")
@messages.response(200, MessageSchema)
@allow(*ORGANISERS)
def note_told(message_id: uuid.UUID) -> Message:
    """The person was told in another way: nothing is left to do."""
    message = load_message(database(), message_id)
    tell_otherwise(database(), message)
    return message


@messages.get("/messages/<uuid:message_id>")
@messages.response(200, MessageSchema)
@allow(*ORGANISERS)
def show_message(message_id: uuid.UUID) -> Message:
    """One message with its attempts."""
    return load_message(database(), message_id)


@messages.post("/messages/<uuid:message_id>/resend")
@messages.response(202, MessageSchema)
@allow(*ORGANISERS)
def resend_message(message_id: uuid.UUID) -> Message:
    """Send a message that failed once more."""
    message = load_message(database(), message_id)
    resend(database(), message)
    return message
