"""The organiser's pages for correcting what is known of an interpreter, and for erasing one.

They stand in this room because both reach into calendars and plans (correcting.py, erasing.py).
"""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.pages import detail_choices
from services.scheduling.interpreters.rules import load_interpreter
from services.scheduling.interpreters.schemas import InterpreterCorrectionSchema, level_of, pairs_of
from services.scheduling.timetable.correcting import correct_interpreter
from services.scheduling.timetable.erasing import erase_interpreter, find_plans_to_come
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("interpreter_details", __name__)


@blueprint.get("/interpreters/<uuid:interpreter_id>/edit")
@allow(Role.ORGANISER)
def edit(interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """What is known of an interpreter, ready to be corrected. `?event=` is the event that the reader comes from."""
    return _page(interpreter_id, Form(_typed(load_interpreter(database(), interpreter_id))))


@blueprint.post("/interpreters/<uuid:interpreter_id>/edit")
@allow(Role.ORGANISER)
def save(interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Save what was corrected."""
    load_interpreter(database(), interpreter_id)
    form = read_form(InterpreterCorrectionSchema(), request.form)
    if not form:
        return _page(interpreter_id, form)
    try:
        interpreter = correct_interpreter(database(), interpreter_id, form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        # What the refused attempt changed in memory must not be shown.
        database().rollback()
        return _page(interpreter_id, form)
    flash(gettext("%(name)s has been saved.", name=interpreter.name), "ok")
    return redirect(_way_back(interpreter_id, _event_of_reader()), 303)


@blueprint.get("/interpreters/<uuid:interpreter_id>/erase")
@allow(Role.ORGANISER)
def ask_erase(interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """What goes and what stays. `?event=` is the event that the reader comes from."""
    interpreter, event = load_interpreter(database(), interpreter_id), _event_of_reader()
    return render_template(
        "timetable/interpreter_erase.html",
        event=event,
        here="interpreters",
        interpreter=interpreter,
        needed=find_plans_to_come(database(), interpreter),
        way_back=_way_back(interpreter_id, event),
    )


@blueprint.post("/interpreters/<uuid:interpreter_id>/erase")
@allow(Role.ORGANISER)
def erase(interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Erase an interpreter."""
    event = _event_of_reader()
    erase_interpreter(database(), interpreter_id)
    flash(gettext("This person is erased. Within a minute that also holds for messages and plans."), "ok")
    return redirect(url_for("interpreters.engagements", event_id=event.id) if event else "/events", 303)


def _page(interpreter_id: uuid.UUID, form: Form) -> ResponseReturnValue:
    interpreter, event = load_interpreter(database(), interpreter_id), _event_of_reader()
    page = render_template(
        "timetable/interpreter_edit.html",
        event=event,
        here="interpreters",
        interpreter=interpreter,
        form=form,
        way_back=_way_back(interpreter_id, event) if event else "/events",
        **detail_choices(interpreter),
    )
    return page, 200 if form else 422


def _typed(interpreter: Interpreter) -> dict[str, Any]:
    """An interpreter's details as the form's fields have them."""
    return {
        "name": interpreter.name,
        "email": interpreter.email,
        "mobile": interpreter.mobile,
        "language": interpreter.language,
        "pairs": pairs_of(interpreter),
        "level": level_of(interpreter),
        "register_number": interpreter.register_number,
    }


def _event_of_reader() -> Event | None:
    """The event that the reader comes from, if the address says one. Raises EventUnknown."""
    try:
        event_id = uuid.UUID(request.args.get("event", ""))
    except ValueError:
        return None
    return load_event(database(), event_id)


def _way_back(interpreter_id: uuid.UUID, event: Event | None) -> str:
    if event is None:
        return url_for("interpreter_details.edit", interpreter_id=interpreter_id)
    return url_for("interpreters.change", event_id=event.id, interpreter_id=interpreter_id)
