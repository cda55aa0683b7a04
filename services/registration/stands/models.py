"""Tables of employers with their contacts, what they are invited to, the work they offer, and the stands they book."""

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registration.base import Base
from services.registration.events.models import Event, Stand
from shared.database import Owned
from shared.events import Languages

MOST_STANDS = 5
"""as many stands as one employer can be allowed at one event"""
MOST_COMMENT = 500
"""characters of what somebody wrote with an answer in the calendar"""
MOST_EXPERIENCE = 3
"""sectors that one vacancy can name as wanted experience"""
LIVE = "state IN ('held', 'confirmed')"
"""A booking that keeps a stand from others; a hold whose time is over still counts until somebody reclaims it."""


class Employer(Owned, Base):
    """A company that may come to events."""

    __tablename__ = "employer"
    __table_args__ = (UniqueConstraint("organisation_id", "name_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str]
    """the name without what people write differently each time; made by `names.name_key`"""
    created_at: Mapped[datetime]

    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="employer",
        order_by="Contact.created_at",
        primaryjoin="and_(Contact.employer_id == Employer.id, Contact.erased_at.is_(None))",
    )
    """whom the organisation writes to; those who were erased are not among them"""


class Contact(Owned, Base):
    """Somebody at an employer whom the organisation writes to."""

    __tablename__ = "contact"
    __table_args__ = (Index("uq_contact_employer_id_email", "employer_id", func.lower(text("email")), unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("employer.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    """E.164"""
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    """when everything was deleted that says who it was; the row stays, so that counts stay as they were"""

    employer: Mapped[Employer] = relationship(back_populates="contacts")


class EmployerInvitation(Owned, Base):
    """An employer's invitation to an event, with what the employer brings: the staff's languages and the work."""

    __tablename__ = "employer_invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "employer_id"),
        UniqueConstraint("id", "event_id"),
        CheckConstraint("state IN ('invited', 'declined')", name="state"),
        CheckConstraint(f"stands_allowed BETWEEN 1 AND {MOST_STANDS}", name="stands_allowed"),
        CheckConstraint("calendar_answer IN ('accepted', 'declined', 'tentative')", name="calendar_answer"),
        CheckConstraint("(calendar_answer IS NULL) = (calendar_answered_at IS NULL)", name="calendar_answered_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"))
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("employer.id"), index=True)
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="invited")
    stands_allowed: Mapped[int] = mapped_column(SmallInteger, default=1)
    languages: Mapped[Languages] = mapped_column(JSONB, default=dict)
    """what the staff at the stand speaks; kept while a stand is still being chosen"""
    version: Mapped[int] = mapped_column(default=0)
    """rises with everything that others are told about this employer at this event, so that it orders them all"""
    link_id: Mapped[uuid.UUID]
    message_id: Mapped[uuid.UUID]
    """the newest invitation that was sent"""
    sent_at: Mapped[datetime]
    undelivered: Mapped[str | None] = mapped_column(String(40))
    """why the newest message did not arrive; None as long as nothing came back"""
    calendar_answer: Mapped[str | None] = mapped_column(String(10))
    """what the contact's calendar says of the stand's entry; the booking stays whatever it is"""
    calendar_comment: Mapped[str] = mapped_column(String(MOST_COMMENT), default="")
    calendar_answered_at: Mapped[datetime | None]
    calendar_asked: Mapped[int] = mapped_column(default=0)
    """answers to entries up to this version are about another time, place or contact"""
    created_at: Mapped[datetime]

    event: Mapped[Event] = relationship()
    employer: Mapped[Employer] = relationship()
    contact: Mapped[Contact] = relationship()
    vacancies: Mapped[list["Vacancy"]] = relationship(order_by="Vacancy.created_at, Vacancy.id")


class Vacancy(Owned, Base):
    """Work that an employer offers at an event."""

    __tablename__ = "vacancy"
    __table_args__ = (
        CheckConstraint("hours BETWEEN 4 AND 40", name="hours"),
        CheckConstraint("openings BETWEEN 1 AND 999", name="openings"),
        CheckConstraint(f"cardinality(wanted_experience) <= {MOST_EXPERIENCE}", name="wanted_experience"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("employer.id"), index=True)
    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("employer_invitation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    sector: Mapped[str] = mapped_column(String(40))
    hours: Mapped[int]
    """a week"""
    fits_school_hours: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[Languages] = mapped_column(JSONB, default=dict)
    """what the work asks for"""
    openings: Mapped[int] = mapped_column(default=1)
    reachable_without_car: Mapped[bool] = mapped_column(default=False)
    wanted_experience: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    """sectors: the employer wishes that somebody worked in one of them before; excludes nobody"""
    created_at: Mapped[datetime]


class StandBooking(Owned, Base):
    """An employer's hold or booking of a stand. A stand has at most one that is live (domain rule 1)."""

    __tablename__ = "stand_booking"
    __table_args__ = (
        Index("uq_stand_booking_stand", "event_id", "stand_id", unique=True, postgresql_where=LIVE),
        Index("uq_stand_booking_slot", "invitation_id", "slot", unique=True, postgresql_where=LIVE),
        ForeignKeyConstraint(["invitation_id", "event_id"], ["employer_invitation.id", "employer_invitation.event_id"]),
        CheckConstraint("state IN ('held', 'confirmed', 'cancelled', 'expired')", name="state"),
        CheckConstraint(f"slot BETWEEN 1 AND {MOST_STANDS}", name="slot"),
        CheckConstraint("state <> 'held' OR held_until IS NOT NULL", name="held_until"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"))
    stand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stand.id"), index=True)
    invitation_id: Mapped[uuid.UUID] = mapped_column(index=True)
    slot: Mapped[int] = mapped_column(SmallInteger, default=1)
    """the employer's first, second … stand: with it the database itself holds every employer to what is allowed"""
    state: Mapped[str] = mapped_column(String(20), default="held")
    held_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    """the version under which other services know the booking; 0 until it is confirmed"""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(20))
    """employer or organiser"""

    stand: Mapped[Stand] = relationship()
    invitation: Mapped[EmployerInvitation] = relationship(viewonly=True)
