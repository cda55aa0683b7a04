"""Organisations, staff and their sessions, devices"""

import sqlalchemy as sa
from alembic import op

from shared.tables import TIME

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("mailbox", sa.String(254), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
    )
    _create_staff()
    _create_device()


def _create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.String), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("totp_secret", sa.String),
        sa.Column("totp_last_step", sa.Integer),
        sa.Column("disabled_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_staff_organisation_id"),
    )
    op.create_index("uq_staff_email", "staff", [sa.text("lower(email)")], unique=True)
    op.create_index("ix_staff_organisation_id", "staff", ["organisation_id"])
    op.create_table(
        "staff_session",
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_staff_session"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_staff_session_organisation_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id"),
    )
    for column in ("organisation_id", "staff_id", "expires_at"):
        op.create_index(f"ix_staff_session_{column}", "staff_session", [column])


def _create_device() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("gate", sa.String(100), nullable=False),
        sa.Column("code_hash", sa.String),
        sa.Column("code_expires_at", TIME),
        sa.Column("token_hash", sa.String),
        sa.Column("enrolled_at", TIME),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_device_organisation_id"),
        sa.UniqueConstraint("code_hash", name="uq_device_code_hash"),
        sa.UniqueConstraint("token_hash", name="uq_device_token_hash"),
    )
    op.create_index("ix_device_organisation_id", "device", ["organisation_id"])
    op.create_index("ix_device_event_id", "device", ["event_id"])


def downgrade() -> None:
    """Back."""
    for name in ("device", "staff_session", "staff", "organisation"):
        op.drop_table(name)
