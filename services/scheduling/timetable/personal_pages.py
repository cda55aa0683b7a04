"""The own timetable of candidate, employer and interpreter: each sees their own and nothing else (rule 6)."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from services.scheduling.events.models import Event
from services.scheduling.events.rules import find_attendee, find_stands_of_contact, load_event, rounds_of
from services.scheduling.interpreters.models import Engagement
from services.scheduling.interpreters.pages import round_choices
from services.scheduling.interpreters.rules import answer_engagement, find_engagement
from services.scheduling.interpreters.schemas import AnswerSchema
from services.scheduling.timetable import rules
from services.scheduling.timetable.errors import NotYours
from services.scheduling.timetable.models import Conversation
from shared import clock
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import language_name, time_of
from shared.identity import Identity, Role, allow, current_identity
from shared.web import database

blueprint = Blueprint("personal", __name__)


@blueprint.get("/my/timetable/<uuid:event_id>")
@allow(Role.CANDIDATE)
def candidate(event_id: uuid.UUID) -> ResponseReturnValue:
    """A candidate's stops: a fragment of their invitation's page, or a page of its own."""
    event = _own_event(event_id)
    attendee = find_attendee(database(), event_id, _me().subject_id)
    own = [one for one in _published(event) if attendee is not None and one.invitation_id == attendee.id]
    people = rules.load_people(database(), event)
    stops = rules.stops_of_candidates(people, own)[attendee.id] if attendee else []
    items = [_candidate_item(stop, event) for stop in stops]
    template = "timetable/candidate_fragment.html" if "HX-Request" in request.headers else "timetable/candidate.html"
    return render_template(template, event=event, items=items, coming=attendee is not None, next=_next(items))


@blueprint.get("/my/stand/<uuid:event_id>")
@allow(Role.EMPLOYER)
def employer(event_id: uuid.UUID) -> ResponseReturnValue:
    """Who comes to an employer's stand in which round: numbers and languages, no names."""
    event = _own_event(event_id)
    stands = find_stands_of_contact(database(), event_id, _me().subject_id)
    if not stands:
        raise NotYours
    stops = rules.stops_of_stands(rules.load_people(database(), event), _published(event))
    days = [(stand, [_employer_item(stop, event) for stop in stops[stand.id]]) for stand in stands]
    return render_template("timetable/employer.html", event=event, days=days)


@blueprint.route("/my/day/<uuid:event_id>", methods=["GET", "POST"])
@allow(Role.INTERPRETER)
def interpreter(event_id: uuid.UUID) -> ResponseReturnValue:
    """An interpreter's day: say when you can, and see where you are needed."""
    event = _own_event(event_id)
    engagement = find_engagement(database(), event_id, _me().subject_id)
    if engagement is None:
        raise NotYours
    form = Form({"rounds": engagement.rounds})
    if request.method == "POST":
        form = read_form(AnswerSchema(), request.form)
        if form:
            try:
                answer_engagement(engagement, form.data["answer"], form.data["rounds"], event)
                flash(gettext("Thank you. Your answer is with the organiser."), "ok")
                return redirect(url_for("personal.interpreter", event_id=event_id), 303)
            except Refusal as refusal:
                form.refuse(refusal)
    return _interpreter_page(event, engagement, form)


def _interpreter_page(event: Event, engagement: Engagement, form: Form) -> ResponseReturnValue:
    people = rules.load_people(database(), event)
    own = [one for one in _published(event) if one.interpreter_id == engagement.interpreter_id]
    items = [_interpreter_item(one, event, people) for one in sorted(own, key=lambda one: one.round)]
    page = render_template(
        "timetable/interpreter.html",
        event=event,
        engagement=engagement,
        form=form,
        items=_with_breaks(items, event),
        total=ngettext("%(num)s conversation", "%(num)s conversations", len(items)),
        over=event.ends_at <= clock.now(),
        rounds=round_choices(event),
    )
    return page, 200 if form else 422


def _me() -> Identity:
    identity = current_identity()
    assert identity is not None
    return identity


def _own_event(event_id: uuid.UUID) -> Event:
    """The event, if the personal link is for it. Raises NotYours."""
    if _me().event_id != event_id:
        raise NotYours
    return load_event(database(), event_id)


def _published(event: Event) -> list[Conversation]:
    found = rules.find_plan(database(), event.id, published=True)
    return list(found.conversations) if found and event.state != "cancelled" else []


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


def _interpreter_item(one: Conversation, event: Event, people: rules.People) -> dict[str, Any]:
    stand = people.stands.get(one.booking_id)
    starts_at = people.starts[one.round]
    return {
        "time": time_of(starts_at, event.time_zone),
        "starts_at": starts_at,
        "round": one.round,
        "what": gettext("Stand %(label)s", label=stand.label if stand else "?"),
        "rest": stand.employer if stand else "",
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
