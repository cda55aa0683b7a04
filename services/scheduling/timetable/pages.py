"""The organiser's page of the plan: make it, watch it, read it, publish it."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.scheduling.events.erasing import NOBODY
from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event, rounds_of
from services.scheduling.timetable import comparing, reasons, rules, runs
from services.scheduling.timetable.calendar_answers import list_gaps
from services.scheduling.timetable.errors import PlanOutdated, PlanUnexplained, PlanUnknown
from services.scheduling.timetable.grid import Reason, build_rows, explain_conversation
from services.scheduling.timetable.models import Plan, PlanningRun
from services.scheduling.timetable.outcome import describe_missing, share_of_best, tell_people, tell_waits
from services.scheduling.timetable.progress import RunProgress, describe_run
from services.scheduling.timetable.rules import People
from shared import clock
from shared.errors import Refusal
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("timetable", __name__)


@blueprint.get("/events/<uuid:event_id>/plan")
@allow(Role.ORGANISER)
def plan(event_id: uuid.UUID) -> ResponseReturnValue:
    """The newest plan as a grid, with what it is worth; or how far the planner is."""
    return _show(load_event(database(), event_id))


def _show(event: Event, refusal: Refusal | None = None) -> ResponseReturnValue:
    newest = rules.find_plan(database(), event.id)
    people = rules.load_people(database(), event)
    run = runs.find_run(database(), event.id)
    page = render_template(
        "timetable/plan.html",
        event=event,
        here="planning",
        refusal=refusal,
        run=run,
        progress=_progress(run, newest),
        people=people,
        plan=newest,
        **(_plan_values(event, newest, people) if newest else {}),
    )
    return page, refusal.status if refusal else 200


def _plan_values(event: Event, newest: Plan, people: People) -> dict[str, Any]:
    address = url_for("timetable.why", plan_id=newest.id) + "?conversation="
    rounds = rounds_of(event)
    outdated, kept = _load_reasons(event, newest)
    return {
        "rows": build_rows(newest, people, rounds, address, reasons.keys_of_free_seats(kept)),
        "rounds": [{"number": one.number + 1, "starts_at": one.starts_at} for one in rounds],
        "languages_spoken": sorted({one.language for one in newest.conversations}),
        "summary": tell_people(newest),
        "waits": tell_waits(newest),
        **_compare(event, newest, people),
        "gaps": list_gaps(database(), event, newest, people),
        "nobody": NOBODY,
        "missing": describe_missing(newest, people),
        "unmet": reasons.list_unmet_wishes(kept, people),
        "idle": reasons.list_idle_interpreters(kept, people),
        "share": share_of_best(newest),
        "outdated": newest.state == "draft" and outdated,
        "chosen": request.args.get("stand", ""),
        "current": request.args.get("why", ""),
        "rewhy": _why(event, newest, people, request.args.get("why", "")),
    }


def _compare(event: Event, newest: Plan, people: People) -> dict[str, Any]:
    """What a draft does otherwise than the plan before it, and what can be done about the day."""
    before = rules.find_plan_before(database(), newest) if newest.state == "draft" else None
    published = next((one for one in (newest, before) if one is not None and one.state == "published"), None)
    begun = rules.begun_rounds(event)
    return {
        "difference": before
        and comparing.compare_plans(before, newest, people, comparing.rounds_planned_before(newest)),
        "behind": newest.state == "draft" and rules.is_behind(published, newest, event),
        "has_begun": bool(published and begun),
        "can_replan": published is not None and event.starts_at <= clock.now() and len(begun) < len(people.starts),
    }


def _progress(run: PlanningRun | None, newest: Plan | None) -> RunProgress | None:
    """How far a run is, that it broke, or that the draft on the page was stopped; None when there is nothing to say."""
    found = describe_run(run) if run else None
    if run is None or found is None or found.alive or found.broken:
        return found
    is_of_stopped = newest is not None and newest.id == run.plan_id and newest.state == "draft"
    return found if run.state == "stopped" and is_of_stopped else None


def _load_reasons(event: Event, plan: Plan) -> tuple[bool, reasons.Kept]:
    """Whether the plan is outdated, and the reasons to be shown: none of a plan that is, or has none."""
    try:
        return False, reasons.load_reasons(database(), event, plan)
    except (PlanOutdated, PlanUnexplained) as refusal:
        return isinstance(refusal, PlanOutdated), {"wishes": [], "seats": [], "interpreters": []}


def _why(event: Event, plan: Plan, people: People, key: str) -> Reason | None:
    """The reason that the address asks for: of a conversation, or of a free seat ("stand.round"); None for no such."""
    thing, _, number = key.partition(".")
    try:
        if not number:
            return explain_conversation(plan, uuid.UUID(thing), people, event)
        return reasons.explain_free_seat(reasons.load_reasons(database(), event, plan), people, event, key)
    except (ValueError, PlanUnknown, PlanOutdated, PlanUnexplained):
        return None


@blueprint.get("/plans/<uuid:plan_id>/why")
@allow(Role.ORGANISER)
def why(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Why a conversation stands where it stands, or a seat is free: a panel for the page, or the page with it."""
    conversation = request.args.get("conversation", "")
    found = rules.load_plan(database(), plan_id)
    event = load_event(database(), found.event_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("timetable.plan", event_id=event.id, why=conversation), 303)
    reason = _why(event, found, rules.load_people(database(), event), conversation)
    if reason is None:
        raise PlanUnknown
    return render_template("timetable/why.html", event=event, reason=reason)


@blueprint.post("/events/<uuid:event_id>/plan/make")
@allow(Role.ORGANISER)
def make(event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for a plan."""
    event = load_event(database(), event_id)
    try:
        runs.ask_for_plan(database(), event)
    except Refusal as refusal:
        return _show(event, refusal)
    return redirect(url_for("timetable.plan", event_id=event.id), 303)


@blueprint.post("/events/<uuid:event_id>/plan/stop")
@allow(Role.ORGANISER)
def stop(event_id: uuid.UUID) -> ResponseReturnValue:
    """Stop with the best so far."""
    runs.ask_to_stop(database(), load_event(database(), event_id).id)
    return redirect(url_for("timetable.plan", event_id=event_id), 303)


@blueprint.get("/events/<uuid:event_id>/plan/progress")
@allow(Role.ORGANISER)
def progress(event_id: uuid.UUID) -> ResponseReturnValue:
    """How far the planner is, asked every second; when it is done the page loads anew."""
    event = load_event(database(), event_id)
    run = runs.find_run(database(), event_id)
    found = describe_run(run) if run else None
    answer = render_template("timetable/progress.html", event=event, run=run, progress=found)
    if found is None or not found.alive:
        return answer, {"HX-Refresh": "true"}
    return answer


@blueprint.post("/plans/<uuid:plan_id>/publish")
@allow(Role.ORGANISER)
def publish(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Publish the plan and tell everybody what concerns them."""
    found = rules.load_plan(database(), plan_id)
    event = load_event(database(), found.event_id)
    try:
        rules.publish_plan(database(), plan_id)
    except Refusal as refusal:
        # What the refused attempt changed in memory must not be shown.
        database().rollback()
        return _show(load_event(database(), event.id), refusal)
    flash(gettext("The plan is published. Everybody gets their own timetable."), "ok")
    return redirect(url_for("timetable.plan", event_id=event.id), 303)
