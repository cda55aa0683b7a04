"""Tables of the people who look for work."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.base import Base
from shared.database import Owned

READINESS = ("ready", "in_track", "paused", "placed")
CONTACT_BY = ("email", "mobile", "paper")
BARRIERS = ("childcare", "transport", "diploma", "health")
LONGEST_NAME = 200
LONGEST_READABLE_NAME = 4 * LONGEST_NAME
"""One Cyrillic letter becomes up to four Latin ones: щ → shch."""


class Candidate(Owned, Base):
    """Somebody who looks for work. No CV, no e-mail address and no citizen number is needed to be one."""

    __tablename__ = "candidate"
    __table_args__ = (
        CheckConstraint("language IN ('nl', 'en', 'uk', 'ru')", name="language"),
        CheckConstraint("readiness IN ('ready', 'in_track', 'paused', 'placed')", name="readiness"),
        CheckConstraint("contact_by IN ('email', 'mobile', 'paper')", name="contact_by"),
        CheckConstraint("contact_by <> 'email' OR email IS NOT NULL", name="email_known"),
        CheckConstraint("contact_by <> 'mobile' OR mobile IS NOT NULL", name="mobile_known"),
        CheckConstraint("hours BETWEEN 1 AND 60", name="hours"),
        UniqueConstraint("organisation_id", "form_key"),
        Index("ix_candidate_organisation_id_sort_name", "organisation_id", "sort_name"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """as the person writes it"""
    readable_name: Mapped[str] = mapped_column(String(LONGEST_READABLE_NAME))
    """in Latin letters, made from the name or corrected by hand"""
    sort_name: Mapped[str]
    """both names without capitals and accents, the readable one first: lists sort and search by it"""
    language: Mapped[str] = mapped_column(String(2))
    """nl, en, uk or ru: what we write and speak to the person"""
    languages: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """language code → CEFR level"""
    did: Mapped[str] = mapped_column(String(1000), default="")
    """what work the person did, free words"""
    wants: Mapped[str] = mapped_column(String(1000), default="")
    """what work the person wants, free words"""
    did_sectors: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    sectors: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    """in which sectors the person wants to work, best first"""
    hours: Mapped[int | None]
    """hours a week"""
    school_hours: Mapped[bool] = mapped_column(default=False)
    """only while the children are at school"""
    contact_by: Mapped[str] = mapped_column(String(10), default="paper")
    email: Mapped[str | None] = mapped_column(String(254))
    """several people may share one address"""
    mobile: Mapped[str | None] = mapped_column(String(16))
    """E.164; several people may share one number"""
    readiness: Mapped[str] = mapped_column(String(10), default="ready")
    form_key: Mapped[uuid.UUID | None]
    """of the form that the candidate was entered with, so that a form that is sent twice makes one person"""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    erased_at: Mapped[datetime | None]
    """when everything was deleted that says who it was; the row stays, so that counts stay as they were"""


class CandidateBarrier(Owned, Base):
    """What stands between a candidate and work. Apart from the candidate, so that nobody loads it by accident."""

    __tablename__ = "candidate_barrier"
    __table_args__ = (CheckConstraint("barrier IN ('childcare', 'transport', 'diploma', 'health')", name="barrier"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True)
    barrier: Mapped[str] = mapped_column(String(20), primary_key=True)
