"""Pages for organisers: what was sent to whom and why."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.events.models import Event
from services.notifications.events.rules import load_event
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.errors import MessageUnknown
from services.notifications.messages.models import Message
from services.notifications.messages.rules import load_message, resend
from services.notifications.messages.schemas import SearchSchema
from services.notifications.messages.search import (
    OUTCOMES,
    REASONS,
    Search,
    count_by_state,
    find_messages,
    next_attempt_at,
)
from shared.errors import Refusal
from shared.forms import read_form
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("messages", __name__)


@blueprint.get("/events/<uuid:event_id>/messages")
@allow(*ORGANISERS)
def list_of_event(event_id: uuid.UUID) -> ResponseReturnValue:
    """What was sent to whom about an event, with totals."""
    event = load_event(database(), event_id)
    form = read_form(SearchSchema(), request.args)
    # Nothing but the search: url_for has words of its own (_scheme, _external), which are nobody's to choose.
    kept = {name: value for name, value in request.args.items() if name in SearchSchema().fields}
    page = render_template(
        "messages/list.html",
        event=event,
        form=form,
        found=find_messages(database(), event.id, Search(**form.data)),
        counts=count_by_state(database(), event.id),
        next_at=next_attempt_at(database(), event.id),
        templates=TEMPLATES,
        choices=[(name, str(one.title)) for name, one in TEMPLATES.items()],
        reasons=REASONS,
        page_url=lambda number: url_for("messages.list_of_event", event_id=event.id, **{**kept, "page": number}),
    )
    return page, 200 if form else 422


@blueprint.get("/events/<uuid:event_id>/messages/<uuid:message_id>")
@allow(*ORGANISERS)
def show(event_id: uuid.UUID, message_id: uuid.UUID) -> ResponseReturnValue:
    """One message: what it said, why it was sent, and every attempt."""
    event, message = _load(event_id, message_id)
    return _message_page(event, message)


@blueprint.post("/events/<uuid:event_id>/messages/<uuid:message_id>/resend")
@allow(*ORGANISERS)
def send_again(event_id: uuid.UUID, message_id: uuid.UUID) -> ResponseReturnValue:
    """Send a message that failed once more."""
    event, message = _load(event_id, message_id)
    try:
        resend(database(), message)
    except Refusal as refusal:
        return _message_page(event, message, refusal.message), refusal.status
    flash(gettext("The message is sent again within a minute."), "ok")
    return redirect(url_for("messages.show", event_id=event.id, message_id=message.id), 303)


def _load(event_id: uuid.UUID, message_id: uuid.UUID) -> tuple[Event, Message]:
    event, message = load_event(database(), event_id), load_message(database(), message_id)
    if message.event_id != event.id:
        raise MessageUnknown
    return event, message


def _message_page(event: Event, message: Message, refused: str = "") -> str:
    return render_template(
        "messages/show.html",
        event=event,
        message=message,
        template=TEMPLATES.get(message.template),
        reasons=REASONS,
        outcomes=OUTCOMES,
        refused=refused,
    )
