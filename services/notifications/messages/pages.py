"""Pages for organisers: what was sent to whom and why."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.channels.registry import CHANNELS
from services.notifications.events.rules import load_event, load_organisation
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.models import Message
from services.notifications.messages.progress import load_progress
from services.notifications.messages.reasons import OUTCOMES, REASONS
from services.notifications.messages.rules import load_message, resend
from services.notifications.messages.schemas import SearchSchema
from services.notifications.messages.search import (
    Search,
    count_by_state,
    find_messages,
    load_events,
    load_together,
    load_told_entry,
    next_attempt_at,
)
from services.notifications.messages.seen import MAIL_POLICY, mail_as_seen
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
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
    page = render_template(
        "messages/list.html",
        event=event,
        found=find_messages(database(), Search(**form.data), event_id=event.id),
        counts=count_by_state(database(), event.id),
        next_at=next_attempt_at(database(), event.id),
        progress=load_progress(database(), event.id, clock.now()),
        **search_values(form, "messages.list_of_event", event_id=event.id),
    )
    return page, 200 if form else 422


@blueprint.get("/events/<uuid:event_id>/messages/progress")
@allow(*ORGANISERS)
def show_progress(event_id: uuid.UUID) -> ResponseReturnValue:
    """The send in progress alone, which the page asks for again and again while there is something to see."""
    event = load_event(database(), event_id)
    progress = load_progress(database(), event.id, clock.now())
    return render_template("messages/progress.html", event=event, progress=progress)


@blueprint.get("/messages/<uuid:message_id>")
@allow(*ORGANISERS)
def show(message_id: uuid.UUID) -> ResponseReturnValue:
    """One message: what it said, why it was sent, and every attempt."""
    return _message_page(load_message(database(), message_id))


@blueprint.get("/messages/<uuid:message_id>/mail")
@allow(*ORGANISERS)
def as_seen(message_id: uuid.UUID) -> ResponseReturnValue:
    """What a message said, in the looks of the mail, to be shown in a frame of its own."""
    message = load_message(database(), message_id)
    answer = Response(mail_as_seen(message, load_organisation(database()).name), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


@blueprint.post("/messages/<uuid:message_id>/resend")
@allow(*ORGANISERS)
def send_again(message_id: uuid.UUID) -> ResponseReturnValue:
    """Send a message that failed once more."""
    message = load_message(database(), message_id)
    try:
        resend(database(), message)
    except Refusal as refusal:
        return _message_page(message, refusal.message), refusal.status
    flash(gettext("The message is sent again within a minute."), "ok")
    return redirect(url_for("messages.show", message_id=message.id), 303)


def search_values(form: Form, endpoint: str, **about: object) -> dict[str, object]:
    """What every page with a search for messages needs to draw it and its pages."""
    # Nothing but the search: url_for has words of its own (_scheme, _external), which are nobody's to choose.
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name in SearchSchema().fields}
    return {
        "form": form,
        "templates": TEMPLATES,
        "choices": [(name, str(one.title)) for name, one in TEMPLATES.items()],
        "channels": list(CHANNELS),
        "reasons": REASONS,
        "page_url": lambda number: url_for(endpoint, **{**kept, **about, "page": number}),
    }


def _message_page(message: Message, refused: str = "") -> str:
    event = load_events(database(), [message]).get(message.event_id) if message.event_id else None
    return render_template(
        "messages/show.html",
        event=event,
        time_zone=event.time_zone if event else "Europe/Amsterdam",
        message=message,
        together=[one for one in load_together(database(), message) if one.id != message.id],
        entry=load_told_entry(database(), message),
        template=TEMPLATES.get(message.template),
        all_templates=TEMPLATES,
        reasons=REASONS,
        outcomes=OUTCOMES,
        refused=refused,
    )
