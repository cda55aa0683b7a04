"""The organiser's page of what counts: weights, and what another choice of them does before it is saved."""

import uuid
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event
from services.scheduling.timetable import comparing, rules, weights
from services.scheduling.timetable.questions import load_weights
from services.scheduling.timetable.schemas import WeightsSchema
from services.scheduling.timetable.scores import HEAVIEST, HOURS_APART, Weights
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("weights", __name__)
ADDRESS = "/events/<uuid:event_id>/plan/weights"


@blueprint.get(ADDRESS)
@allow(Role.ORGANISER)
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """What counts now, or what the weights in the address would do."""
    event = load_event(database(), event_id)
    kept = load_weights(database(), event.id)
    looked_at = read_form(WeightsSchema(), request.args)
    if looked_at:
        return _page(event, looked_at, Weights(**looked_at.data), asked=True)
    return _page(event, Form(asdict(kept)), kept)


@blueprint.post(ADDRESS + "/effect")
@allow(Role.ORGANISER)
def effect(event_id: uuid.UUID) -> ResponseReturnValue:
    """What these weights would do, and nothing kept: a fragment for the page, or the page with them in its address."""
    event = load_event(database(), event_id)
    form = read_form(WeightsSchema(), request.form)
    if form and "HX-Request" not in request.headers:
        return redirect(url_for("weights.show", event_id=event.id, _anchor="effect", **form.data), 303)
    chosen = Weights(**form.data) if form else load_weights(database(), event.id)
    if "HX-Request" not in request.headers:
        return _page(event, form, chosen)
    return render_template(
        "timetable/weights_effect.html",
        event=event,
        fault=_tell_first_fault(form),
        asked=bool(form),
        **_effect(event, chosen),
    )


@blueprint.post(ADDRESS)
@allow(Role.ORGANISER)
def save(event_id: uuid.UUID) -> ResponseReturnValue:
    """Let these weights count from the next plan on."""
    event = load_event(database(), event_id)
    form = read_form(WeightsSchema(), request.form)
    if not form:
        return _page(event, form, load_weights(database(), event.id))
    chosen = Weights(**form.data)
    try:
        weights.save_weights(database(), event, chosen)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(event, form, chosen, refusal.status)
    flash(gettext("What counts has been saved. The next plan is made with it."), "ok")
    return redirect(url_for("timetable.plan", event_id=event.id), 303)


def _page(event: Event, form: Form, chosen: Weights, status: int = 422, *, asked: bool = False) -> ResponseReturnValue:
    """The page. `asked`: the reader wants to know what `chosen` does, also when that is nothing."""
    page = render_template(
        "timetable/weights.html",
        event=event,
        here="planning",
        form=form,
        things=_things(),
        heaviest=HEAVIEST,
        asked=asked,
        fault="",
        **_effect(event, chosen),
    )
    return page, 200 if form else status


def _effect(event: Event, chosen: Weights) -> dict[str, Any]:
    """What the choice does to the scores, and the wishes that the present plan meets."""
    people = rules.load_people(database(), event)
    newest = rules.find_plan(database(), event.id)
    return {
        "effect": weights.estimate_effect(database(), event, chosen),
        "present": newest,
        "wishes": comparing.list_wishes(newest, people) if newest else [],
    }


def _tell_first_fault(form: Form) -> str:
    """The first thing that is wrong, after the label of its field; empty when all is well.

    The fields keep no error when only the effect is drawn anew, so the sentence must say which one it is about.
    """
    labels = {name: label for name, label, _ in _things()}
    return next((f"{labels.get(name, name)}: {sentence}" for name, sentence in form.errors.items()), "")


def _things() -> list[tuple[str, str, str]]:
    """Field, label and hint of everything that counts."""
    apart = gettext("No more than %(hours)s hours apart. Whoever said no hours fits everywhere.", hours=HOURS_APART)
    return [
        ("wish", gettext("The candidate asked to meet this employer"), ""),
        (
            "sector",
            gettext("The kind of work that the candidate looks for"),
            gettext("The first choice counts in full, each further one a fifth less."),
        ),
        ("languages", gettext("The candidate speaks the languages that the work asks for"), ""),
        ("hours", gettext("The hours a week fit"), apart),
        (
            "school_hours",
            gettext("The work fits school hours"),
            gettext("For candidates who need that; for all others it fits."),
        ),
        (
            "reachable",
            gettext("The work can be reached without a car"),
            gettext(
                "Counts alike for everybody, since what transport somebody has stays at the desk. So it does not bring "
                "those without a car to this work in particular."
            ),
        ),
        (
            "employer_wish",
            gettext("The candidate has the experience that the employer wishes for"),
            gettext("Has worked in one of the sectors that were asked for. Work without such a wish fits everybody."),
        ),
    ]
