"""The JSON API of plans and of everybody's own timetable, and of correcting an interpreter: what the pages do."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.schemas import (
    InterpreterAnswer,
    InterpreterCorrectionSchema,
    InterpreterReplySchema,
)
from services.scheduling.timetable import comparing, own, reasons, replanning, rules, runs, weights
from services.scheduling.timetable.correcting import correct_interpreter
from services.scheduling.timetable.erasing import erase_interpreter
from services.scheduling.timetable.errors import PlanUnknown
from services.scheduling.timetable.grid import Reason, explain_conversation
from services.scheduling.timetable.models import Plan, PlanningRun
from services.scheduling.timetable.outcome import Missing, describe_missing
from services.scheduling.timetable.personal_pages import own_event
from services.scheduling.timetable.questions import load_weights
from services.scheduling.timetable.rules import People
from services.scheduling.timetable.schemas import (
    CandidateDayAnswer,
    DifferenceAnswer,
    EffectAnswer,
    FreeSeatsAnswer,
    IdleInterpreterAnswer,
    InterpreterDayAnswer,
    MissingAnswer,
    PlanAnswer,
    PlanningRunAnswer,
    PresenceAnswer,
    ReasonAnswer,
    ReplanSchema,
    StandDayAnswer,
    UnmetWishAnswer,
    WeightsSchema,
)
from services.scheduling.timetable.scores import Weights
from shared.identity import Role, allow, require_identity
from shared.web import database

blueprint = Blueprint("timetable_api", __name__, url_prefix="/api", description="Plans")
own_blueprint = Blueprint("own_api", __name__, url_prefix="/api/my", description="Own timetables")
PLAN = "/plans/<uuid:plan_id>"
WEIGHTS = "/events/<uuid:event_id>/plan/weights"
NEWEST_RUN = "/events/<uuid:event_id>/plan/runs/newest"
DAY = "/day/<uuid:event_id>"


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
@blueprint.response(202, PlanningRunAnswer)
def make(event_id: uuid.UUID) -> PlanningRun:
    """Ask for a plan; it is made by a worker."""
    return runs.ask_for_plan(database(), load_event(database(), event_id))


@blueprint.get("/events/<uuid:event_id>/plan/presence")
@allow(Role.ORGANISER)
@blueprint.response(200, PresenceAnswer)
def presence(event_id: uuid.UUID) -> replanning.Presence:
    """Who is there, before the rest of the day is planned anew."""
    event = load_event(database(), event_id)
    return replanning.load_presence(database(), event, replanning.require_day(database(), event))


@blueprint.post("/events/<uuid:event_id>/plan/replans")
@allow(Role.ORGANISER)
@blueprint.arguments(ReplanSchema)
@blueprint.response(202, PlanningRunAnswer)
def replan(data: dict[str, Any], event_id: uuid.UUID) -> PlanningRun:
    """Ask for the rounds that have not begun to be planned anew; it is done by a worker."""
    return runs.ask_for_replan(database(), load_event(database(), event_id), **data)


@blueprint.get(NEWEST_RUN)
@allow(Role.ORGANISER)
@blueprint.response(200, PlanningRunAnswer)
def run(event_id: uuid.UUID) -> PlanningRun:
    """How far the newest making of a plan is."""
    return _newest_run(event_id)


@blueprint.post(NEWEST_RUN + "/stop")
@allow(Role.ORGANISER)
@blueprint.response(200, PlanningRunAnswer)
def stop(event_id: uuid.UUID) -> PlanningRun:
    """Stop with the best plan so far; a run that has ended stays as it is."""
    found = _newest_run(event_id)
    runs.ask_to_stop(database(), event_id)
    database().refresh(found)
    return found


@blueprint.get(PLAN + "/difference")
@allow(Role.ORGANISER)
@blueprint.response(200, DifferenceAnswer)
def difference(plan_id: uuid.UUID) -> comparing.Difference:
    """What a plan does otherwise than the one that is published, or than the one before it."""
    found, _, people = _load(plan_id)
    before = rules.find_plan_before(database(), found)
    if before is None:
        raise PlanUnknown
    return comparing.compare_plans(before, found, people, begun=comparing.rounds_planned_before(found))


@blueprint.post(PLAN + "/publish")
@allow(Role.ORGANISER)
@blueprint.response(200, PlanAnswer)
def publish(plan_id: uuid.UUID) -> Plan:
    """Publish a draft."""
    return rules.publish_plan(database(), plan_id)


@blueprint.get(PLAN + "/conversations/<uuid:conversation_id>/why")
@allow(Role.ORGANISER)
@blueprint.response(200, ReasonAnswer)
def why(plan_id: uuid.UUID, conversation_id: uuid.UUID) -> Reason:
    """Why a conversation stands where it stands."""
    found, event, people = _load(plan_id)
    return explain_conversation(found, conversation_id, people, event)


@blueprint.get(PLAN + "/missing")
@allow(Role.ORGANISER)
@blueprint.response(200, MissingAnswer(many=True))
def missing(plan_id: uuid.UUID) -> list[Missing]:
    """The candidates without a conversation, each with the rule that stood in the way when the plan was made."""
    found, _, people = _load(plan_id)
    return describe_missing(found, people)


@blueprint.get(PLAN + "/unmet-wishes")
@allow(Role.ORGANISER)
@blueprint.response(200, UnmetWishAnswer(many=True))
def unmet_wishes(plan_id: uuid.UUID) -> list[reasons.UnmetWish]:
    """The employers whom candidates with conversations asked to meet and do not meet, and why."""
    found, event, people = _load(plan_id)
    return reasons.list_unmet_wishes(reasons.load_reasons(database(), event, found), people)


@blueprint.get(PLAN + "/free-seats")
@allow(Role.ORGANISER)
@blueprint.response(200, FreeSeatsAnswer(many=True))
def free_seats(plan_id: uuid.UUID) -> list[reasons.FreeSeats]:
    """The seats that nobody takes, by stand and round, and why."""
    found, event, people = _load(plan_id)
    return reasons.list_free_seats(reasons.load_reasons(database(), event, found), people)


@blueprint.get(PLAN + "/idle-interpreters")
@allow(Role.ORGANISER)
@blueprint.response(200, IdleInterpreterAnswer(many=True))
def idle_interpreters(plan_id: uuid.UUID) -> list[reasons.IdleInterpreter]:
    """The interpreters who have rounds without work, and why."""
    found, event, people = _load(plan_id)
    return reasons.list_idle_interpreters(reasons.load_reasons(database(), event, found), people)


@blueprint.put("/interpreters/<uuid:interpreter_id>")
@allow(Role.ORGANISER)
@blueprint.arguments(InterpreterCorrectionSchema)
@blueprint.response(200, InterpreterAnswer)
def correct(data: dict[str, Any], interpreter_id: uuid.UUID) -> Interpreter:
    """Put these details in the place of what was known.

    Another e-mail address ends the personal links that were sent; each event to come is told to the new one.
    """
    return correct_interpreter(database(), interpreter_id, data)


@blueprint.delete("/interpreters/<uuid:interpreter_id>")
@allow(Role.ORGANISER)
@blueprint.response(204)
def erase(interpreter_id: uuid.UUID) -> None:
    """Erase an interpreter, in every service; plans and counts stay. At events to come they say no."""
    erase_interpreter(database(), interpreter_id)


@blueprint.get(WEIGHTS)
@allow(Role.ORGANISER)
@blueprint.response(200, WeightsSchema)
def show_weights(event_id: uuid.UUID) -> Weights:
    """What counts how much at an event."""
    return load_weights(database(), load_event(database(), event_id).id)


@blueprint.put(WEIGHTS)
@allow(Role.ORGANISER)
@blueprint.arguments(WeightsSchema)
@blueprint.response(200, WeightsSchema)
def save_weights(data: dict[str, Any], event_id: uuid.UUID) -> Weights:
    """Let these weights count from the next plan on."""
    chosen = Weights(**data)
    weights.save_weights(database(), load_event(database(), event_id), chosen)
    return chosen


@blueprint.post(WEIGHTS + "/effect")
@allow(Role.ORGANISER)
@blueprint.arguments(WeightsSchema)
@blueprint.response(200, EffectAnswer)
def show_effect(data: dict[str, Any], event_id: uuid.UUID) -> weights.Effect:
    """What these weights would do to the scores; nothing is kept."""
    return weights.estimate_effect(database(), load_event(database(), event_id), Weights(**data))


def _newest_run(event_id: uuid.UUID) -> PlanningRun:
    found = runs.find_run(database(), load_event(database(), event_id).id)
    if found is None:
        raise PlanUnknown
    return found


def _load(plan_id: uuid.UUID) -> tuple[Plan, Event, People]:
    found = rules.load_plan(database(), plan_id)
    event = load_event(database(), found.event_id)
    return found, event, rules.load_people(database(), event)


# ── for whoever came in by a personal link ────────────────────────────────────────────────────────────────────


@own_blueprint.get("/timetable/<uuid:event_id>")
@allow(Role.CANDIDATE)
@own_blueprint.response(200, CandidateDayAnswer)
def candidate(event_id: uuid.UUID) -> own.CandidateDay:
    """The candidate's own conversations."""
    return own.load_candidate_day(database(), own_event(event_id), require_identity().subject_id)


@own_blueprint.get("/stand/<uuid:event_id>")
@allow(Role.EMPLOYER)
@own_blueprint.response(200, StandDayAnswer(many=True))
def employer(event_id: uuid.UUID) -> list[own.StandDay]:
    """Who comes to the employer's own stands: numbers and languages, no names."""
    return own.load_stand_days(database(), own_event(event_id), require_identity().subject_id)


@own_blueprint.get(DAY)
@allow(Role.INTERPRETER)
@own_blueprint.response(200, InterpreterDayAnswer)
def interpreter(event_id: uuid.UUID) -> own.InterpreterDay:
    """The interpreter's own day."""
    return own.load_interpreter_day(database(), own_event(event_id), require_identity().subject_id)


@own_blueprint.post(DAY + "/answer")
@allow(Role.INTERPRETER)
@own_blueprint.arguments(InterpreterReplySchema)
@own_blueprint.response(200, InterpreterDayAnswer)
def answer(data: dict[str, Any], event_id: uuid.UUID) -> own.InterpreterDay:
    """Say yes for some rounds, or no, until the event is over."""
    return own.answer_own(database(), own_event(event_id), require_identity().subject_id, **data)
