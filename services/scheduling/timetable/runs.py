"""Making a plan: asked for by the organiser, done by a worker of its own queue, watched and stopped from the page.

A run is a row with a heartbeat. A worker that is killed stops beating; the page then says so, and the next start
takes its place. The published plan is not touched by any of this.
"""

import uuid
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from services.scheduling import planning
from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event, require_to_come
from services.scheduling.planning.plan import Plan
from services.scheduling.planning.problem import Problem
from services.scheduling.timetable.errors import NothingToPlan, PlanningBusy
from services.scheduling.timetable.heartbeat import Heartbeat
from services.scheduling.timetable.models import PlanningRun
from services.scheduling.timetable.progress import is_dead
from services.scheduling.timetable.questions import build_problem
from services.scheduling.timetable.rules import keep_plan
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.outbox import ask_for_job

log = structlog.get_logger()
ALIVE = ("queued", "running")
TIME_LIMIT = 60.0
"""Seconds of solving."""


def ask_for_plan(session: Session, event: Event) -> PlanningRun:
    """Queue the making of a plan. Raises NothingToPlan, EventOver, PlanningBusy."""
    require_to_come(event)
    problem = build_problem(session, event)
    if not (problem.rounds and problem.stands and problem.candidates):
        raise NothingToPlan
    _bury_dead_run(session, event.id)
    now = clock.now()
    run = PlanningRun(organisation_id=event.organisation_id, event_id=event.id, asked_at=now, beat_at=now)
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        raise PlanningBusy from None
    ask_for_job(session, "make_plan", run_id=str(run.id))
    return run


def find_run(session: Session, event_id: uuid.UUID) -> PlanningRun | None:
    """The event's newest run."""
    newest = select(PlanningRun).where(PlanningRun.event_id == event_id)
    return session.scalar(newest.order_by(PlanningRun.asked_at.desc()).limit(1))


def ask_to_stop(session: Session, event_id: uuid.UUID) -> None:
    """Ask the event's running run to stop with the best it has so far."""
    session.execute(
        update(PlanningRun)
        .where(PlanningRun.event_id == event_id, PlanningRun.state.in_(ALIVE))
        .values(stop_asked=True)
    )


def _bury_dead_run(session: Session, event_id: uuid.UUID) -> None:
    run = find_run(session, event_id)
    if run is not None and run.state in ALIVE and is_dead(run):
        run.state, run.ended_at = "failed", clock.now()
        session.flush()


def make_plan(sessions: sessionmaker[Session], run_id: str) -> None:
    """The worker's job: build the problem, solve it while beating, keep the plan as a draft. Safe to run twice."""
    begun = _begin(sessions, uuid.UUID(run_id))
    if begun is None:
        return
    problem, organisation_id = begun
    beat = Heartbeat(sessions, uuid.UUID(run_id), organisation_id)
    try:
        made = planning.solve(problem, time_limit=TIME_LIMIT, progress=beat.report, cancelled=beat.is_stopped)
        _keep(sessions, uuid.UUID(run_id), organisation_id, problem, made)
    except Exception:
        # Shown to the organiser, who can start again; the traceback is in the log.
        log.exception("planning_failed", run_id=run_id)
        _end(sessions, uuid.UUID(run_id), organisation_id, "failed")


def take_waiting_runs(sessions: sessionmaker[Session]) -> None:
    """Make the plans whose asking was lost with the broker; beat calls it on the planning queue."""
    waiting = select(PlanningRun.id).where(
        PlanningRun.state == "queued", PlanningRun.asked_at < clock.now() - timedelta(seconds=10)
    )
    with sessions() as session:
        found = session.scalars(waiting.execution_options(**ACROSS_ORGANISATIONS)).all()
    for run_id in found:
        make_plan(sessions, str(run_id))


def _begin(sessions: sessionmaker[Session], run_id: uuid.UUID) -> tuple[Problem, uuid.UUID] | None:
    """Take the run, unless another worker has it and is alive."""
    with sessions.begin() as session:
        run = session.scalar(
            select(PlanningRun).where(PlanningRun.id == run_id).with_for_update()
            .execution_options(**ACROSS_ORGANISATIONS)
        )  # fmt: skip
        if run is None or run.state not in ALIVE or (run.state == "running" and not is_dead(run)):
            return None
        act_for(session, run.organisation_id)
        run.state, run.stage, run.begun_at, run.beat_at = "running", "read", clock.now(), clock.now()
        return build_problem(session, load_event(session, run.event_id)), run.organisation_id


def _keep(
    sessions: sessionmaker[Session],
    run_id: uuid.UUID,
    organisation_id: uuid.UUID,
    problem: Problem,
    made: Plan,
) -> None:
    with sessions.begin() as session:
        act_for(session, organisation_id)
        run = session.scalar(select(PlanningRun).where(PlanningRun.id == run_id).with_for_update())
        if run is None or run.state != "running":
            return
        scores = {(pair.candidate, pair.stand): pair.score for pair in problem.pairs}
        plan = keep_plan(session, load_event(session, run.event_id), made, scores, explain_missing(problem, made))
        run.state = "stopped" if run.stop_asked else "done"
        run.plan_id, run.ended_at, run.beat_at = plan.id, clock.now(), clock.now()


def explain_missing(problem: Problem, made: Plan) -> list[dict[str, str]]:
    """The candidates without a conversation, each with the rule that stands in the way."""
    placed = {one.candidate for one in made.conversations}
    explainer = planning.Explainer(problem, made)
    return [
        {"invitation": candidate.id, "reason": explainer.why_none(candidate.id).code}
        for candidate in problem.candidates
        if candidate.id not in placed
    ]


def _end(sessions: sessionmaker[Session], run_id: uuid.UUID, organisation_id: uuid.UUID, state: str) -> None:
    with sessions.begin() as session:
        act_for(session, organisation_id)
        session.execute(
            update(PlanningRun)
            .where(PlanningRun.id == run_id, PlanningRun.state.in_(ALIVE))
            .values(state=state, ended_at=clock.now())
        )
