"""What the overview gathers, and the figures of the published plan."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.registration.events.errors import EventUnknown
from services.registration.overview.models import PlanFigures
from services.registration.overview.rules import answers_of_week, load_overview
from shared import clock
from shared.events import InterpretersLost, PlanPublished
from tests.factories import invitations, stands
from tests.factories.accounts import make_device
from tests.factories.events import make_event
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, ServiceUnderTest


def _plan(event_id: uuid.UUID, version: int, without: int = 3) -> PlanPublished:
    return PlanPublished(ORGANISATION_ID, event_id, version, (), 214, without)


def _figures(registration: ServiceUnderTest) -> list[tuple[int, int]]:
    with registration.session() as session:
        return [(row.version, row.without_interpreter) for row in session.scalars(select(PlanFigures))]


def test_load_overview_counts_what_the_rooms_know(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        for label in ("1", "2"):
            stands.make_booking(session, stands.make_invitation(session, event), label)
        stands.make_hold(session, stands.make_invitation(session, event), "9")
        invitations.make_invitations(session, 3, event=event, answers=("accepted", "declined", ""))
        make_device(session, event.id)
    with registration.session() as session:
        overview = load_overview(session, event.id)
    assert (overview.booked.booked, overview.booked.held, overview.booked.free) == (2, 1, 9)
    assert [one.state for one in overview.stands if one.stand.label in {"1", "2", "9"}] == ["taken", "taken", "held"]
    assert (overview.invited.invited, overview.invited.coming, overview.invited.declined) == (3, 1, 1)
    assert (overview.state, overview.phones, overview.plan) == ("published", 1, None)
    assert overview.days_left == 18
    assert overview.plan_due == overview.day - timedelta(days=2)


def test_answers_of_week_has_every_day(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
        invitations.make_invitations(session, 4, event=event, answers=("accepted", "declined", ""))
        overview = load_overview(session, event.id)
    days = answers_of_week(overview)
    assert len(days) == 7
    assert days[-1] == (overview.today, 3)
    assert all(isinstance(day, date) and figure == 0 for day, figure in days[:-1])


def test_load_overview_of_another_organisation(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        event = make_event(session)
    with registration.session() as session, pytest.raises(EventUnknown):
        load_overview(session, event.id)


def test_plan_figures_keep_the_newest_version(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    assert registration.deliver(_plan(event.id, 1))
    assert registration.deliver(_plan(event.id, 3, without=1))
    assert registration.deliver(_plan(event.id, 2, without=9))
    assert _figures(registration) == [(3, 1)]


def test_plan_figures_the_same_delivery_five_times(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    event_id = uuid.uuid4()
    handled = [registration.deliver(_plan(event.id, 1), event_id) for _ in range(5)]
    assert handled == [True, False, False, False, False]
    assert _figures(registration) == [(1, 3)]


def test_plan_figures_of_an_event_that_is_not_there(registration: ServiceUnderTest) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        theirs = make_event(session)
    registration.deliver(_plan(uuid.uuid4(), 1))
    registration.deliver(_plan(theirs.id, 1))
    assert _figures(registration) == []


def test_state_follows_the_clock_without_a_job(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, starts_at=clock.now() - timedelta(minutes=1))
        assert load_overview(session, event.id).state == "running"


def _lost(event_id: uuid.UUID, version: int, conversations: int, ago: int = 0) -> InterpretersLost:
    return InterpretersLost(ORGANISATION_ID, event_id, version, conversations, clock.now() - timedelta(minutes=ago))


def _count_lost(registration: ServiceUnderTest, event_id: uuid.UUID) -> int:
    with registration.session() as session:
        return load_overview(session, event_id).lost


def test_lost_interpreters_are_told_of_the_plan_that_counts(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    # In whichever order they come: the number first, and then the plan that it is about.
    registration.deliver(_lost(event.id, 2, 7))
    registration.deliver(_plan(event.id, 1))
    assert _count_lost(registration, event.id) == 0
    registration.deliver(_plan(event.id, 2))
    assert _count_lost(registration, event.id) == 7
    registration.deliver(_lost(event.id, 2, 9, ago=5))
    assert _count_lost(registration, event.id) == 7
    registration.deliver(_plan(event.id, 3))
    assert _count_lost(registration, event.id) == 0


def test_lost_interpreters_need_the_organiser(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    registration.deliver(_plan(event.id, 1, without=0))
    registration.deliver(_lost(event.id, 1, 1))
    page = registration.signed_in().get(f"/events/{event.id}").get_data(as_text=True)
    assert "1 conversation has no interpreter any more." in page
    assert "conversation that lost its interpreter" in page
    registration.deliver(_lost(event.id, 1, 0))
    assert "no interpreter any more" not in registration.signed_in().get(f"/events/{event.id}").get_data(as_text=True)


def test_lost_interpreters_of_an_event_that_is_not_there(registration: ServiceUnderTest) -> None:
    assert registration.deliver(_lost(uuid.uuid4(), 1, 3))
