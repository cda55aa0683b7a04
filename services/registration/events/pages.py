"""Pages about events: the list, making one, changing, publishing, moving, cancelling."""

import uuid
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from services.registration.events.models import Event
from services.registration.events.rules import (
    add_event,
    archive_event,
    cancel_event,
    change_event,
    list_events,
    load_event,
    lock_event,
    publish_event,
)
from services.registration.events.schemas import EventSchema, MoveSchema, TimesSchema, event_values
from services.registration.events.states import state_at
from services.registration.events.times import EventTimes, list_rounds
from services.registration.events.venues import list_venues
from services.registration.events.words import days_until
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity.access import allow
from shared.identity.duties import EVENT_STAFF, ORGANISERS
from shared.web import database

blueprint = Blueprint("events", __name__)
CHANGEABLE = ("name", "first_round", "rounds", "round_minutes", "walk_minutes", "capacity")
"""What the form of a published event offers; its time and place move by a form of their own."""


@blueprint.get("/events")
@allow(*EVENT_STAFF)
def all_events() -> ResponseReturnValue:
    """All events: what is next first."""
    now = clock.now()
    rows = [
        {"event": event, "state": state_at(event, now), "when": days_until(event, now)}
        for event in list_events(database())
    ]
    ahead = [row for row in rows if row["state"] in {"draft", "published", "running"}]
    past = [row for row in rows if row not in ahead]
    return render_template("events/list.html", ahead=ahead, past=past)


@blueprint.get("/events/new")
@allow(*ORGANISERS)
def new() -> ResponseReturnValue:
    """The form for a new event, with what most events have filled in."""
    usual = {"start": "13:00", "end": "16:30", "first_round": "13:15", "rounds": "12", "round_minutes": "12",
             "walk_minutes": "3", "time_zone": "Europe/Amsterdam"}  # fmt: skip
    return _form_page(Form({**usual, **request.args.to_dict()}))


