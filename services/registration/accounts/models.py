"""Tables of organisations, their staff, and the devices at the door."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.base import Base
from shared.database import Owned


class Organisation(Base):
    """A labour-market region."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    mailbox: Mapped[str] = mapped_column(String(254))
    """the address that people can answer to"""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Staff(Owned, Base):
    """Somebody who works for an organisation and signs in with a password and a second factor."""

    __tablename__ = "staff"
    __table_args__ = (Index("uq_staff_email", text("lower(email)"), unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    language: Mapped[str] = mapped_column(String(2), default="nl")
    password_hash: Mapped[str]
    totp_secret: Mapped[str | None]
    """encrypted; None until the second factor is set up"""
    totp_last_step: Mapped[int | None]
    """the last time step that was used, so that a code works once"""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffSession(Owned, Base):
    """A session of a staff member, known so that it can be ended when the account is disabled or changes."""

    __tablename__ = "staff_session"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Device(Owned, Base):
    """A phone at the door: enrolled by a code shown once, valid for one event."""

    __tablename__ = "device"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    event_id: Mapped[uuid.UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(100))
    gate: Mapped[str] = mapped_column(String(100), default="")
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    code_expires_at: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    enrolled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
