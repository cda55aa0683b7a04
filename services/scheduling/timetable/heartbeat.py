"""The heartbeat of a planning run: how far the planner is, for whoever looks, and whether it should stop."""

import uuid
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from services.scheduling.planning.plan import Progress
from services.scheduling.timetable.models import PlanningRun
from shared import clock
from shared.database import act_for

BEAT_EVERY = timedelta(seconds=0.5)


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
        with self._sessions.begin() as session:
            act_for(session, self._organisation_id)
            run = update(PlanningRun).where(PlanningRun.id == self._run_id, PlanningRun.state == "running")
            self._stopped = bool(session.scalar(run.values(**beat).returning(PlanningRun.stop_asked)))

    def is_stopped(self) -> bool:
        """Did the organiser ask to stop?"""
        return self._stopped
