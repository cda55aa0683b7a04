"""What contacts answer in their calendars is shown beside the booking, and gives up no stand."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from services.registration.events.rules import change_event, lock_event
from services.registration.stands.attending import load_attending
from services.registration.stands.models import EmployerInvitation
from services.registration.stands.states import list_bookings
from shared import clock
from shared.events import CalendarEntryAnswered, PutCalendarEntry
from tests.factories.events import make_event, make_times
from tests.factories.stands import make_booking, make_invitation
from tests.service_under_test import ORGANISATION_ID, ServiceUnderTest


@pytest.fixture
def declined(registration: ServiceUnderTest) -> CalendarEntryAnswered:
    """A contact with a booked stand says no in the calendar; not delivered yet."""
    with registration.session() as session:
        make_booking(session, make_invitation(session, make_event(session)))
    put = registration.outbox(PutCalendarEntry)[-1]
    return CalendarEntryAnswered(
        organisation_id=ORGANISATION_ID,
        event_id=put.event_id,
        person_kind="contact",
        person_id=put.person.id,
        key=put.key,
        version=put.version,
        answer="declined",
        comment="Te druk <i>sorry</i>",
        answered_at=clock.now(),
    )


def _invitation(service: ServiceUnderTest, said: CalendarEntryAnswered) -> EmployerInvitation:
    with service.session() as session:
        return load_attending(session, said.event_id, said.person_id)


def test_a_no_is_shown_and_the_stand_stays_booked(
    registration: ServiceUnderTest, declined: CalendarEntryAnswered
) -> None:
    registration.deliver(declined)
    with registration.session() as session:
        assert [one.state for one in list_bookings(session, declined.event_id)] == ["confirmed"]
    client, address = registration.signed_in(), f"/events/{declined.event_id}/employers"
    assert "declined in the calendar" in client.get(address).get_data(as_text=True)
    page = client.get(f"{address}/{_invitation(registration, declined).id}").get_data(as_text=True)
    assert "ask whether they still come" in page
    assert "<i>sorry" not in page


def test_the_newest_answer_counts_in_whatever_order_they_come(
    registration: ServiceUnderTest, declined: CalendarEntryAnswered
) -> None:
    newer = replace(declined, answer="accepted", answered_at=declined.answered_at + timedelta(seconds=1))
    for said in (newer, declined, newer):
        registration.deliver(said)
    assert _invitation(registration, declined).calendar_answer == "accepted"


def test_a_move_asks_anew_and_an_answer_to_before_counts_no_more(
    registration: ServiceUnderTest, declined: CalendarEntryAnswered
) -> None:
    registration.deliver(declined)
    with registration.session() as session:
        event = lock_event(session, declined.event_id)
        change_event(session, event, times=make_times(event.starts_at + timedelta(days=1)))
    assert _invitation(registration, declined).calendar_answer is None
    registration.deliver(replace(declined, answered_at=declined.answered_at + timedelta(seconds=1)))
    assert _invitation(registration, declined).calendar_answer is None
    put = registration.outbox(PutCalendarEntry)[-1]
    later = declined.answered_at + timedelta(seconds=2)
    registration.deliver(replace(declined, version=put.version, answered_at=later))
    assert _invitation(registration, declined).calendar_answer == "declined"


@pytest.mark.parametrize("changes", [{"person_id": uuid.UUID(int=1)}, {"key": "visit"}, {"event_id": uuid.UUID(int=2)}])
def test_an_answer_of_somebody_else_changes_nothing(
    registration: ServiceUnderTest, declined: CalendarEntryAnswered, changes: dict[str, object]
) -> None:
    registration.deliver(replace(declined, **changes))
    assert _invitation(registration, declined).calendar_answer is None
