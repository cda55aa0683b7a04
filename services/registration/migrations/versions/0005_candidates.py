"""Candidates"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_candidate()
    op.create_index("ix_candidate_organisation_id", "candidate", ["organisation_id"])
    op.create_index("ix_candidate_organisation_id_sort_name", "candidate", ["organisation_id", "sort_name"])
    op.create_table(
        "candidate_barrier",
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("barrier", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", "barrier", name="pk_candidate_barrier"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_candidate_barrier_organisation_id"),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name="fk_candidate_barrier_candidate_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "barrier IN ('childcare', 'transport', 'diploma', 'health')", name="ck_candidate_barrier_barrier"
        ),
    )
    op.create_index("ix_candidate_barrier_organisation_id", "candidate_barrier", ["organisation_id"])


def _create_candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("readable_name", sa.String(800), nullable=False),
        sa.Column("sort_name", sa.String, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("did", sa.String(1000), nullable=False),
        sa.Column("wants", sa.String(1000), nullable=False),
        sa.Column("did_sectors", ARRAY(sa.String), nullable=False),
        sa.Column("sectors", ARRAY(sa.String), nullable=False),
        sa.Column("hours", sa.Integer),
        sa.Column("school_hours", sa.Boolean, nullable=False),
        sa.Column("contact_by", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("mobile", sa.String(16)),
        sa.Column("readiness", sa.String(10), nullable=False),
        sa.Column("created_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.Column("changed_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_candidate"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_candidate_organisation_id"),
        sa.CheckConstraint("language IN ('nl', 'en', 'uk', 'ru')", name="ck_candidate_language"),
        sa.CheckConstraint("readiness IN ('ready', 'in_track', 'paused', 'placed')", name="ck_candidate_readiness"),
        sa.CheckConstraint("contact_by IN ('email', 'mobile', 'paper')", name="ck_candidate_contact_by"),
        sa.CheckConstraint("contact_by <> 'email' OR email IS NOT NULL", name="ck_candidate_email_known"),
        sa.CheckConstraint("contact_by <> 'mobile' OR mobile IS NOT NULL", name="ck_candidate_mobile_known"),
        sa.CheckConstraint("hours BETWEEN 1 AND 60", name="ck_candidate_hours"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("candidate_barrier")
    op.drop_table("candidate")
