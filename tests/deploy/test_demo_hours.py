"""The demo at every hour: whenever somebody starts it, there is an event in which everybody can still do something."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from deploy.demo import scenes
from deploy.demo.commands import SEED
from deploy.demo.house import House, open_house
from deploy.demo.story import TIME_LEFT, ZONE, start_of_today, tell_story
from services.registration.events.models import Event
from services.registration.events.states import state_at
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import answer_invitation, send_again
from services.registration.stands import inviting
from services.registration.stands.rules import hold_stand, stand_states
from services.registration.stands.states import list_bookings, list_invited
from shared import clock
from shared.settings import SERVICES, Service, Settings
from tests.deploy.test_demo import Installation

MOMENTS = (
    "2027-03-28T00:30+01:00",  # the clocks go forward in this night
    "2026-12-10T19:30+01:00",
    "2026-11-30T22:15+01:00",  # the month ends
    "2026-12-31T23:45+01:00",  # the year ends
)


@pytest.fixture
def empty(
    new_database: Callable[[Service], str], all_settings: dict[Service, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without data; its settings stand in the environment. Plans need not be the best ones."""
    urls = {service: new_database(service) for service in SERVICES}
    Installation(urls).enter(all_settings["registration"], monkeypatch)
    monkeypatch.setattr(scenes, "SOLVING_SECONDS", 0.2)


@pytest.fixture(params=MOMENTS)
def house(empty: None, request: pytest.FixtureRequest) -> Iterator[House]:
    """The demo, told at one of the moments, at which it still is."""
    with clock.at(datetime.fromisoformat(request.param)), open_house(SEED) as told:
        tell_story(told)
        yield told


def invitations_of(house: House, event: Event, state: str) -> list[Invitation]:
    """The invitations in this state of people who have an e-mail address."""
    known = select(Invitation).where(Invitation.event_id == event.id, Invitation.state == state)
    return [one for one in house.registration.scalars(known) if one.candidate.email]


def test_everybody_can_do_something_at_every_hour(house: House) -> None:
    session, seed, minutes = house.registration, house.signing_seed, house.settings.hold_minutes
    past, today, coming = session.scalars(select(Event).order_by(Event.starts_at)).all()
    states = [(event.state, state_at(event, clock.now())) for event in (past, today, coming)]
    assert states == [("closed", "closed"), ("published", "published"), ("published", "published")]
    # Today's people are written to again, and may still say that they cannot come.
    accepted = invitations_of(house, today, "accepted")[0]
    send_again(session, accepted, seed)
    answer_invitation(session, accepted, "declined", seed, "candidate")
    assert accepted.state == "declined"
    booked = list_bookings(session, today.id)[0]
    inviting.send_again(session, today.id, booked.invitation_id)
    # For the coming event people say yes, and an employer who was asked takes a stand.
    asked = invitations_of(house, coming, "sent")[0]
    answer_invitation(session, asked, "accepted", seed, "candidate")
    free = [one.stand for one in stand_states(session, coming) if one.state == "free"]
    guest = next(one.invitation for one in list_invited(session, coming.id) if one.state == "invited")
    assert hold_stand(session, coming.id, guest.contact_id, free[0].id, minutes).state == "held"


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-12-10T02:00+01:00", "2026-12-10T09:00+01:00"),
        ("2026-12-10T10:05+01:00", "2026-12-10T11:00+01:00"),
        ("2026-12-10T10:30+01:00", "2026-12-10T11:00+01:00"),
        ("2026-12-10T19:30+01:00", "2026-12-10T20:00+01:00"),
        ("2026-12-10T19:30:30+01:00", "2026-12-11T09:00+01:00"),
        ("2026-12-10T21:00+01:00", "2026-12-11T09:00+01:00"),
        ("2026-12-10T23:45+01:00", "2026-12-11T09:00+01:00"),
        ("2026-12-31T23:59+01:00", "2027-01-01T09:00+01:00"),
        ("2026-07-10T08:59+02:00", "2026-07-10T09:30+02:00"),
        ("2027-03-27T22:30+01:00", "2027-03-28T09:00+02:00"),
    ],
)
def test_start_of_today(now: str, start: str) -> None:
    assert start_of_today(datetime.fromisoformat(now)) == datetime.fromisoformat(start)


@pytest.mark.parametrize("day", ["2026-11-22", "2026-12-31", "2027-03-28", "2027-10-31"])
def test_start_of_today_lies_ahead_in_the_daytime_at_every_minute(day: str) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00+00:00")
    for now in (midnight + timedelta(minutes=minute) for minute in range(24 * 60)):
        start = start_of_today(now)
        assert TIME_LEFT <= start - now <= timedelta(hours=14), now
        assert time(9) <= start.astimezone(ZONE).time() <= time(20), now
