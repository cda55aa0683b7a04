"""The JSON API of messages: everything that their pages do."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.notifications.events.rules import load_event
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.compose import Words
from services.notifications.messages.models import Message
from services.notifications.messages.preview import preview
from services.notifications.messages.rules import load_message, resend
from services.notifications.messages.schemas import (
    MessageListSchema,
    MessageSchema,
    PreviewSchema,
    SearchSchema,
    TemplateSchema,
)
from services.notifications.messages.search import Search, count_by_state, find_messages
from shared.i18n import LANGUAGES
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

messages = Blueprint("api_messages", __name__, url_prefix="/api", description="What was sent to whom, and the texts")


@messages.get("/events/<uuid:event_id>/messages")
@messages.arguments(SearchSchema, location="query")
@messages.response(200, MessageListSchema)
@allow(*ORGANISERS)
def list_messages(search: dict[str, Any], event_id: uuid.UUID) -> dict[str, Any]:
    """Messages about an event, newest first, 25 a page."""
    event = load_event(database(), event_id)
    found = find_messages(database(), event.id, Search(**search))
    return {
        "messages": found.messages,
        "total": found.total,
        "page": found.page,
        "by_state": count_by_state(database(), event.id),
    }


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


@messages.get("/templates")
@messages.response(200, TemplateSchema(many=True))
@allow(*ORGANISERS)
def list_templates() -> list[dict[str, Any]]:
    """Every message text that there is."""
    return [
        {"name": one.name, "title": str(one.title), "cause": str(one.cause), "languages": list(LANGUAGES)}
        for one in TEMPLATES.values()
    ]


@messages.get("/templates/<name>/<language>")
@messages.response(200, PreviewSchema)
@allow(*ORGANISERS)
def show_template(name: str, language: str) -> Words:
    """A message text with sample data."""
    return preview(name, language)
