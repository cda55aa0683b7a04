"""The JSON API of plans: everything that the page does."""

import uuid

from flask_smorest import Blueprint

from services.scheduling.events.rules import load_event
from services.scheduling.timetable import rules, runs
from services.scheduling.timetable.errors import PlanUnknown
from services.scheduling.timetable.models import Plan, PlanningRun
from services.scheduling.timetable.schemas import PlanAnswer, RunAnswer
from shared.identity import Role, allow
from shared.web import database

blueprint = Blueprint("timetable_api", __name__, url_prefix="/api", description="Plans")


@blueprint.get("/events/<uuid:event_id>/plan")
@allow(Role.ORGANISER)
@blueprint.response(200, PlanAnswer)
def plan(event_id: uuid.UUID) -> Plan:
    """The newest plan of an event."""
    found = rules.find_plan(database(), load_event(database(), event_id).id)
    if found is None:
        raise PlanUnknown
    return found


@blueprint.post("/events/<uuid:event_id>/plan/runs")
@allow(Role.ORGANISER)
@blueprint.response(202, RunAnswer)
def make(event_id: uuid.UUID) -> PlanningRun:
    """Ask for a plan; it is made by a worker."""
    return runs.ask_for_plan(database(), load_event(database(), event_id))


@blueprint.get("/events/<uuid:event_id>/plan/runs/newest")
@allow(Role.ORGANISER)
@blueprint.response(200, RunAnswer)
def run(event_id: uuid.UUID) -> PlanningRun:
    """How far the newest making of a plan is."""
    found = runs.find_run(database(), load_event(database(), event_id).id)
    if found is None:
        raise PlanUnknown
    return found


@blueprint.post("/plans/<uuid:plan_id>/publish")
@allow(Role.ORGANISER)
@blueprint.response(200, PlanAnswer)
def publish(plan_id: uuid.UUID) -> Plan:
    """Publish a draft."""
    return rules.publish_plan(database(), plan_id)
