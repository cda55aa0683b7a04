"""Alembic's entry for the registration service."""

from services.registration.base import Base
from shared.migration import run_migrations

run_migrations(Base.metadata)
