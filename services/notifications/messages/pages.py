"""Pages for organisers: what was sent to whom and why, and every message text with sample data."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.events.models import Event
from services.notifications.events.rules import load_event
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.errors import MessageUnknown
from services.notifications.messages.models import Message
from services.notifications.messages.preview import preview
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
from shared.i18n import LANGUAGES
from shared.identity import allow, current_identity
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("messages", __name__)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A mail carries its looks inside itself, and nothing else of it may act."""


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


@blueprint.get("/templates")
@allow(*ORGANISERS)
def all_templates() -> ResponseReturnValue:
    """Every message text that there is."""
    return render_template("messages/templates.html", templates=list(TEMPLATES.values()), all_languages=LANGUAGES)


@blueprint.get("/templates/<name>/<language>")
@allow(*ORGANISERS)
def template(name: str, language: str) -> ResponseReturnValue:
    """One message text with sample data, as text and as the mail that people see."""
    words = preview(name, language, *_sender())
    return render_template(
        "messages/template.html",
        template=TEMPLATES[name],
        words=words,
        shown=language,
        all_languages=LANGUAGES,
        templates=list(TEMPLATES.values()),
    )


@blueprint.get("/templates/<name>/<language>/mail")
@allow(*ORGANISERS)
def template_mail(name: str, language: str) -> ResponseReturnValue:
    """The HTML of a message text, to be shown in a frame of its own."""
    answer = Response(preview(name, language, *_sender()).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


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


def _sender() -> tuple[str, ...]:
    """The reader's own region as the sender of the samples."""
    identity = current_identity()
    return (identity.organisation_name,) if identity and identity.organisation_name else ()
