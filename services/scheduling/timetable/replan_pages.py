"""The organiser's page for planning the rest of the day anew: who is there, and what becomes of those who are not."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event, rounds_of
from services.scheduling.timetable import replanning, runs
from services.scheduling.timetable.schemas import ReplanSchema
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("replan", __name__)
ADDRESS = "/events/<uuid:event_id>/plan/replan"


@blueprint.get(ADDRESS)
@allow(Role.ORGANISER)
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """From which round, who is there, and the choice."""
    return _page(load_event(database(), event_id), Form())


@blueprint.post(ADDRESS)
@allow(Role.ORGANISER)
def ask(event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the re-plan."""
    event = load_event(database(), event_id)
    form = read_form(ReplanSchema(), request.form)
    if not form:
        return _page(event, form)
    try:
        runs.ask_for_replan(database(), event, form.data["leave_out_absent"])
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(event, form, refusal.status)
    return redirect(url_for("timetable.plan", event_id=event.id), 303)


def _page(event: Event, form: Form, status: int = 422) -> ResponseReturnValue:
    presence, refusal = None, None
    try:
        presence = replanning.load_presence(database(), event, replanning.require_day(database(), event))
    except Refusal as found:
        refusal = found
    page = render_template(
        "timetable/replan.html",
        event=event,
        here="planning",
        form=form,
        refusal=refusal,
        presence=presence,
        first=rounds_of(event)[presence.from_round] if presence else None,
    )
    return page, 200 if form else status
