"""Keeping what registration tells, newest version only, and reading it back.

Registration is the owner of these facts. Every keeper below ignores a version that it has overtaken, so that
events may come twice and in any order.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.events.errors import EventOver, EventUnknown
from services.scheduling.events.models import Arrival, Attendee, Event, Organisation, Stand
from shared import clock
from shared.events import (
    CandidateArrived,
    EventFacts,
    InvitationAnswered,
    OrganisationChanged,
    Person,
    Round,
    StandBooked,
    StandCancelled,
)


def keep_organisation(session: Session, event: OrganisationChanged) -> None:
    """Remember a region's name and mailbox."""
    row = {"id": event.organisation_id, "version": event.version, "name": event.name, "mailbox": event.mailbox}
    _keep_newest(session, Organisation, row)


def keep_event(session: Session, facts: EventFacts) -> bool:
    """Remember an event; False when a newer version was known already."""
    row = {**asdict(facts), "rounds": msgspec.to_builtins(facts.rounds)}
    row["id"] = row.pop("event_id")
    del row["latitude"], row["longitude"]  # for maps and calendars, which are others' to write
    return _keep_newest(session, Event, row)


def keep_stand(session: Session, event: StandBooked) -> bool:
    """Remember a booked stand."""
    row = {
        "id": event.booking_id,
        "organisation_id": event.organisation_id,
        "event_id": event.event_id,
        "version": event.version,
        "cancelled": False,
        "label": event.label,
        "seats": event.seats,
        "x": event.x,
        "y": event.y,
        "employer_id": event.employer_id,
        "employer": event.employer,
        "contact": msgspec.to_builtins(event.contact),
        "languages": event.languages,
        "vacancies": msgspec.to_builtins(event.vacancies),
        "link_id": event.link_id,
    }
    return _keep_newest(session, Stand, row)


def keep_cancelled_stand(session: Session, event: StandCancelled) -> bool:
    """Remember that a booking was given up, also when its StandBooked is still on the way."""
    row = {
        "id": event.booking_id,
        "organisation_id": event.organisation_id,
        "event_id": event.event_id,
        "version": event.version,
        "cancelled": True,
    }
    blank = {"label": "", "seats": 0, "x": 0, "y": 0, "employer": "", "languages": {}, "vacancies": []}
    return _keep_newest(session, Stand, row, only_new=blank)


def keep_attendee(session: Session, event: InvitationAnswered) -> bool:
    """Remember what a candidate answered and what planning needs to know."""
    row = {
        "id": event.invitation_id,
        "organisation_id": event.organisation_id,
        "event_id": event.event_id,
        "version": event.version,
        "state": event.state,
        "number": event.number,
        "candidate_id": event.candidate.id,
        "candidate": msgspec.to_builtins(event.candidate),
        "readable_name": event.readable_name,
        "languages": event.languages,
        "sectors": list(event.sectors),
        "did_sectors": list(event.did_sectors),
        "hours": event.hours,
        "school_hours": event.school_hours,
        "wished_employers": list(event.wished_employers),
        "first_round": event.first_round,
        "last_round": event.last_round,
        "link_id": event.link_id,
    }
    return _keep_newest(session, Attendee, row)


def keep_arrival(session: Session, event: CandidateArrived) -> None:
    """Remember when a candidate first came in."""
    row = insert(Arrival).values(
        invitation_id=event.invitation_id,
        organisation_id=event.organisation_id,
        event_id=event.event_id,
        at=event.at,
    )
    session.execute(row.on_conflict_do_nothing())


def _keep_newest(
    session: Session, table: type[Any], row: dict[str, Any], only_new: dict[str, Any] | None = None
) -> bool:
    """Insert the row, or replace an older version of it; one statement, so that two at once cannot cross."""
    new = insert(table).values(**row, **(only_new or {}))
    kept = new.on_conflict_do_update(
        index_elements=["id"],
        set_={name: new.excluded[name] for name in row if name != "id"},
        where=table.version < new.excluded.version,
    )
    return session.execute(kept.returning(table.id)).first() is not None


def load_event(session: Session, event_id: uuid.UUID) -> Event:
    """The event. Raises EventUnknown."""
    event = session.scalar(select(Event).where(Event.id == event_id))
    if event is None:
        raise EventUnknown
    return event


def require_to_come(event: Event) -> None:
    """Raises EventOver once the event has ended or was cancelled."""
    if event.state == "cancelled" or event.ends_at <= clock.now():
        raise EventOver


def time_and_place(session: Session, event_id: uuid.UUID) -> dict[str, str]:
    """When and where an event is as far as known, {"old_starts_at", "old_place"}: what it was before a move."""
    found = session.execute(select(Event.starts_at, Event.venue).where(Event.id == event_id)).first()
    return {"old_starts_at": found.starts_at.isoformat(), "old_place": found.venue} if found else {}


def load_organisation_name(session: Session, organisation_id: uuid.UUID) -> str:
    """What the region is called; empty until registration has told."""
    return session.scalar(select(Organisation.name).where(Organisation.id == organisation_id)) or ""


def load_stands(session: Session, event_id: uuid.UUID, also_cancelled: bool = False) -> Sequence[Stand]:
    """The booked stands of an event, by number and then by letter: 2 before 10."""
    stands = select(Stand).where(Stand.event_id == event_id)
    found = session.scalars(stands if also_cancelled else stands.where(Stand.cancelled.is_(False))).all()
    return sorted(found, key=lambda stand: (not stand.label.isdigit(), stand.label.zfill(20), stand.label))


def load_attendees(session: Session, event_id: uuid.UUID) -> Sequence[Attendee]:
    """Those who are coming, by number."""
    coming = select(Attendee).where(Attendee.event_id == event_id, Attendee.state == "accepted")
    return session.scalars(coming.order_by(Attendee.number)).all()


def rounds_of(event: Event) -> tuple[Round, ...]:
    """The rounds of an event with their times."""
    return tuple(msgspec.convert(event.rounds, list[Round]))


def person_of(data: dict[str, Any]) -> Person:
    """Whom to tell, as kept with a stand or an attendee."""
    return msgspec.convert(data, Person)


def find_attendee(session: Session, event_id: uuid.UUID, candidate_id: uuid.UUID) -> Attendee | None:
    """A candidate's attendance of an event, if they come."""
    return session.scalar(
        select(Attendee).where(
            Attendee.event_id == event_id,
            Attendee.candidate_id == candidate_id,
            Attendee.state == "accepted",
        )
    )


def find_stands_of_contact(session: Session, event_id: uuid.UUID, contact_id: uuid.UUID) -> Sequence[Stand]:
    """The stands that an employer's contact has booked."""
    return [
        stand
        for stand in load_stands(session, event_id)
        if stand.contact is not None and person_of(stand.contact).id == contact_id
    ]
