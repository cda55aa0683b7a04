"""Alembic's entry for the scheduling service."""

from services.scheduling.base import Base
from shared.migration import run_migrations

run_migrations(Base.metadata)
