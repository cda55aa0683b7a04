"""Alembic's entry for the notifications service."""

from services.notifications.base import Base
from shared.migration import run_migrations

run_migrations(Base.metadata)
