"""The planner dies in the middle of its work: the organiser sees it, can start again, and nothing published changed."""

import os
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from deploy.servers.waiting import wait_for
from services.scheduling.events import rules as events
from services.scheduling.interpreters.rules import engage_interpreter
from services.scheduling.timetable.models import Conversation, Plan, PlanningRun
from shared import clock
from shared.events import Round, StandBooked
from tests.factories.scheduling import make_answer, make_facts, make_interpreter, make_stand
from tests.faults.conftest import DEADLINE, Running
from tests.visitor import Visitor

LANGUAGES = ("uk", "ru", "en", "nl")
BEGUN = 3
"""Rounds that have begun where the rest of the day is planned anew."""


class Planning:
    """An event that is large enough to be caught planning, with a small plan that was published."""

    def __init__(self, running: Running) -> None:
        self.running, self.event = running, make_facts(14)
        self.visitor = running.visitor()
        self.path = f"/scheduling/events/{self.event.event_id}/plan"
        self.button, self.typed = "make", dict[str, str]()
        self.told = self._publish()
        self._tell_people(150)

    def begin_day(self) -> None:
        """It is the day, some rounds have begun, and what is started from now on is planning the rest anew."""
        start = clock.now() - timedelta(minutes=15 * BEGUN - 10)
        slots = [start + timedelta(minutes=15 * number) for number in range(len(self.event.rounds))]
        rounds = tuple(Round(number, slot, slot + timedelta(minutes=12)) for number, slot in enumerate(slots))
        ends_at = rounds[-1].ends_at
        with self.running.session("scheduling") as session:
            events.keep_event(session, replace(self.event, version=2, starts_at=start, ends_at=ends_at, rounds=rounds))
        self.button, self.typed = "replan", {"leave_out_absent": "false"}

    def _publish(self) -> list[tuple[uuid.UUID, uuid.UUID, int]]:
        with self.running.session("scheduling") as session:
            events.keep_event(session, self.event)
            for number in range(30):
                events.keep_stand(session, self._stand(number))
            event = events.load_event(session, self.event.event_id)
            for number in range(5):
                engage_interpreter(session, event, make_interpreter(session, f"Tolk {number}"), range(14))
        self._tell_people(4)
        self.start()
        assert wait_for(lambda: self.run().state == "done", DEADLINE, pause=0.3), self.logs()
        plan_id = self.run().plan_id
        answer = self.visitor.post(f"/scheduling/plans/{plan_id}/publish", {}, page=self.path)
        assert answer.status_code == 303, answer.text
        return self.published()

    def _stand(self, number: int) -> StandBooked:
        return make_stand(self.event, str(number + 1), sector=("care", "food", "logistics")[number % 3])

    def _tell_people(self, count: int) -> None:
        with self.running.session("scheduling") as session:
            for number in range(count):
                languages = {LANGUAGES[number % 4]: "C1", LANGUAGES[(number // 2) % 4]: "B1"}
                sectors = (("care", "food", "logistics")[number % 3],)
                answer = make_answer(self.event, 1000 + count + number, languages=languages, sectors=sectors)
                events.keep_attendee(session, answer)

    def start(self) -> None:
        """Press the button."""
        assert self.press(self.visitor) == 303

    def press(self, visitor: Visitor) -> int:
        """What the button answers to this visitor."""
        page = f"{self.path}/replan" if self.button == "replan" else f"{self.path}/weights"
        return visitor.post(f"{self.path}/{self.button}", self.typed, page=page).status_code

    def run(self) -> PlanningRun:
        """The newest run."""
        newest = select(PlanningRun).where(PlanningRun.event_id == self.event.event_id)
        with self.running.session("scheduling") as session:
            found = session.scalar(newest.order_by(PlanningRun.asked_at.desc()).limit(1))
            assert found is not None
            session.expunge_all()
            return found

    def published(self, state: str = "published") -> list[tuple[uuid.UUID, uuid.UUID, int]]:
        """The conversations that count; or those of the draft, where there is one."""
        told = select(Conversation.invitation_id, Conversation.booking_id, Conversation.round).join(Plan)
        mine = told.where(Plan.event_id == self.event.event_id, Plan.state == state)
        with self.running.session("scheduling") as session:
            return sorted((row[0], row[1], row[2]) for row in session.execute(mine))

    def has_kept_the_past(self) -> bool:
        """Are the rounds of the draft that have begun as they were told?"""
        told, drafted = ([one for one in rows if one[2] < BEGUN] for rows in (self.told, self.published("draft")))
        return self.button == "make" or told == drafted

    def plans(self) -> int:
        with self.running.session("scheduling") as session:
            return len(session.scalars(select(Plan.id).where(Plan.event_id == self.event.event_id)).all())

    def child(self) -> int:
        """The planner's own process, once it is at work. Raises AssertionError when it never is."""
        found: list[int] = []

        def is_at_work() -> bool:
            found[:] = _planners(self.running.stack.control.states()["worker-planning"].pid)
            return bool(found) and self.run().stage not in ("", "read")

        assert wait_for(is_at_work, DEADLINE, pause=0.05), self.logs()
        return found[0]

    def page(self) -> str:
        return self.visitor.get(self.path).text

    def logs(self) -> str:
        return self.running.stack.logs("worker-planning")


def _planners(worker: int) -> list[int]:
    """The planner's processes under a worker."""
    parents: dict[int, int] = {}
    planners = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if b"services.scheduling.planning.child" in (folder / "cmdline").read_bytes():
                    planners.append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue

    def is_under(process: int) -> bool:
        while process in parents and process != worker:
            process = parents[process]
        return process == worker

    return [one for one in planners if is_under(one)]


@pytest.fixture(params=["plan", "replan"])
def planning(running: Running, request: pytest.FixtureRequest) -> Iterator[Planning]:
    """A planner that can be caught at work, on all rounds or on those that are left of the day."""
    found = Planning(running)
    if request.param == "replan":
        found.begin_day()
    yield found
    assert found.published() == found.told


def test_planner_killed_alone_is_seen_at_once_and_can_be_started_again(planning: Planning) -> None:
    planning.start()
    os.kill(planning.child(), signal.SIGKILL)
    assert wait_for(lambda: planning.run().state == "failed", DEADLINE, pause=0.1), planning.logs()
    assert "was broken off" in planning.page()
    assert planning.plans() == 1
    planning.start()
    planning.child()
    planning.visitor.post(planning.path + "/stop", {}, page=planning.path)
    assert wait_for(lambda: planning.run().state == "stopped", DEADLINE, pause=0.2), planning.logs()
    assert planning.plans() == 2
    assert "Publish the plan" in planning.page()
    assert planning.has_kept_the_past()


def test_worker_killed_takes_the_planner_along_and_the_organiser_can_start_again(planning: Planning) -> None:
    planning.start()
    child = planning.child()
    planning.running.stack.kill("worker-planning")
    assert wait_for(lambda: not Path(f"/proc/{child}").exists(), DEADLINE, pause=0.1)
    assert wait_for(lambda: "was broken off" in planning.page(), DEADLINE, pause=0.5), planning.run().state
    planning.running.stack.mend()
    planning.start()
    planning.child()
    planning.visitor.post(planning.path + "/stop", {}, page=planning.path)
    assert wait_for(lambda: planning.run().state == "stopped", DEADLINE, pause=0.2), planning.logs()
    assert planning.plans() == 2
    assert planning.has_kept_the_past()


def test_two_starts_at_once_give_one_plan(planning: Planning) -> None:
    visitors = [planning.running.visitor() for _ in range(2)]
    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(planning.press, visitors)) == [303, 409]
    planning.child()
    planning.visitor.post(planning.path + "/stop", {}, page=planning.path)
    assert wait_for(lambda: planning.run().state == "stopped", DEADLINE, pause=0.2), planning.logs()
    assert planning.plans() == 2
