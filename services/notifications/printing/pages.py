"""The organiser's pages of letters on paper: what waits, printing it, and ticking off what was printed."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.notifications.events.rules import load_event
from services.notifications.messages.rules import load_message
from services.notifications.printing.models import PrintRun
from services.notifications.printing.preview import preview_letter, preview_text
from services.notifications.printing.rules import (
    MOST_LETTERS,
    count_ticks,
    list_runs,
    list_waiting,
    load_file,
    load_run,
    print_letters,
    tick,
)
from services.notifications.printing.schemas import TickSchema
from services.notifications.printing.sheet import make_sheet
from services.notifications.texts.check import tidy
from services.notifications.texts.rules import load_text
from services.notifications.texts.schemas import SourceSchema
from services.notifications.texts.senders import current_sender
from services.notifications.texts.trial import Draft
from shared import clock
from shared.errors import Refusal
from shared.forms import read_form
from shared.i18n import ngettext
from shared.identity import allow, current_identity
from shared.identity.duties import INVITERS, ORGANISERS
from shared.web import database, settings

blueprint = Blueprint("printing", __name__)
SAMPLE = "/templates/<name>/<language>/letter"


@blueprint.get("/events/<uuid:event_id>/letters")
@allow(*INVITERS)
def queue(event_id: uuid.UUID) -> ResponseReturnValue:
    """What waits to be printed for an event, and what was printed."""
    event = load_event(database(), event_id)
    return render_template(
        "printing/queue.html",
        event=event,
        waiting=list_waiting(database(), event.id),
        most=MOST_LETTERS,
        runs=[(run, count_ticks(run)) for run in list_runs(database(), event.id)],
    )


@blueprint.post("/events/<uuid:event_id>/letters")
@allow(*INVITERS)
def print_waiting(event_id: uuid.UUID) -> ResponseReturnValue:
    """Print what waits."""
    event, identity = load_event(database(), event_id), current_identity()
    assert identity is not None
    run = print_letters(database(), settings(), event, make_sheet(event.name), identity.subject_id)
    if run is None:
        flash(gettext("There was nothing left to print."), "info")
        return redirect(url_for("printing.queue", event_id=event.id), 303)
    flash(ngettext("%(num)s letter is ready.", "%(num)s letters are ready.", run.letters), "ok")
    return redirect(url_for("printing.show", event_id=event.id, run_id=run.id), 303)


@blueprint.get("/events/<uuid:event_id>/letters/<uuid:run_id>")
@allow(*INVITERS)
def show(event_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Letters that were printed together, to be ticked off."""
    return _page(event_id, load_run(database(), event_id, run_id))


@blueprint.get("/events/<uuid:event_id>/letters/<uuid:run_id>/file")
@allow(*INVITERS)
def file(event_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """The PDF."""
    answer = Response(load_file(database(), event_id, run_id), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"letters-{run_id.hex[:8]}.pdf")
    return answer


@blueprint.post("/events/<uuid:event_id>/letters/<uuid:run_id>")
@allow(*INVITERS)
def note(event_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Note what became of a letter, or of all that are left."""
    run, form = load_run(database(), event_id, run_id), read_form(TickSchema(), request.form)
    if not form:
        return _page(event_id, run, " ".join(form.errors.values())), 422
    try:
        tick(database(), run, form.data["row"], form.data["tick"], clock.now())
    except Refusal as refusal:
        return _page(event_id, run, refusal.message), refusal.status
    return redirect(url_for("printing.show", event_id=event_id, run_id=run.id), 303)


@blueprint.get("/messages/<uuid:message_id>/letter")
@allow(*ORGANISERS)
def preview(message_id: uuid.UUID) -> ResponseReturnValue:
    """The PDF of a letter that waits, as it would be printed now."""
    return _shown(preview_letter(database(), settings(), load_message(database(), message_id)))


@blueprint.get(SAMPLE)
@allow(*ORGANISERS)
def sample(name: str, language: str) -> ResponseReturnValue:
    """The PDF of a text with sample data."""
    text = load_text(database(), name, language)
    return _sample(Draft(name, language, text.source))


@blueprint.post(SAMPLE)
@allow(*ORGANISERS)
def sample_of_draft(name: str, language: str) -> ResponseReturnValue:
    """The same of what was typed, without saving it."""
    load_text(database(), name, language)
    form = read_form(SourceSchema(), request.form)
    return _sample(Draft(name, language, tidy(form.data["source"]))) if form else (form.errors["source"], 422)


def _sample(draft: Draft) -> Response:
    return _shown(preview_text(settings(), draft, current_sender(database())))


def _shown(pdf: bytes) -> Response:
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename="letter.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(event_id: uuid.UUID, run: PrintRun, refused: str = "") -> str:
    return render_template(
        "printing/run.html",
        event=load_event(database(), event_id),
        run=run,
        left=count_ticks(run),
        refused=refused,
    )
