"""How many conversations of a published plan lost their interpreter"""

import sqlalchemy as sa
from alembic import op

from shared.tables import TIME

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "lost_interpreters",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.Column("counted_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_lost_interpreters"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_lost_interpreters_event_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_lost_interpreters_organisation_id"),
        sa.CheckConstraint("conversations >= 0", name="ck_lost_interpreters_conversations"),
    )
    op.create_index("ix_lost_interpreters_organisation_id", "lost_interpreters", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("lost_interpreters")
