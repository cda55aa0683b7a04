"""What registration told, each at its newest version, whatever comes when."""

import random
from dataclasses import replace

import pytest

from services.notifications.events.errors import EventUnknown
from services.notifications.events.models import Event, Organisation
from services.notifications.events.rules import load_event
from shared.events import EventCancelled, EventChanged, EventPublished
from tests.factories.notifications import facts, move, organisation, tell
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest


def _event(service: ServiceUnderTest, event_id: object) -> Event:
    with service.session() as session:
        return session.get_one(Event, event_id)


def test_event_is_kept_with_name_time_and_place(notifications: ServiceUnderTest) -> None:
    told = tell(notifications, facts())
    event = _event(notifications, told.event_id)
    assert (event.name, event.starts_at, event.ends_at) == (told.name, told.starts_at, told.ends_at)
    assert event.place == "Stadsloket Zuid, Beatrixlaan 12, Utrecht"
    assert not event.cancelled
    assert event.moved_at is None


@pytest.mark.parametrize("seed", range(5))
def test_events_five_times_and_in_any_order_end_at_the_newest(notifications: ServiceUnderTest, seed: int) -> None:
    first = facts()
    second, third = move(first), replace(move(move(first)), name="Newest")
    told = [EventPublished(first), EventChanged(second, moved=True), EventChanged(third, moved=False)] * 5
    random.Random(seed).shuffle(told)
    notifications.deliver_all(told)
    event = _event(notifications, first.event_id)
    assert (event.version, event.name, event.starts_at) == (3, "Newest", third.starts_at)


def test_cancelled_event_stays_cancelled_when_older_news_comes_late(notifications: ServiceUnderTest) -> None:
    first = tell(notifications, facts())
    # The event itself says that it is cancelled, whatever state its facts were written down in.
    notifications.deliver(EventCancelled(replace(first, version=3)))
    notifications.deliver(EventChanged(move(first), moved=True))
    assert _event(notifications, first.event_id).cancelled


def test_news_that_is_no_move_leaves_when_it_last_moved(notifications: ServiceUnderTest) -> None:
    first = tell(notifications, facts())
    notifications.deliver(EventChanged(move(first), moved=True))
    moved_at = _event(notifications, first.event_id).moved_at
    assert moved_at is not None
    notifications.deliver(EventChanged(replace(move(first), version=3, name="Other"), moved=False))
    event = _event(notifications, first.event_id)
    assert (event.name, event.moved_at) == ("Other", moved_at)


def test_region_is_kept_at_its_newest(notifications: ServiceUnderTest) -> None:
    newest = organisation(version=4, name="Newest")
    for told in (newest, organisation(), organisation(version=2, name="Older"), newest):
        notifications.deliver(told)
    with notifications.session() as session:
        assert session.get_one(Organisation, newest.organisation_id).name == "Newest"


def test_event_of_another_region_is_unknown(notifications: ServiceUnderTest) -> None:
    told = tell(notifications, facts())
    with pytest.raises(EventUnknown), notifications.session(STRANGER_ORGANISATION_ID) as session:
        load_event(session, told.event_id)
