"""Pages about events, as an organiser uses them."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.registration.events.models import Event
from shared import clock
from shared.events import EventCancelled, EventChanged, EventPublished
from tests.factories.events import AMSTERDAM, make_event, make_venue
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form


def _typed(plan_id: uuid.UUID, **other: Any) -> dict[str, Any]:
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    usual = {"name": "Meet & Greet Їжакевич-Ґалаґан", "floor_plan_id": str(plan_id), "date": day, "start": "13:00",
             "end": "16:30", "first_round": "13:15", "rounds": "12", "round_minutes": "12", "walk_minutes": "3",
             "time_zone": "Europe/Amsterdam", "capacity": ""}  # fmt: skip
    return {**usual, **other}


def _events(registration: ServiceUnderTest) -> list[Event]:
    with registration.session() as session:
        return list(session.scalars(select(Event)))


def test_home_of_a_stranger_asks_to_sign_in(registration: ServiceUnderTest) -> None:
    answer = registration.client().get("/")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_home_invites_to_make_the_first_event(registration: ServiceUnderTest) -> None:
    page = registration.signed_in().get("/").get_data(as_text=True)
    assert "Make the first event" in page
    assert "Make the first event" not in registration.signed_in("desk").get("/").get_data(as_text=True)


def test_home_lists_what_is_next_first(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        venue = make_venue(session)
        for name, days in (("Later", 30), ("Sooner", 2), ("Before", -20)):
            # Days of the event's calendar: two of them are not always 48 hours.
            start = clock.now().astimezone(AMSTERDAM) + timedelta(days=days)
            make_event(session, name=name, starts_at=start, venue=venue, published=days > 0)
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        make_event(session, name="Not ours")
    page = registration.signed_in().get("/").get_data(as_text=True)
    assert page.index("Sooner") < page.index("Later")
    assert "Not ours" not in page
    assert "in 2 days" in page


def test_home_takes_as_many_queries_for_many_events(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        for _ in range(3):
            make_event(session)
    few = count_queries(registration, "/")
    with registration.session() as session:
        for _ in range(27):
            make_event(session)
    assert count_queries(registration, "/") == few


def test_new_event_without_a_venue_leads_to_one(registration: ServiceUnderTest) -> None:
    page = registration.signed_in().get("/events/new").get_data(as_text=True)
    assert "/venues/new" in page


def test_new_event_is_a_draft(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan_id = make_venue(session).floor_plans[0].id
    answer = post_form(registration.signed_in(), "/events/new", _typed(plan_id))
    (event,) = _events(registration)
    assert (answer.status_code, answer.location) == (303, f"/events/{event.id}")
    assert (event.name, event.state, event.rounds) == ("Meet & Greet Їжакевич-Ґалаґан", "draft", 12)
    assert event.ends_at - event.starts_at == timedelta(hours=3, minutes=30)


def test_new_event_with_every_fault_says_all_and_loses_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan_id = make_venue(session).floor_plans[0].id
    typed = _typed(plan_id, name="", start="14:00", end="13:00", rounds="99", capacity="veel", date="2020-02-03")
    answer = post_form(registration.signed_in(), "/events/new", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for sentence in (
        "Fill in the name of the event.",
        "The end must be later than the start.",
        "Fill in a whole number from 0 to 60.",
        "Fill in a whole number from 1 to 100000.",
        "This moment has passed.",
    ):
        assert sentence in page
    for kept in ('value="14:00"', 'value="veel"', 'value="99"', 'value="2020-02-03"', f'value="{plan_id}" selected'):
        assert kept in page
    assert _events(registration) == []


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("date", "tomorrow", "Fill in a date."),
        ("date", "9999-12-31", "Fill in a date in this century."),
        ("date", "0001-01-01", "Fill in a date in this century."),
        ("start", "25:00", "Fill in a time, such as 13:00."),
        ("rounds", str(2**31), "Fill in a whole number from 0 to 60."),
        ("rounds", "13.5", "Fill in a whole number from 0 to 60."),
        ("time_zone", "Mars/Olympus", "This choice is not in the list."),
        ("time_zone", "../../etc/passwd", "This choice is not in the list."),
        ("floor_plan_id", "0b5cd1c3-8d63-4c0f-9f2c-6f1d3f0b7a11", "This choice is not in the list."),
        ("name", "a" * 201, "Fill in at most 200 characters."),
    ],
)
def test_new_event_with_one_fault(registration: ServiceUnderTest, field: str, typed: str, sentence: str) -> None:
    with registration.session() as session:
        plan_id = make_venue(session).floor_plans[0].id
    answer = post_form(registration.signed_in(), "/events/new", _typed(plan_id, **{field: typed}))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_new_event_at_a_time_that_does_not_exist(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan_id = make_venue(session).floor_plans[0].id
    march = date(clock.now().year + 1, 3, 31)
    last_sunday = march - timedelta(days=(march.weekday() + 1) % 7)
    typed = _typed(plan_id, date=last_sunday.isoformat(), start="02:15", first_round="02:30", end="06:30")
    page = post_form(registration.signed_in(), "/events/new", typed).get_data(as_text=True)
    assert "the clock goes forward in that hour" in page


def test_rounds_follow_from_what_is_filled_in(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        plan_id = make_venue(session).floor_plans[0].id
    client = registration.signed_in()
    page = post_form(client, "/events/rounds", _typed(plan_id, rounds="3"), page="/events/new").get_data(as_text=True)
    assert "3 rounds" in page
    assert "13:45–13:57" in page
    page = post_form(client, "/events/rounds", _typed(plan_id, start="x"), page="/events/new").get_data(as_text=True)
    assert "once date and times are filled in" in page


def test_publish_then_move_then_cancel(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, published=False)
    client = registration.signed_in()
    assert post_form(client, f"/events/{event.id}/publish", {}, page="/events/new").status_code == 303
    assert len(registration.outbox(EventPublished)) == 1
    page = client.get(f"/events/{event.id}/move").get_data(as_text=True)
    day = (event.starts_at + timedelta(days=1)).date().isoformat()
    typed = {"date": day, "start": "12:00", "end": "15:30", "first_round": "12:15", "rounds": "10"}
    assert "Everybody who was told" in page
    answer = post_form(client, f"/events/{event.id}/move", typed)
    assert answer.status_code == 303
    (changed,) = registration.outbox(EventChanged)
    assert changed.moved
    assert post_form(client, f"/events/{event.id}/cancel", {}).status_code == 303
    assert len(registration.outbox(EventCancelled)) == 1
    again = post_form(client, f"/events/{event.id}/publish", {}, page="/events/new")
    assert again.status_code == 409
    assert "was cancelled" in again.get_data(as_text=True)


def test_move_with_faults_loses_nothing(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session)
    typed = {"date": "2020-01-02", "start": "12:00", "end": "11:00", "first_round": "12:15", "rounds": "10"}
    answer = post_form(registration.signed_in(), f"/events/{event.id}/move", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This moment has passed." in page
    assert "The end must be later than the start." in page
    assert 'value="11:00"' in page
    assert registration.outbox(EventChanged) == []


def test_edit_of_a_published_event_cannot_move_it(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session), make_venue(session)
        other_plan = other.floor_plans[0].id
    typed = _typed(other_plan, name="New name", date="2030-01-01", start="09:00", rounds="8")
    answer = post_form(registration.signed_in(), f"/events/{event.id}/edit", typed)
    assert answer.status_code == 303
    (changed,) = registration.outbox(EventChanged)
    assert (changed.moved, changed.event.name, len(changed.event.rounds)) == (False, "New name", 8)
    assert changed.event.starts_at == event.starts_at


def test_edit_of_a_draft_changes_everything(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event, other = make_event(session, published=False), make_venue(session)
        other_id, plan_id = other.id, other.floor_plans[0].id
    client = registration.signed_in()
    assert 'name="date"' in client.get(f"/events/{event.id}/edit").get_data(as_text=True)
    assert post_form(client, f"/events/{event.id}/edit", _typed(plan_id, capacity="80")).status_code == 303
    (event,) = _events(registration)
    assert (event.venue_id, event.capacity) == (other_id, 80)
    assert isinstance(event.starts_at, datetime)


@pytest.mark.parametrize("path", ["edit", "move", "cancel"])
def test_pages_of_an_event_of_another_organisation(registration: ServiceUnderTest, path: str) -> None:
    with registration.session(STRANGER_ORGANISATION_ID) as session:
        event = make_event(session)
    client = registration.signed_in()
    assert client.get(f"/events/{event.id}/{path}").status_code == 404
    assert post_form(client, f"/events/{event.id}/{path}", {}, page="/events/new").status_code == 404


def test_making_events_is_for_organisers(registration: ServiceUnderTest) -> None:
    for role in ("door", "desk", "case_worker", "admin"):
        assert registration.signed_in(role).get("/events/new").status_code == 403
    assert registration.signed_in("organiser").get("/events/new").status_code == 200


def test_archive_of_a_closed_event(registration: ServiceUnderTest) -> None:
    with registration.session() as session:
        event = make_event(session, starts_at=clock.now() - timedelta(hours=4), hours=3, published=False)
        event.state = "running"
    client = registration.signed_in()
    assert post_form(client, f"/events/{event.id}/archive", {}, page="/events/new").status_code == 303
    assert _events(registration)[0].state == "archived"
