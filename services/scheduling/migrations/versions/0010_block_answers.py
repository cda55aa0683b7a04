"""What interpreters answer in their calendars"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
TABLE = "roster_block"


def upgrade() -> None:
    """Forward; blocks that were put before may still be answered."""
    op.add_column(TABLE, sa.Column("answer", sa.String(12), nullable=False, server_default="needs_action"))
    op.add_column(TABLE, sa.Column("comment", sa.String(500), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("answered_at", sa.DateTime(timezone=True)))
    op.add_column(TABLE, sa.Column("asked", sa.Integer, nullable=False, server_default="0"))
    for name in ("answer", "comment", "asked"):
        op.alter_column(TABLE, name, server_default=None)
    op.create_check_constraint(
        "ck_roster_block_answer", TABLE, "answer IN ('needs_action', 'accepted', 'declined', 'tentative')"
    )
    op.create_check_constraint(
        "ck_roster_block_answered_at", TABLE, "(answer = 'needs_action') = (answered_at IS NULL)"
    )


def downgrade() -> None:
    """Back."""
    op.drop_constraint("ck_roster_block_answered_at", TABLE)
    op.drop_constraint("ck_roster_block_answer", TABLE)
    for name in ("asked", "answered_at", "comment", "answer"):
        op.drop_column(TABLE, name)
