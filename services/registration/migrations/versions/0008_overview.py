"""Figures of the published plan"""

import sqlalchemy as sa
from alembic import op

from shared.tables import TIME

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "plan_figures",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.Column("without_interpreter", sa.Integer, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_plan_figures"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_plan_figures_event_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_plan_figures_organisation_id"),
        sa.CheckConstraint("conversations >= 0 AND without_interpreter >= 0", name="ck_plan_figures_counts"),
    )
    op.create_index("ix_plan_figures_organisation_id", "plan_figures", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("plan_figures")
