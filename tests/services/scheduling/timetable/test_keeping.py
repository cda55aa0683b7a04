"""A plan is kept as it was made, whatever was corrected meanwhile; then it says that it is outdated."""

from dataclasses import replace

import pytest

from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.rules import change_interpreter, load_interpreter
from services.scheduling.planning.problem import Level
from services.scheduling.timetable import rules
from services.scheduling.timetable.errors import PlanOutdated
from services.scheduling.timetable.keeping import language_spoken
from services.scheduling.timetable.making import WholePlan
from services.scheduling.timetable.models import Plan
from tests.factories.scheduling import World, tell_world
from tests.service_under_test import ServiceUnderTest
from tests.services.scheduling.timetable.asking import arguments


def read(service: ServiceUnderTest, world: World) -> WholePlan:
    with service.session() as session:
        return WholePlan.read(session, load_event(session, world.event.event_id))


def keep(service: ServiceUnderTest, world: World, task: WholePlan) -> Plan:
    made = task.solve(lambda _: None, lambda: False)
    with service.session() as session:
        event = load_event(session, world.event.event_id)
        return rules.load_plan(session, task.keep(session, event, made, task.explain(made)).id)


def assert_outdated(service: ServiceUnderTest, plan: Plan) -> None:
    with pytest.raises(PlanOutdated), service.session() as session:
        rules.publish_plan(session, plan.id)


def correct_everybody(service: ServiceUnderTest, world: World, version: int, language: str) -> None:
    for answer in world.answers:
        service.deliver(replace(answer, version=version, languages={language: "C1"}))


@pytest.mark.parametrize("before", ["uk", "nl"])  # with an interpreter, and without
def test_languages_corrected_while_the_plan_is_made_do_not_lose_it(scheduling: ServiceUnderTest, before: str) -> None:
    world = tell_world(scheduling, stands=2, candidates=2)
    correct_everybody(scheduling, world, 2, before)
    task = read(scheduling, world)
    correct_everybody(scheduling, world, 3, "so")
    plan = keep(scheduling, world, task)
    assert {(one.language, one.interpreter_id is None) for one in plan.conversations} == {(before, before == "nl")}
    assert_outdated(scheduling, plan)


def test_pairs_corrected_while_the_plan_is_made_do_not_lose_it(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=2, candidates=2)
    task = read(scheduling, world)
    with scheduling.session() as session:
        for number, one in enumerate(world.interpreters):
            details = arguments(email=f"t{number}@tolk.example", pairs=[("so", "nl", "C1")])
            change_interpreter(session, load_interpreter(session, one), **details)
    plan = keep(scheduling, world, task)
    assert plan.conversations
    assert_outdated(scheduling, plan)


def test_language_is_the_one_that_both_know_best() -> None:
    candidate, stand = {"uk": Level.C2, "en": Level.B1, "nl": Level.B2}, {"en": Level.C2, "nl": Level.C1}
    assert language_spoken(candidate, stand, None) == "nl"
    assert language_spoken(candidate, stand, [("ru", "nl"), ("uk", "nl")]) == "uk"


def test_language_that_the_stand_hardly_knows_is_not_interpreted_into(scheduling: ServiceUnderTest) -> None:
    world = tell_world(scheduling, stands=1, candidates=1, interpreters=1)
    scheduling.deliver(replace(world.answers[0], version=2, languages={"ru": "C2", "uk": "B2"}))
    scheduling.deliver(replace(world.stands[0], version=2, languages={"nl": "C2", "en": "A1"}))
    with scheduling.session() as session:
        details = arguments(pairs=[("ru", "en", "C1"), ("uk", "nl", "C1")])
        change_interpreter(session, load_interpreter(session, world.interpreters[0]), **details)
    plan = keep(scheduling, world, read(scheduling, world))
    assert [one.language for one in plan.conversations] == ["uk"]
