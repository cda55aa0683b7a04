"""Pages about interpreters for the organiser."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event, rounds_of
from services.scheduling.interpreters import rules
from services.scheduling.interpreters.models import Engagement, Interpreter
from services.scheduling.interpreters.schemas import (
    LEVELS,
    PAIRS,
    AskInterpreterSchema,
    EngagementSchema,
    NewInterpreterSchema,
    level_of,
    pairs_of,
)
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import LANGUAGES, language_name, time_of
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("interpreters", __name__)


@blueprint.get("/events/<uuid:event_id>/interpreters")
@allow(Role.ORGANISER)
def engagements(event_id: uuid.UUID) -> ResponseReturnValue:
    """Who was asked for the event, and which rounds are covered."""
    event = load_event(database(), event_id)
    asked = rules.load_engagements(database(), event_id)
    return render_template(
        "interpreters/engagements.html",
        event=event,
        here="interpreters",
        engagements=asked,
        rounds=rounds_of(event),
        cover=_cover(event, asked),
    )


@blueprint.route("/events/<uuid:event_id>/interpreters/ask", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def ask(event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask somebody from the list for the event."""
    event = load_event(database(), event_id)
    form = read_form(AskInterpreterSchema(), request.form) if request.method == "POST" else _all_rounds(event)
    if request.method == "POST" and form:
        try:
            interpreter = rules.load_interpreter(database(), form.data["interpreter"])
            rules.engage_interpreter(database(), event, interpreter, form.data["rounds"])
            return _told(event, interpreter)
        except Refusal as refusal:
            form.refuse(refusal)
    asked = {one.interpreter_id for one in rules.load_engagements(database(), event_id)}
    others = [one for one in rules.load_interpreters(database()) if one.id not in asked]
    return _form_page("interpreters/ask.html", event, form, others=[(one.id, _words(one)) for one in others])


@blueprint.route("/events/<uuid:event_id>/interpreters/new", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def new(event_id: uuid.UUID) -> ResponseReturnValue:
    """Put a new interpreter in the list and ask them for the event in one go."""
    event = load_event(database(), event_id)
    form = read_form(NewInterpreterSchema(), request.form) if request.method == "POST" else _all_rounds(event)
    if request.method == "POST" and form:
        rounds = form.data.pop("rounds")
        try:
            interpreter = rules.add_interpreter(database(), **form.data)
            rules.engage_interpreter(database(), event, interpreter, rounds)
            return _told(event, interpreter)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page("interpreters/new.html", event, form)


@blueprint.route("/events/<uuid:event_id>/interpreters/<uuid:interpreter_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def change(event_id: uuid.UUID, interpreter_id: uuid.UUID) -> ResponseReturnValue:
    """Change for which rounds an interpreter is there."""
    event = load_event(database(), event_id)
    interpreter = rules.load_interpreter(database(), interpreter_id)
    engagement = rules.find_engagement(database(), event_id, interpreter_id)
    given = engagement.rounds if engagement else [one.number for one in rounds_of(event)]
    form = Form({"rounds": given})
    if request.method == "POST":
        form = read_form(EngagementSchema(), request.form)
        if form:
            try:
                rules.engage_interpreter(database(), event, interpreter, form.data["rounds"])
                return _told(event, interpreter)
            except Refusal as refusal:
                form.refuse(refusal)
    return _form_page("interpreters/change.html", event, form, interpreter=interpreter, engagement=engagement)


def _form_page(template: str, event: Event, form: Form, **values: Any) -> ResponseReturnValue:
    page = render_template(
        template,
        event=event,
        here="interpreters",
        form=form,
        rounds=round_choices(event),
        **detail_choices(),
        **values,
    )
    return page, 200 if form else 422


def detail_choices(interpreter: Interpreter | None = None) -> dict[str, list[tuple[str, str]]]:
    """What the fields of an interpreter's details offer (interpreters/fields.html); `interpreter`: who has them now."""
    own = pairs_of(interpreter) if interpreter else []
    levels = [(level, level) for level in LEVELS]
    if interpreter and not level_of(interpreter):
        levels.insert(0, ("", gettext("As it is now: %(levels)s", levels=_level_words(interpreter))))
    return {
        "pairs": [(pair, _pair_words(pair)) for pair in dict.fromkeys((*PAIRS, *own))],
        "levels": levels,
        "reading_languages": list(LANGUAGES.items()),
    }


def _level_words(interpreter: Interpreter) -> str:
    return ", ".join(f"{_pair_words(f'{pair.first}-{pair.second}')} {pair.level}" for pair in interpreter.pairs)


def _told(event: Event, interpreter: Interpreter) -> ResponseReturnValue:
    flash(gettext("%(name)s is asked for this event.", name=interpreter.name), "ok")
    return redirect(url_for("interpreters.engagements", event_id=event.id), 303)


def round_choices(event: Event) -> list[tuple[int, str]]:
    """The rounds as a form offers them: number from 1 and start."""
    return [(one.number, f"{one.number + 1} · {time_of(one.starts_at, event.time_zone)}") for one in rounds_of(event)]


def _pair_words(pair: str) -> str:
    return f"{language_name(pair[:2])} – {language_name(pair[3:])}"


def _words(interpreter: Interpreter) -> str:
    return f"{interpreter.name} ({', '.join(map(_pair_words, pairs_of(interpreter)))})"


def _all_rounds(event: Event) -> Form:
    """An empty form in which every round is chosen: most interpreters stay the whole afternoon."""
    return Form({"rounds": [one.number for one in rounds_of(event)], "language": "nl", "level": "C1"})


def _cover(event: Event, asked: Sequence[Engagement]) -> list[tuple[str, int]]:
    """For each round how many interpreters are there, for the chart."""
    there = [engagement.rounds_there for engagement in asked]
    return [
        (time_of(one.starts_at, event.time_zone), sum(one.number in rounds for rounds in there))
        for one in rounds_of(event)
    ]
