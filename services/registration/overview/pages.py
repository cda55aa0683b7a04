"""The organiser's overview of an event: what comes next, how it stands, what needs somebody."""

import hashlib
import json
import uuid
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.registration.events.drawing import draw_hall
from services.registration.events.rules import list_events
from services.registration.events.words import days_until
from services.registration.overview.needs import list_needs
from services.registration.overview.rules import DAY_CAME, Overview, load_overview
from services.registration.overview.words import (
    chart_of_answers,
    chart_of_arrivals,
    describe_when,
    draw_overview_stands,
    list_stats,
    list_steps,
)
from shared.i18n import choose_language
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("overview", __name__)
LOOK_AGAIN = {"running": 2, "published": 30}
"""State → after how many seconds the page looks again by itself."""


@blueprint.get("/events/<uuid:event_id>")
@allow(*ORGANISERS)
def show(event_id: uuid.UUID) -> ResponseReturnValue:
    """The event at a glance."""
    overview = load_overview(database(), event_id)
    return render_template(
        "overview/show.html",
        events=[event for event in list_events(database()) if event.state not in {"archived", "cancelled"}],
        when=describe_when(overview, days_until(overview.event, overview.now)),
        here="overview",
        on_the_day=overview.days_left <= 0,
        **_live_values(overview),
    )


@blueprint.get("/events/<uuid:event_id>/live")
@allow(*ORGANISERS)
def live(event_id: uuid.UUID) -> ResponseReturnValue:
    """The part of the page that changes by itself; nothing when the reader has `seen` it as it is."""
    values = _live_values(load_overview(database(), event_id))
    if request.args.get("seen") == values["seen"]:
        return "", 204
    return render_template("overview/live.html", **values)


def _live_values(overview: Overview) -> dict[str, Any]:
    words = {
        "state": overview.state,
        "steps": list_steps(overview),
        "stats": list_stats(overview),
        "needs": list_needs(overview),
        "stands": draw_overview_stands(overview),
        "answers": None if overview.state in DAY_CAME else chart_of_answers(overview),
        "arrivals": chart_of_arrivals(overview),
    }
    return {
        **words,
        "event": overview.event,
        "hall": draw_hall(overview.event.floor_plan),
        "seconds": LOOK_AGAIN.get(overview.state),
        "seen": _digest(words),
    }


def _digest(words: dict[str, Any]) -> str:
    """A short word for what the page says, so that looking again costs no drawing when nothing changed."""
    said = json.dumps([choose_language(), words], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
