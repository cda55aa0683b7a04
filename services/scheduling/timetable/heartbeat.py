"""The heartbeat of a planning run: how far the planner is, for whoever looks, and whether it should stop."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from services.scheduling.planning.plan import Progress
from services.scheduling.timetable.models import PlanningRun
from shared import clock
from shared.database import act_for

log = structlog.get_logger()
BEAT_EVERY = timedelta(seconds=0.5)
ALONE_EVERY = 5.0
"""Seconds between two beats while the planner itself says nothing."""


class Heartbeat:
    """Writes the planner's progress to the run, twice a second at most, and reads whether it should stop."""

    def __init__(self, sessions: sessionmaker[Session], run_id: uuid.UUID, organisation_id: uuid.UUID) -> None:
        self._sessions, self._run_id, self._organisation_id = sessions, run_id, organisation_id
        self._next = clock.now()
        self._stopped = False

    def report(self, progress: Progress) -> None:
        """Called by the planner some ten times a second."""
        if clock.now() < self._next:
            return
        self._next = clock.now() + BEAT_EVERY
        beat = {
            "stage": progress.stage,
            "done": progress.done,
            "total": progress.total,
            "value": max(progress.value, 0),
            "bound": max(progress.bound, 0),
            "beat_at": clock.now(),
        }
        self._stopped = self._write(beat)

    def begin(self, stage: str) -> None:
        """Say what is done before or after the planner's own work."""
        self._write({"stage": stage, "done": 0, "total": 0, "beat_at": clock.now()})

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat by itself in this block: at a large event also reading and explaining take their time."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat_until, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat_until(self, over: threading.Event) -> None:
        while not over.wait(ALONE_EVERY):
            try:
                self._write({"beat_at": clock.now()})
            except SQLAlchemyError:
                # The database is away for a moment; the next beat may come through.
                log.warning("beat_missed", run_id=str(self._run_id))

    def _write(self, values: dict[str, Any]) -> bool:
        """Write it, unless the run was given up; whether it was asked to stop."""
        with self._sessions.begin() as session:
            act_for(session, self._organisation_id)
            run = update(PlanningRun).where(PlanningRun.id == self._run_id, PlanningRun.state == "running")
            return bool(session.scalar(run.values(**values).returning(PlanningRun.stop_asked)))

    def is_stopped(self) -> bool:
        """Did the organiser ask to stop?"""
        return self._stopped
