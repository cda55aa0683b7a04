"""Pages about venues: the list, a venue with its hall drawn, and the form in which stands are placed."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from services.registration.events.drawing import draw_hall, draw_stands
from services.registration.events.errors import StandsDoNotHold
from services.registration.events.models import FloorPlan, Stand, Venue
from services.registration.events.rules import change_venue
from services.registration.events.schemas import FloorPlanSchema, StandSchema, VenueSchema, plan_values
from services.registration.events.venues import (
    StandDrawing,
    add_venue,
    copy_floor_plan,
    fixed_plans,
    list_venues,
    load_floor_plan,
    load_venue,
    redraw,
)
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity.access import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("venues", __name__)
ROW_FIELDS = ("id", "label", "x", "y", "width", "height", "seats", "power", "wheelchair")
MOST_ROWS = 200
NEW_STAND = {
    "x": "256",
    "y": "288",
    "width": "104",
    "height": "72",
    "seats": "1",
    "power": "true",
    "wheelchair": "true",
}
Row = dict[str, Any]


@blueprint.get("/venues")
@allow(*ORGANISERS)
def venue_list() -> ResponseReturnValue:
    """All venues."""
    return render_template("events/venues.html", venues=list_venues(database()), here="venues")


@blueprint.get("/venues/new")
@allow(*ORGANISERS)
def new_venue() -> ResponseReturnValue:
    """The form for a new venue."""
    return _venue_form(Form(), None)


@blueprint.post("/venues/new")
@allow(*ORGANISERS)
def create_venue() -> ResponseReturnValue:
    """Make the venue, with a hall that is ready to use."""
    form = read_form(VenueSchema(), request.form)
    if not form:
        return _venue_form(form, None), 422
    try:
        venue = add_venue(database(), **form.data, hall_name=gettext("Hall"))
    except Refusal as refusal:
        form.refuse(refusal)
        return _venue_form(form, None), refusal.status
    flash(gettext("The venue is saved, with a hall of twelve stands to begin with."), "ok")
    return redirect(url_for("venues.show_venue", venue_id=venue.id), 303)


@blueprint.get("/venues/<uuid:venue_id>")
@allow(*ORGANISERS)
def show_venue(venue_id: uuid.UUID) -> ResponseReturnValue:
    """The venue with its halls drawn."""
    venue = load_venue(database(), venue_id)
    fixed = fixed_plans(database(), [plan.id for plan in venue.floor_plans])
    halls = [
        {"plan": plan, "hall": draw_hall(plan), "stands": draw_stands(plan.stands), "fixed": plan.id in fixed}
        for plan in venue.floor_plans
    ]
    return render_template("events/venue.html", venue=venue, halls=halls, here="venues")


@blueprint.get("/venues/<uuid:venue_id>/edit")
@allow(*ORGANISERS)
def edit_venue(venue_id: uuid.UUID) -> ResponseReturnValue:
    """The form with what is known of the venue."""
    venue = load_venue(database(), venue_id)
    place = {name: "" if degrees is None else str(degrees) for name, degrees in _coordinates(venue)}
    return _venue_form(Form({"name": venue.name, "address": venue.address, "route": venue.route, **place}), venue)


@blueprint.post("/venues/<uuid:venue_id>/edit")
@allow(*ORGANISERS)
def save_venue(venue_id: uuid.UUID) -> ResponseReturnValue:
    """Change the venue; who was told of an event there is told."""
    venue = load_venue(database(), venue_id)
    form = read_form(VenueSchema(), request.form)
    if not form:
        return _venue_form(form, venue), 422
    try:
        change_venue(database(), venue, **form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _venue_form(form, venue), refusal.status
    flash(gettext("The changes are saved."), "ok")
    return redirect(url_for("venues.show_venue", venue_id=venue.id), 303)


@blueprint.post("/venues/<uuid:venue_id>/plans/<uuid:plan_id>/copy")
@allow(*ORGANISERS)
def copy_plan(venue_id: uuid.UUID, plan_id: uuid.UUID) -> ResponseReturnValue:
    """The same hall once more, to be changed."""
    plan = load_floor_plan(database(), venue_id, plan_id)
    copy = copy_floor_plan(database(), plan, gettext("%(name)s, copy", name=plan.name)[:200])
    return redirect(url_for("venues.edit_plan", venue_id=venue_id, plan_id=copy.id), 303)


@blueprint.get("/venues/<uuid:venue_id>/plans/<uuid:plan_id>")
@allow(*ORGANISERS)
def edit_plan(venue_id: uuid.UUID, plan_id: uuid.UUID) -> ResponseReturnValue:
    """The stands of a hall as a table beside the drawing."""
    plan = load_floor_plan(database(), venue_id, plan_id)
    return _plan_form(plan, Form(plan_values(plan)), plan_values(plan)["stands"])


@blueprint.post("/venues/<uuid:venue_id>/plans/<uuid:plan_id>")
@allow(*ORGANISERS)
def save_plan(venue_id: uuid.UUID, plan_id: uuid.UUID) -> ResponseReturnValue:
    """Save the stands; or show the form with one more or one less."""
    plan = load_floor_plan(database(), venue_id, plan_id)
    rows, button = _rows(request.form), request.form.get("do", "save")
    if button != "save":
        return _plan_form(plan, Form(request.form), _with_button(rows, button))
    form = Form(request.form)
    try:
        loaded = FloorPlanSchema().load({"name": request.form.get("name", ""), "stands": rows})
        redraw(database(), plan, loaded["name"], loaded["stands"])
    except ValidationError as fault:
        form.errors = _row_errors(fault.normalized_messages())
        return _plan_form(plan, form, rows), 422
    except StandsDoNotHold as fault:
        form.errors = {f"stands-{one.row}-{one.field}": one.message for one in fault.refusals}
        return _plan_form(plan, form, rows), fault.status
    except Refusal as refusal:
        form.refuse(refusal)
        return _plan_form(plan, form, rows), refusal.status
    flash(gettext("The floor plan is saved."), "ok")
    return redirect(url_for("venues.show_venue", venue_id=venue_id), 303)


@blueprint.post("/venues/<uuid:venue_id>/plans/<uuid:plan_id>/drawing")
@allow(*ORGANISERS)
def draw_plan(venue_id: uuid.UUID, plan_id: uuid.UUID) -> ResponseReturnValue:
    """The hall as it would look with what is filled in now; a piece of the page."""
    plan = load_floor_plan(database(), venue_id, plan_id)
    return render_template("events/drawing.html", hall=draw_hall(plan), stands=_draw_rows(_rows(request.form)))


def _rows(typed: "MultiDict[str, str]") -> list[Row]:
    """The rows of the table as they were typed: `stands-<row>-<field>`; a box that was not ticked says no."""
    rows = []
    for number in range(min(typed.get("rows", 0, type=int), MOST_ROWS + 1)):
        row: Row = {name: typed.get(f"stands-{number}-{name}", "") for name in ROW_FIELDS}
        row = {name: value for name, value in row.items() if value != "" or name == "label"}
        rows.append({"power": "false", "wheelchair": "false", **row})
    return rows


def _with_button(rows: list[Row], button: str) -> list[Row]:
    if button == "add":
        return [*rows, {**NEW_STAND, "label": _next_label(rows)}]
    gone = button.removeprefix("remove-")
    return [row for number, row in enumerate(rows) if str(number) != gone]


def _next_label(rows: list[Row]) -> str:
    taken = {row["label"] for row in rows}
    return next(str(number) for number in range(1, len(rows) + 2) if str(number) not in taken)


def _row_errors(messages: dict[str, Any]) -> dict[str, str]:
    """The schema's messages by the name of the field in the table."""
    errors: dict[str, str] = {}
    for name, found in messages.items():
        if isinstance(found, dict):
            for row, by_field in found.items():
                errors |= {f"stands-{row}-{field}": str(several[0]) for field, several in by_field.items()}
        else:
            errors[name if name == "name" else ""] = str(found[0])
    return errors


def _draw_rows(rows: list[Row]) -> list[dict[str, Any]]:
    """Those rows that make a stand already, drawn."""
    drawings: list[StandDrawing] = []
    for row in rows[:MOST_ROWS]:
        try:
            drawings.append(StandSchema().load({name: value for name, value in row.items() if name != "id"}))
        except ValidationError:
            continue
    facts = [name for name in ROW_FIELDS if name != "id"]
    return draw_stands([Stand(**{name: getattr(drawing, name) for name in facts}) for drawing in drawings])


def _coordinates(venue: Venue) -> list[tuple[str, float | None]]:
    return [("latitude", venue.latitude), ("longitude", venue.longitude)]


def _venue_form(form: Form, venue: Venue | None) -> str:
    return render_template("events/venue_form.html", form=form, venue=venue, here="venues")


def _plan_form(plan: FloorPlan, form: Form, rows: list[Row]) -> str:
    return render_template(
        "events/plan_form.html",
        form=form,
        plan=plan,
        rows=rows,
        hall=draw_hall(plan),
        stands=_draw_rows(rows),
        fixed=bool(fixed_plans(database(), [plan.id])),
        here="venues",
    )
