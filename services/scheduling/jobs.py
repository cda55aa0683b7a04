"""The scheduled work of the scheduling service, gathered from its rooms."""

from collections.abc import Sequence
from datetime import timedelta

from services.scheduling.timetable.lost import TELL_LOST
from services.scheduling.timetable.runs import make_plan, take_waiting_runs
from shared.worker import Job

PLANNING_QUEUE = "planning"
"""A worker of its own: a plan may take a minute, and nobody else's work should wait for it."""

JOBS: Sequence[Job] = (
    Job("make_plan", make_plan, queue=PLANNING_QUEUE),
    Job("take_waiting_runs", take_waiting_runs, every=timedelta(seconds=15), queue=PLANNING_QUEUE),
    TELL_LOST,
)
