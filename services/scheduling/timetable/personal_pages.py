"""The own timetable of candidate, employer and interpreter: each sees their own and nothing else (rule 6)."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from services.scheduling.events.models import Event
from services.scheduling.events.rules import rounds_of
from services.scheduling.interpreters.pages import round_choices
from services.scheduling.interpreters.schemas import InterpreterReplySchema
from services.scheduling.timetable import own
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import language_name, time_of
from shared.identity import Role, allow, require_identity
from shared.web import database

blueprint = Blueprint("personal", __name__)


@blueprint.get("/my/timetable/<uuid:event_id>")
@allow(Role.CANDIDATE)
def candidate(event_id: uuid.UUID) -> ResponseReturnValue:
    """A candidate's stops: a fragment of their invitation's page, or a page of its own."""
    event = own_event(event_id)
    day = own.load_candidate_day(database(), event, require_identity().subject_id)
    items = [_candidate_item(stop, event) for stop in day.stops]
    template = "timetable/candidate_fragment.html" if "HX-Request" in request.headers else "timetable/candidate.html"
    return render_template(template, event=event, items=items, coming=day.coming, next=_next(items))


@blueprint.get("/my/stand/<uuid:event_id>")
@allow(Role.EMPLOYER)
def employer(event_id: uuid.UUID) -> ResponseReturnValue:
    """Who comes to an employer's stand in which round: numbers and languages, no names."""
    event = own_event(event_id)
    found = own.load_stand_days(database(), event, require_identity().subject_id)
    days = [(day.stand, [_employer_item(stop, event) for stop in day.stops]) for day in found]
    return render_template("timetable/employer.html", event=event, days=days)


@blueprint.route("/my/day/<uuid:event_id>", methods=["GET", "POST"])
@allow(Role.INTERPRETER)
def interpreter(event_id: uuid.UUID) -> ResponseReturnValue:
    """An interpreter's day: say when you can, and see where you are needed."""
    event = own_event(event_id)
    day = own.load_interpreter_day(database(), event, require_identity().subject_id)
    form = Form({"rounds": day.engagement.rounds})
    if request.method == "POST":
        form = read_form(InterpreterReplySchema(), request.form)
        if form:
            try:
                own.answer_own(database(), event, require_identity().subject_id, **form.data)
                flash(gettext("Thank you. Your answer is with the organiser."), "ok")
                return redirect(url_for("personal.interpreter", event_id=event_id), 303)
            except Refusal as refusal:
                form.refuse(refusal)
    return _interpreter_page(event, day, form)


def _interpreter_page(event: Event, day: own.InterpreterDay, form: Form) -> ResponseReturnValue:
    page = render_template(
        "timetable/interpreter.html",
        event=event,
        engagement=day.engagement,
        form=form,
        items=_with_breaks([_interpreter_item(one, event) for one in day.work], event),
        total=ngettext("%(num)s conversation", "%(num)s conversations", len(day.work)),
        given_back=sum(
            one.round not in day.engagement.rounds_there and one.starts_at > clock.now() for one in day.work
        ),
        over=event.ends_at <= clock.now(),
        rounds=round_choices(event),
    )
    return page, 200 if form else 422


def own_event(event_id: uuid.UUID) -> Event:
    """The event, if the reader's personal link is for it. Raises NotYours, EventUnknown."""
    return own.load_own_event(database(), event_id, require_identity().event_id)


def _candidate_item(stop: dict[str, Any], event: Event) -> dict[str, Any]:
    with_whom = (
        gettext("with interpreter %(name)s", name=stop["interpreter"])
        if stop["interpreter"]
        else gettext("you talk in %(language)s", language=language_name(stop["language"]))
    )
    return {
        **_when(stop, event),
        "what": gettext("Stand %(label)s", label=stop["stand"]),
        "rest": stop["employer"],
        "note": with_whom,
    }


def _employer_item(stop: dict[str, Any], event: Event) -> dict[str, Any]:
    return {
        **_when(stop, event),
        "what": gettext("Candidate %(number)s", number=stop["number"]),
        "language": stop["language"],
        "note": gettext("with interpreter %(name)s", name=stop["interpreter"])
        if stop["interpreter"]
        else gettext("without interpreter, in %(language)s", language=language_name(stop["language"])),
    }


def _interpreter_item(one: own.Work, event: Event) -> dict[str, Any]:
    return {
        "time": time_of(one.starts_at, event.time_zone),
        "starts_at": one.starts_at,
        "round": one.round,
        "what": gettext("Stand %(label)s", label=one.stand),
        "rest": one.employer,
        "language": one.language,
        "note": language_name(one.language),
    }


def _when(stop: dict[str, Any], event: Event) -> dict[str, Any]:
    starts_at = clock.read(stop["starts_at"])
    kind = "past" if starts_at + timedelta(minutes=15) < clock.now() else ""
    return {"time": time_of(starts_at, event.time_zone), "starts_at": starts_at, "kind": kind}


def _next(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The first stop that is not over, to be shown big."""
    return next((item for item in items if item["kind"] != "past"), None)


def _with_breaks(items: list[dict[str, Any]], event: Event) -> list[dict[str, Any]]:
    """The day with a line for each stretch of rounds without work in between."""
    starts = {one.number: one.starts_at for one in rounds_of(event)}
    day: list[dict[str, Any]] = []
    for item in items:
        if day and item["round"] > day[-1]["round"] + 1:
            pause = starts[day[-1]["round"] + 1]
            day.append({
                "time": time_of(pause, event.time_zone), "kind": "break", "what": gettext("Break"),
                "round": item["round"] - 1,
            })  # fmt: skip
        day.append(item)
    return day
