"""Venues, floor plans, events"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.tables import TIME

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    _create_venue()
    _create_floor_plan()
    _create_stand()
    _create_event()


def downgrade() -> None:
    """Back."""
    for name in ("event", "stand", "floor_plan", "venue"):
        op.drop_table(name)


def _create_venue() -> None:
    op.create_table(
        "venue",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("route", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_venue"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_venue_organisation_id"),
        sa.UniqueConstraint("organisation_id", "name", name="uq_venue_organisation_id_name"),
    )
    op.create_index("ix_venue_organisation_id", "venue", ["organisation_id"])


def _create_floor_plan() -> None:
    op.create_table(
        "floor_plan",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("venue_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("features", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_floor_plan"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_floor_plan_organisation_id"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_floor_plan_venue_id"),
    )
    op.create_index("ix_floor_plan_organisation_id", "floor_plan", ["organisation_id"])
    op.create_index("ix_floor_plan_venue_id", "floor_plan", ["venue_id"])


def _create_stand() -> None:
    op.create_table(
        "stand",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("floor_plan_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("x", sa.Integer, nullable=False),
        sa.Column("y", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("power", sa.Boolean, nullable=False),
        sa.Column("wheelchair", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stand"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_stand_organisation_id"),
        sa.ForeignKeyConstraint(["floor_plan_id"], ["floor_plan.id"], name="fk_stand_floor_plan_id"),
        sa.UniqueConstraint("floor_plan_id", "label", name="uq_stand_floor_plan_id_label"),
        sa.CheckConstraint("seats BETWEEN 1 AND 20", name="ck_stand_seats"),
        sa.CheckConstraint("width > 0 AND height > 0", name="ck_stand_size"),
    )
    op.create_index("ix_stand_organisation_id", "stand", ["organisation_id"])
    op.create_index("ix_stand_floor_plan_id", "stand", ["floor_plan_id"])


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("venue_id", sa.Uuid, nullable=False),
        sa.Column("floor_plan_id", sa.Uuid, nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("first_round_at", TIME, nullable=False),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("round_minutes", sa.Integer, nullable=False),
        sa.Column("walk_minutes", sa.Integer, nullable=False),
        sa.Column("capacity", sa.Integer),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("published_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_event_organisation_id"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_event_venue_id"),
        sa.ForeignKeyConstraint(["floor_plan_id"], ["floor_plan.id"], name="fk_event_floor_plan_id"),
        *_event_checks(),
    )
    op.create_index("ix_event_organisation_id", "event", ["organisation_id"])


def _event_checks() -> list[sa.CheckConstraint]:
    checks = {
        "kind": "kind IN ('meet_and_greet', 'conference')",
        "state": "state IN ('draft', 'published', 'running', 'closed', 'archived', 'cancelled')",
        "times": "ends_at > starts_at",
        "first_round": "first_round_at >= starts_at AND first_round_at < ends_at",
        "rounds": "rounds BETWEEN 0 AND 60",
        "minutes": "round_minutes BETWEEN 1 AND 240 AND walk_minutes BETWEEN 0 AND 60",
    }
    return [sa.CheckConstraint(condition, name=f"ck_event_{name}") for name, condition in checks.items()]
