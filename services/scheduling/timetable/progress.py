"""How far the making of a plan is, in words that somebody understands who has never heard of a planner."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext

from services.scheduling.timetable.models import PlanningRun
from shared import clock

DEAD_AFTER = timedelta(seconds=30)
"""A running run that has not beaten for so long has lost its worker."""
LOST_AFTER = timedelta(minutes=5)
"""A queued run may wait so long for a worker before another start may take its place."""


@dataclass(frozen=True)
class RunProgress:
    """What is said of a run."""

    sentence: str
    alive: bool
    """it waits or is at work; otherwise it ended or was broken off"""
    broken: bool
    done: float | None
    """the part of this stage that is done; None while nobody knows"""
    share: float | None
    """what the best plan so far is worth of the best possible; None while there is none"""
    seconds: int
    """since it began, or waits"""


def is_dead(run: PlanningRun) -> bool:
    """Did the run lose its worker?"""
    silence = clock.now() - run.beat_at
    return (run.state == "running" and silence > DEAD_AFTER) or (run.state == "queued" and silence > LOST_AFTER)


def describe_run(run: PlanningRun) -> RunProgress:
    """How far a run is, or how it ended, in the reader's language."""
    broken = run.state == "failed" or is_dead(run)
    alive = run.state in ("queued", "running") and not broken
    until = clock.now() if alive else run.ended_at or run.beat_at
    return RunProgress(
        sentence=_tell(run, alive, broken),
        alive=alive,
        broken=broken,
        done=run.done / run.total if alive and run.total else None,
        share=min(run.value / run.bound, 1.0) if run.value and run.bound else None,
        seconds=max(int((until - (run.begun_at or run.asked_at)).total_seconds()), 0),
    )


def _tell(run: PlanningRun, alive: bool, broken: bool) -> str:
    if broken:
        return gettext("Making the plan was broken off. What was published still counts. Start again.")
    if alive:
        return _tell_stage(run)
    if run.state == "stopped":
        return gettext("The planner was stopped; the plan is the best that it had until then.")
    return gettext("The plan is made.")


def _tell_stage(run: PlanningRun) -> str:
    if run.stop_asked:
        return gettext("Stopping with the best so far.")
    words = {
        "": gettext("The plan waits for its turn."),
        "read": gettext("Reading who comes."),
        "keeping": gettext("Keeping what everybody was told, where that is possible."),
        "filling": gettext("Filling the free seats."),
        "selecting": gettext("Choosing who talks to whom."),
        "timing": gettext("Giving every conversation its round."),
        "improving": gettext("Trying whether it can be better."),
        "naming": gettext("Giving the interpreters their conversations."),
        "waiting": gettext("Making the waits of the candidates shorter."),
        "walking": gettext("Making the ways of the interpreters shorter."),
        "explaining": gettext("Finding out why somebody has no conversation."),
    }
    return words.get(run.stage, gettext("Making the plan."))
