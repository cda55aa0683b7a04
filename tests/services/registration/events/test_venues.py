"""Floor plans: drawn, redrawn, copied, and fixed once an event was published with them."""

import uuid
from dataclasses import fields, replace

import pytest

from services.registration.events.errors import (
    FloorPlanFixed,
    StandFault,
    StandLabelTwice,
    StandOutsideHall,
    StandsDoNotHold,
    StandsOverlap,
    VenueUnknown,
)
from services.registration.events.hall import FEATURES, HEIGHT, STANDS, WIDTH
from services.registration.events.models import FloorPlan
from services.registration.events.rules import cancel_event
from services.registration.events.venues import (
    StandDrawing,
    copy_floor_plan,
    find_faults,
    fixed_plans,
    load_floor_plan,
    redraw,
)
from tests.factories.events import make_event, make_venue
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest

ONE = StandDrawing("1", 0, 0, 100, 70)


def _drawings(plan: FloorPlan) -> list[StandDrawing]:
    return [
        StandDrawing(**{field.name: getattr(stand, field.name) for field in fields(StandDrawing)})
        for stand in plan.stands
    ]


def test_the_standard_hall_holds() -> None:
    stands = [StandDrawing(**place._asdict()) for place in STANDS]
    assert find_faults(WIDTH, HEIGHT, stands) == []
    assert [place.label for place in STANDS] == [str(number) for number in range(1, 13)]
    assert {feature["kind"] for feature in FEATURES} == {"area", "desk", "entrance"}


@pytest.mark.parametrize(("other", "fault"), [
    (replace(ONE, x=200), StandLabelTwice),
    (replace(ONE, label="2", x=550), StandOutsideHall),
    (replace(ONE, label="2", y=320), StandOutsideHall),
    (replace(ONE, label="2", x=99, y=69), StandsOverlap),
])  # fmt: skip
def test_find_faults_of_the_second_stand(other: StandDrawing, fault: type[StandFault]) -> None:
    (found,) = find_faults(WIDTH, HEIGHT, [ONE, other])
    assert (type(found), found.row) == (fault, 1)


def test_find_faults_lets_stands_touch() -> None:
    assert find_faults(WIDTH, HEIGHT, [ONE, replace(ONE, label="2", x=100), replace(ONE, label="3", y=70)]) == []


def test_redraw_moves_adds_removes_and_swaps_numbers(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        first, second, *rest = _drawings(plan)
        swapped = [
            replace(first, label="2"),
            replace(second, label="1"),
            *rest[:-1],
            StandDrawing("A", 156, 118, 60, 60, 3),
        ]
        redraw(session, plan, "Grote zaal", swapped)
    with registration.session() as session:
        plan = load_floor_plan(session, plan.venue_id, plan.id)
        assert plan.name == "Grote zaal"
        assert [stand.label for stand in plan.stands] == ["2", "1", *[str(n) for n in range(3, 12)], "A"]
        assert plan.stands[0].id == first.id
        assert plan.stands[-1].seats == 3


def test_redraw_with_faults_says_all(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        with pytest.raises(StandsDoNotHold) as caught:
            redraw(session, plan, "Hall", [ONE, ONE, replace(ONE, label="3", x=600)])
        assert [(fault.row, fault.field) for fault in caught.value.refusals] == [(1, "label"), (2, "x")]


def test_redraw_after_publishing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        venue = make_venue(session)
        plan = venue.floor_plans[0]
        event = make_event(session, venue=venue)
        with pytest.raises(FloorPlanFixed):
            redraw(session, plan, "Hall", [ONE])
        cancel_event(session, event)
        assert fixed_plans(session, [plan.id]) == {plan.id}


def test_redraw_while_all_events_are_drafts(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        venue = make_venue(session)
        cancel_event(session, make_event(session, venue=venue, published=False))
        redraw(session, venue.floor_plans[0], "Hall", [ONE])
        assert [stand.label for stand in venue.floor_plans[0].stands] == ["1"]


def test_copy_floor_plan_is_free_to_change(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        venue = make_venue(session)
        make_event(session, venue=venue)
        copy = copy_floor_plan(session, venue.floor_plans[0], "Hall 2")
        redraw(session, copy, "Hall 2", _drawings(copy)[:3])
        assert len(copy.stands) == 3
        assert len(venue.floor_plans[0].stands) == 12


def test_redraw_does_not_take_a_stand_of_another_plan(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan, other = make_venue(session).floor_plans[0], make_venue(session).floor_plans[0]
        redraw(session, plan, "Hall", [replace(ONE, id=other.stands[0].id)])
        assert plan.stands[0].id != other.stands[0].id
        assert len(other.stands) == 12


def test_load_floor_plan_of_another_venue_or_organisation(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan = make_venue(session).floor_plans[0]
        with pytest.raises(VenueUnknown):
            load_floor_plan(session, uuid.uuid4(), plan.id)
    with registration.session(STRANGER_ORGANISATION_ID) as session, pytest.raises(VenueUnknown):
        load_floor_plan(session, plan.venue_id, plan.id)
