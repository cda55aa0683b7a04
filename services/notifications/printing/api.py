"""The JSON API of letters on paper: everything that their pages do."""

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.notifications.events.rules import load_event
from services.notifications.messages.rules import load_message
from services.notifications.printing.models import PrintRun
from services.notifications.printing.preview import preview_letter, preview_text
from services.notifications.printing.rules import list_runs, list_waiting, load_file, load_run, print_letters, tick
from services.notifications.printing.schemas import PrintQueueSchema, PrintRunSchema, TickSchema
from services.notifications.printing.sheet import make_sheet
from services.notifications.texts.check import tidy
from services.notifications.texts.rules import load_text
from services.notifications.texts.schemas import SourceSchema
from services.notifications.texts.senders import current_sender
from services.notifications.texts.trial import Draft
from shared import clock
from shared.identity import allow, current_identity
from shared.identity.duties import INVITERS, ORGANISERS
from shared.web import database, settings

letters = Blueprint("api_printing", __name__, url_prefix="/api", description="Letters on paper")


@letters.get("/events/<uuid:event_id>/letters")
@letters.response(200, PrintQueueSchema)
@allow(*INVITERS)
def show_queue(event_id: uuid.UUID) -> dict[str, Any]:
    """What waits to be printed, and what was printed."""
    event = load_event(database(), event_id)
    return {"waiting": len(list_waiting(database(), event.id)), "runs": list_runs(database(), event.id)}


@letters.post("/events/<uuid:event_id>/letters")
@letters.response(200, PrintQueueSchema)
@allow(*INVITERS)
def print_waiting(event_id: uuid.UUID) -> dict[str, Any]:
    """Print what waits; the new run is the first one."""
    event, identity = load_event(database(), event_id), current_identity()
    assert identity is not None
    print_letters(database(), settings(), event, make_sheet(event.name), identity.subject_id)
    return {"waiting": len(list_waiting(database(), event.id)), "runs": list_runs(database(), event.id)}


@letters.get("/events/<uuid:event_id>/letters/<uuid:run_id>/file")
@letters.response(200, content_type="application/pdf")
@allow(*INVITERS)
def show_file(event_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """The PDF of a run."""
    return Response(load_file(database(), event_id, run_id), mimetype="application/pdf")


@letters.get("/messages/<uuid:message_id>/letter")
@letters.response(200, content_type="application/pdf")
@allow(*ORGANISERS)
def show_letter(message_id: uuid.UUID) -> Response:
    """The PDF of a letter that waits, as it would be printed now."""
    pdf = preview_letter(database(), settings(), load_message(database(), message_id))
    return Response(pdf, mimetype="application/pdf")


@letters.post("/texts/<name>/<language>/letter")
@letters.arguments(SourceSchema)
@letters.response(200, content_type="application/pdf")
@allow(*ORGANISERS)
def try_letter(data: dict[str, Any], name: str, language: str) -> Response:
    """The PDF of a source with sample data, without saving it."""
    draft = Draft(load_text(database(), name, language).template.name, language, tidy(data["source"]))
    return Response(preview_text(settings(), draft, current_sender(database())), mimetype="application/pdf")


@letters.post("/events/<uuid:event_id>/letters/<uuid:run_id>/ticks")
@letters.arguments(TickSchema)
@letters.response(200, PrintRunSchema)
@allow(*INVITERS)
def note(ticked: dict[str, Any], event_id: uuid.UUID, run_id: uuid.UUID) -> PrintRun:
    """Note what became of a letter; without a row, of all that nothing is noted of yet."""
    run = load_run(database(), event_id, run_id)
    tick(database(), run, ticked["row"], ticked["tick"], clock.now())
    return run
