"""Where who comes in goes first, by the plans that scheduling published."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.registration.door.models import FirstStop
from shared import clock
from shared.events import PlanPublished, Stop
from tests.factories.door import Door, make_door, scan
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


@pytest.fixture
def door(registration: ServiceUnderTest) -> Door:
    with registration.session() as session:
        return make_door(session, guests=2)


def a_plan(door: Door, version: int, *labels: str) -> PlanPublished:
    at = clock.now() + timedelta(minutes=10)
    stops = tuple(Stop(guest.id, label, at) for guest, label in zip(door.invitations, labels, strict=False))
    return PlanPublished(ORGANISATION_ID, door.event.id, version, stops, conversations=9, without_interpreter=0)


def labels(registration: ServiceUnderTest) -> list[str]:
    with registration.session() as session:
        return sorted(session.scalars(select(FirstStop.label)))


def test_phone_says_the_first_stop(registration: ServiceUnderTest, door: Door) -> None:
    plan = a_plan(door, 1, "4", "11 Їжак")
    registration.deliver(plan)
    with registration.session() as session:
        verdict = scan(session, door.device, door.text(1))
        assert (verdict.stop, verdict.stop_at) == ("11 Їжак", plan.first_stops[1].starts_at)
        again = scan(session, door.device, door.text(1))
        assert (again.verdict, again.stop) == ("already_in", None)


def test_newer_plan_takes_the_place_of_the_older(registration: ServiceUnderTest, door: Door) -> None:
    registration.deliver(a_plan(door, 1, "4", "5"))
    registration.deliver(a_plan(door, 2, "7"))
    assert labels(registration) == ["7"]


def test_plans_out_of_order_and_twice(registration: ServiceUnderTest, door: Door) -> None:
    newer, older = a_plan(door, 2, "7"), a_plan(door, 1, "4", "5")
    for plan in (newer, older, newer, older):
        registration.deliver(plan)
    assert labels(registration) == ["7"]


def test_plan_without_stops(registration: ServiceUnderTest, door: Door) -> None:
    registration.deliver(a_plan(door, 1, "4"))
    registration.deliver(a_plan(door, 2))
    assert labels(registration) == []


def test_plan_of_an_event_that_is_not_ours(registration: ServiceUnderTest, door: Door) -> None:
    registration.deliver(PlanPublished(ORGANISATION_ID, uuid.uuid4(), 1, (), 0, 0))
    assert labels(registration) == []
