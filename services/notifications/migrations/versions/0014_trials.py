"""Tests of a text are messages too"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("message", sa.Column("is_trial", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_check_constraint("ck_message_trial", "message", "NOT is_trial OR event_id IS NULL")


def downgrade() -> None:
    """Back. Tests have no place any more."""
    op.execute("DELETE FROM attempt USING message WHERE attempt.message_id = message.id AND message.is_trial")
    op.execute("DELETE FROM message WHERE is_trial")
    op.drop_constraint("ck_message_trial", "message")
    op.drop_column("message", "is_trial")