@blueprint.post("/events/new")
@allow(*ORGANISERS)
def create() -> ResponseReturnValue:
    """Make the event as a draft."""
    form = read_form(EventSchema(), request.form)
    if not form:
        return _form_page(form), 422
    try:
        event = add_event(database(), **form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(form), refusal.status
    flash(gettext("The event is saved. Only your organisation sees it until you publish it."), "ok")
    return redirect(_overview(event.id), 303)


@blueprint.get("/events/<uuid:event_id>/edit")
@allow(*ORGANISERS)
def edit(event_id: uuid.UUID) -> ResponseReturnValue:
    """The form with what the event is now."""
    event = load_event(database(), event_id)
    return _form_page(Form(event_values(event)), event)


@blueprint.post("/events/<uuid:event_id>/edit")
@allow(*ORGANISERS)
def change(event_id: uuid.UUID) -> ResponseReturnValue:
    """Change the event."""
    event = lock_event(database(), event_id)
    form = read_form(EventSchema(), _typed_over(event))
    if not form:
        return _form_page(form, event), 422
    try:
        change_event(database(), event, **form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(form, event), refusal.status
    flash(gettext("The changes are saved."), "ok")
    return redirect(_overview(event.id), 303)


@blueprint.post("/events/rounds")
@allow(*ORGANISERS)
def rounds() -> ResponseReturnValue:
    """The rounds that follow from what is filled in so far; a piece of the form."""
    return render_template("events/rounds.html", **_rounds_of(request.form))


@blueprint.post("/events/<uuid:event_id>/publish")
@allow(*ORGANISERS)
def publish(event_id: uuid.UUID) -> ResponseReturnValue:
    """Let others know of the event."""
    publish_event(database(), lock_event(database(), event_id))
    flash(gettext("The event is published. You can invite employers now."), "ok")
    return redirect(_overview(event_id), 303)


@blueprint.get("/events/<uuid:event_id>/move")
@allow(*ORGANISERS)
def show_move(event_id: uuid.UUID) -> ResponseReturnValue:
    """The form for another time or place."""
    event = load_event(database(), event_id)
    return _move_page(Form(event_values(event)), event)


@blueprint.post("/events/<uuid:event_id>/move")
@allow(*ORGANISERS)
def move(event_id: uuid.UUID) -> ResponseReturnValue:
    """Move the event; everybody who was told is told."""
    event = lock_event(database(), event_id)
    form = read_form(MoveSchema(), _typed_over(event, event_values(event)))
    if not form:
        return _move_page(form, event), 422
    try:
        change_event(database(), event, **form.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _move_page(form, event), refusal.status
    flash(gettext("The event has moved. Everybody who knew of it gets a message."), "ok")
    return redirect(_overview(event.id), 303)


@blueprint.get("/events/<uuid:event_id>/cancel")
@allow(*ORGANISERS)
def show_cancel(event_id: uuid.UUID) -> ResponseReturnValue:
    """What cancelling does, before it is done."""
    return render_template("events/cancel.html", event=load_event(database(), event_id), here="overview")


@blueprint.post("/events/<uuid:event_id>/cancel")
@allow(*ORGANISERS)
def cancel(event_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel the event; everybody who was told is told."""
    cancel_event(database(), lock_event(database(), event_id))
    flash(gettext("The event is cancelled."), "ok")
    return redirect(url_for("events.all_events"), 303)


@blueprint.post("/events/<uuid:event_id>/archive")
@allow(*ORGANISERS)
def archive(event_id: uuid.UUID) -> ResponseReturnValue:
    """Put a closed event away."""
    archive_event(database(), lock_event(database(), event_id))
    flash(gettext("The event is in the archive."), "ok")
    return redirect(url_for("events.all_events"), 303)


def _overview(event_id: uuid.UUID) -> str:
    return f"/events/{event_id}"


def _typed_over(event: Event, known: dict[str, str] | None = None) -> "MultiDict[str, str]":
    """What was typed, over what the form did not ask because it stays as it is."""
    if known is None:
        known = {} if event.state == "draft" else event_values(event)
        return MultiDict({**known, **_answers(CHANGEABLE if known else tuple(request.form))})
    return MultiDict({**known, **_answers(tuple(request.form))})


def _answers(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form[name] for name in names if name in request.form}


def _rounds_of(typed: "MultiDict[str, str]") -> dict[str, Any]:
    form = read_form(TimesSchema(), typed)
    if not form:
        return {"rounds": (), "time_zone": "UTC"}
    times: EventTimes = form.data["times"]
    rounds_ahead = list_rounds(times.first_round_at, times.rounds, times.round_minutes, times.walk_minutes)
    return {"rounds": rounds_ahead, "time_zone": times.time_zone}


def _form_page(form: Form, event: Event | None = None) -> str:
    venues = list_venues(database())
    typed = MultiDict({name: form.value(name) for name in TimesSchema().fields})
    return render_template(
        "events/form.html",
        form=form,
        event=event,
        here="overview",
        fixed=event is not None and event.state != "draft",
        halls=[
            (venue.name, [(plan.id, f"{venue.name}, {plan.name}") for plan in venue.floor_plans]) for venue in venues
        ],
        zones=_zones(form.value("time_zone")),
        **_rounds_of(typed),
    )


def _move_page(form: Form, event: Event) -> str:
    venues = [(venue.id, f"{venue.name}, {venue.address}") for venue in list_venues(database())]
    return render_template("events/move.html", form=form, event=event, venues=venues, here="overview")


def _zones(chosen: str) -> list[tuple[str, str]]:
    """The time zones that are offered: those of Europe and of the Kingdom in the Caribbean."""
    offered = {zone for zone in available_timezones() if zone.startswith("Europe/")}
    offered |= {
        "America/Aruba",
        "America/Curacao",
        "America/Kralendijk",
        "America/Lower_Princes",
        "America/Philipsburg",
    }
    offered &= available_timezones()
    if chosen in available_timezones():
        offered.add(chosen)
    return [(zone, zone.replace("_", " ")) for zone in sorted(offered)]
