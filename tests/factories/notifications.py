"""What the other services tell notifications: events and commands, with sensible values."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared import clock
from shared.events import (
    CancelCalendarEntry,
    EventCancelled,
    EventChanged,
    EventFacts,
    EventPublished,
    OrganisationChanged,
    Person,
    PutCalendarEntry,
    SendMessage,
)
from tests.service_under_test import ORGANISATION_ID, ORGANISATION_NAME, ServiceUnderTest

MAILBOX = "meetgreet@rijnenvecht.example"
LINK_ID = uuid.UUID("33333333-3333-4333-8333-333333333333")


def organisation(organisation_id: uuid.UUID = ORGANISATION_ID, **changes: Any) -> OrganisationChanged:
    """The region of most tests."""
    told = OrganisationChanged(organisation_id, 1, ORGANISATION_NAME, MAILBOX)
    return replace(told, **changes)


def facts(**changes: Any) -> EventFacts:
    """A Meet & Greet of three and a half hours, 40 days from now at noon UTC."""
    starts_at = changes.pop("starts_at", None) or (clock.now() + timedelta(days=40)).replace(
        hour=12, minute=0, second=0, microsecond=0
    )
    told = EventFacts(
        event_id=uuid.uuid4(),
        organisation_id=ORGANISATION_ID,
        version=1,
        kind="meet_and_greet",
        name="Meet & Greet Stadsloket Zuid",
        state="published",
        time_zone="Europe/Amsterdam",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3, minutes=30),
        venue="Stadsloket Zuid",
        address="Beatrixlaan 12, Utrecht",
        route="Tram 22, halte Beatrixlaan",
    )
    return replace(told, **changes)


def person(kind: str = "candidate", **changes: Any) -> Person:
    """Somebody with an address of their own."""
    person_id = uuid.uuid4()
    told = Person(kind, person_id, "Оксана Гриценко", "uk", f"{person_id.hex[:8]}@example.org")
    return replace(told, **changes)


VALUES: dict[str, dict[str, Any]] = {
    "employer_invited": {"employer": "Zorggroep De Linde"},
    "stand_confirmed": {"employer": "Zorggroep De Linde", "stand": "4", "vacancies": ["Helpende thuiszorg"]},
    "stand_cancelled": {"stand": "4"},
    "candidate_invited": {"number": 112, "readable_name": "Oksana Hrytsenko"},
    "invitation_answered": {"answer": "accepted"},
    "timetable_candidate": {"stops": []},
    "timetable_employer": {"stops": []},
}


def send_message(event: EventFacts, template: str = "candidate_invited", **changes: Any) -> SendMessage:
    """A command to tell a candidate something."""
    told = SendMessage(
        message_id=uuid.uuid4(),
        organisation_id=event.organisation_id,
        template=template,
        person=changes.pop("person", None) or person(),
        values=VALUES.get(template, {}),
        event_id=event.event_id,
        link_id=LINK_ID,
    )
    return replace(told, **changes)


def put_entry(event: EventFacts, **changes: Any) -> PutCalendarEntry:
    """A command to put the entry of an employer's stand."""
    told = PutCalendarEntry(
        message_id=uuid.uuid4(),
        organisation_id=event.organisation_id,
        event_id=event.event_id,
        person=changes.pop("person", None) or person("contact", name="Jan de Vries", language="nl"),
        key="stand",
        version=1,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        template="stand_confirmed",
        values=VALUES["stand_confirmed"],
        link_id=LINK_ID,
    )
    return replace(told, **changes)


def cancel_entry(put: PutCalendarEntry, **changes: Any) -> CancelCalendarEntry:
    """A command to take that entry away again."""
    told = CancelCalendarEntry(
        message_id=uuid.uuid4(),
        organisation_id=put.organisation_id,
        event_id=put.event_id,
        person=put.person,
        key=put.key,
        version=put.version + 1,
        template="stand_cancelled",
        values={"stand": "4"},
    )
    return replace(told, **changes)


def move(event: EventFacts, by: timedelta = timedelta(days=1), **changes: Any) -> EventFacts:
    """The event at another time, one version later."""
    later = {"starts_at": event.starts_at + by, "ends_at": event.ends_at + by, "version": event.version + 1}
    return replace(event, **{**later, **changes})


def tell(service: ServiceUnderTest, event: EventFacts) -> EventFacts:
    """Let the service hear of the region and the published event."""
    service.deliver(organisation(event.organisation_id))
    service.deliver(EventPublished(event))
    return event


def tell_moved(service: ServiceUnderTest, event: EventFacts) -> EventFacts:
    """Let the service hear that the event moved."""
    service.deliver(EventChanged(event, moved=True))
    return event


def tell_cancelled(service: ServiceUnderTest, event: EventFacts) -> EventFacts:
    """Let the service hear that the event was cancelled."""
    cancelled = replace(event, version=event.version + 1, state="cancelled")
    service.deliver(EventCancelled(cancelled))
    return cancelled


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
