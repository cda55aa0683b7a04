"""What registration told: organisations, events, booked stands, attendees, arrivals; each at its newest version."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.scheduling.base import Base
from shared.database import Owned


class Organisation(Base):
    """A labour-market region's name and mailbox."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[str]
    mailbox: Mapped[str]


class Event(Owned, Base):
    """A published event. `rounds` holds [{"number", "starts_at", "ends_at"}] as registration sent them."""

    __tablename__ = "event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    time_zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str]
    address: Mapped[str]
    route: Mapped[str] = mapped_column(default="")
    rounds: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Stand(Owned, Base):
    """A booked stand: who is there, with which languages and vacancies. `id` is the booking's."""

    __tablename__ = "stand"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    version: Mapped[int]
    cancelled: Mapped[bool] = mapped_column(default=False)
    label: Mapped[str] = mapped_column(default="")
    seats: Mapped[int] = mapped_column(default=0)
    x: Mapped[int] = mapped_column(default=0)
    y: Mapped[int] = mapped_column(default=0)
    employer_id: Mapped[uuid.UUID | None]
    employer: Mapped[str] = mapped_column(default="")
    contact: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """shared.events.Person"""
    languages: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    vacancies: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """shared.events.VacancyFacts"""
    link_id: Mapped[uuid.UUID | None]


class Attendee(Owned, Base):
    """A candidate who answered an invitation. `id` is the invitation's."""

    __tablename__ = "attendee"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    version: Mapped[int]
    state: Mapped[str]
    number: Mapped[int]
    candidate_id: Mapped[uuid.UUID] = mapped_column(index=True)
    candidate: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """shared.events.Person"""
    readable_name: Mapped[str]
    languages: Mapped[dict[str, str]] = mapped_column(JSONB)
    sectors: Mapped[list[str]] = mapped_column(ARRAY(String))
    did_sectors: Mapped[list[str]] = mapped_column(ARRAY(String))
    hours: Mapped[int | None]
    school_hours: Mapped[bool]
    wished_employers: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    first_round: Mapped[int | None]
    last_round: Mapped[int | None]
    link_id: Mapped[uuid.UUID | None]


class Arrival(Owned, Base):
    """A candidate came in. A table of its own, because the door may be quicker than the answer's event."""

    __tablename__ = "arrival"

    invitation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    at: Mapped[datetime]


class ErasedPerson(Owned, Base):
    """Somebody who is to be forgotten: what is still on its way about them arrives without who it is."""

    __tablename__ = "erased_person"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
