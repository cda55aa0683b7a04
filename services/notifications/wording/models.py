"""The table of organisations' own wording."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from shared.database import Owned

LONGEST = 10_000
"""characters of a source"""
LANGUAGES = ("nl", "en", "uk", "ru")


class OwnText(Owned, Base):
    """What an organisation says in the place of one source file. The row stays when it goes back to the default.

    So that `version` only rises, and who edits an older one is told.
    """

    __tablename__ = "own_text"
    __table_args__ = (
        UniqueConstraint("organisation_id", "template", "language"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint(f"length(source) BETWEEN 1 AND {LONGEST}", name="source"),
        CheckConstraint("(source IS NULL) = (default_source IS NULL)", name="default"),
        CheckConstraint("broken_at IS NULL OR source IS NOT NULL", name="broken"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    template: Mapped[str]
    language: Mapped[str]
    source: Mapped[str | None]
    """None: the default is sent"""
    default_source: Mapped[str | None]
    """the default when this was written, to tell when it changed since"""
    version: Mapped[int]
    changed_by: Mapped[uuid.UUID]
    changed_by_name: Mapped[str]
    changed_at: Mapped[datetime]
    broken_at: Mapped[datetime | None]
    """when it could first not be sent and the default went in its place"""
