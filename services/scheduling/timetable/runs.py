"""Making a plan: asked for by the organiser, done by a worker of its own queue, watched and stopped from the page.

A run is a row with a heartbeat. A worker that is killed stops beating; the page then says so, and the next start
takes its place. The published plan is not touched by any of this.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_attendees, load_event, load_stands, require_to_come, rounds_of
from services.scheduling.timetable.errors import DayBegun, NothingToPlan, PlanningBusy
from services.scheduling.timetable.heartbeat import Heartbeat
from services.scheduling.timetable.making import Task, WholePlan
from services.scheduling.timetable.models import Plan, PlanningRun
from services.scheduling.timetable.progress import is_dead
from services.scheduling.timetable.replanning import RestOfDay, first_round_to_come, require_day
from services.scheduling.timetable.rules import find_plan
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.outbox import ask_for_job

log = structlog.get_logger()
ALIVE = ("queued", "running")


def ask_for_plan(session: Session, event: Event) -> PlanningRun:
    """Queue the making of a plan. Raises NothingToPlan, EventOver, DayBegun, PlanningBusy."""
    require_to_come(event)
    if not (rounds_of(event) and load_stands(session, event.id) and load_attendees(session, event.id)):
        raise NothingToPlan
    if first_round_to_come(event) and find_plan(session, event.id, published=True):
        raise DayBegun
    return _ask(session, event, kind="plan")


def ask_for_replan(session: Session, event: Event, leave_out_absent: bool) -> PlanningRun:
    """Queue the planning anew of the rounds that have not begun. Raises NothingPublished, DayOver, EventOver,
    PlanningBusy.
    """
    require_day(session, event)
    return _ask(session, event, kind="replan", leave_out_absent=leave_out_absent)


def _ask(session: Session, event: Event, **what: Any) -> PlanningRun:
    _bury_dead_run(session, event.id)
    now = clock.now()
    run = PlanningRun(organisation_id=event.organisation_id, event_id=event.id, asked_at=now, beat_at=now, **what)
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
    """The worker's job: read, solve while beating, keep the plan as a draft. Safe to run twice."""
    organisation_id = _begin(sessions, uuid.UUID(run_id))
    if organisation_id is None:
        return
    beat = Heartbeat(sessions, uuid.UUID(run_id), organisation_id)
    try:
        with beat.beating():
            task = _read(sessions, uuid.UUID(run_id), organisation_id)
            made = task.solve(beat.report, beat.is_stopped)
            beat.begin("explaining")
            explained = task.explain(made)
        _keep(sessions, uuid.UUID(run_id), organisation_id, partial(task.keep, made=made, explained=explained))
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


def _begin(sessions: sessionmaker[Session], run_id: uuid.UUID) -> uuid.UUID | None:
    """Take the run, unless another worker has it and is alive; whose it is."""
    with sessions.begin() as session:
        run = session.scalar(
            select(PlanningRun).where(PlanningRun.id == run_id).with_for_update()
            .execution_options(**ACROSS_ORGANISATIONS)
        )  # fmt: skip
        if run is None or run.state not in ALIVE or (run.state == "running" and not is_dead(run)):
            return None
        run.state, run.stage, run.begun_at, run.beat_at = "running", "read", clock.now(), clock.now()
        return run.organisation_id


def _read(sessions: sessionmaker[Session], run_id: uuid.UUID, organisation_id: uuid.UUID) -> Task:
    with sessions.begin() as session:
        act_for(session, organisation_id)
        run = session.get_one(PlanningRun, run_id)
        event = load_event(session, run.event_id)
        if run.kind == "replan":
            return RestOfDay.read(session, event, run.leave_out_absent)
        return WholePlan.read(session, event)


def _keep(
    sessions: sessionmaker[Session],
    run_id: uuid.UUID,
    organisation_id: uuid.UUID,
    keep: Callable[[Session, Event], Plan],
) -> None:
    with sessions.begin() as session:
        act_for(session, organisation_id)
        run = session.scalar(select(PlanningRun).where(PlanningRun.id == run_id).with_for_update())
        if run is None or run.state != "running":
            return
        plan = keep(session, load_event(session, run.event_id))
        run.state = "stopped" if run.stop_asked else "done"
        run.plan_id, run.ended_at, run.beat_at = plan.id, clock.now(), clock.now()


def _end(sessions: sessionmaker[Session], run_id: uuid.UUID, organisation_id: uuid.UUID, state: str) -> None:
    with sessions.begin() as session:
        act_for(session, organisation_id)
        session.execute(
            update(PlanningRun)
            .where(PlanningRun.id == run_id, PlanningRun.state.in_(ALIVE))
            .values(state=state, ended_at=clock.now())
        )
