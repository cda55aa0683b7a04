"""A whole plan, as a planning run makes it: all rounds, everybody who comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from services.scheduling import planning
from services.scheduling.events.models import Event
from services.scheduling.planning.plan import Cancelled, Report
from services.scheduling.planning.plan import Plan as Made
from services.scheduling.planning.problem import Problem
from services.scheduling.timetable.explaining import Explained, Wish, explain_plan, read_wishes
from services.scheduling.timetable.keeping import keep_plan
from services.scheduling.timetable.models import Plan
from services.scheduling.timetable.questions import build_problem

TIME_LIMIT = 60.0
"""Seconds of solving."""


class Task(Protocol):
    """What a planning run does: read from the tables, then solved without them, then kept."""

    def solve(self, progress: Report, cancelled: Cancelled) -> Made:
        """Make the plan; the best so far for who cancels. Raises PlannerFailed."""
        ...

    def explain(self, made: Made) -> Explained:
        """What the plan leaves open, and why."""
        ...

    def keep(self, session: Session, event: Event, made: Made, explained: Explained) -> Plan:
        """Keep it as the event's next draft."""
        ...


@dataclass(frozen=True)
class WholePlan:
    """Everything anew."""

    problem: Problem
    wishes: Sequence[Wish]

    @classmethod
    def read(cls, session: Session, event: Event) -> "WholePlan":
        """The event as it is now."""
        return cls(build_problem(session, event), read_wishes(session, event))

    def solve(self, progress: Report, cancelled: Cancelled) -> Made:
        """Make the plan; the best so far for who cancels. Raises PlannerFailed."""
        return planning.solve(self.problem, time_limit=TIME_LIMIT, progress=progress, cancelled=cancelled)

    def explain(self, made: Made) -> Explained:
        """What the plan leaves open, and why."""
        return explain_plan(self.problem, made, self.wishes)

    def keep(self, session: Session, event: Event, made: Made, explained: Explained) -> Plan:
        """Keep it as the event's next draft."""
        return keep_plan(session, event, self.problem, made, explained)
