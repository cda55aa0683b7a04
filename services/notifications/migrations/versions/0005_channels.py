"""Pace of the channels, names that providers give, letters that wait to be printed"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = "state IN ('queued', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'dropped')"
AFTER = "state IN ('queued', 'sending', 'to_print', 'sent', 'delivered', 'bounced', 'failed', 'dropped')"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_pace"),
    )
    op.add_column("attempt", sa.Column("provider_id", sa.String))
    op.create_unique_constraint("uq_attempt_provider_id", "attempt", ["provider_id"])
    _know_states(AFTER)


def downgrade() -> None:
    """Back. Letters that wait to be printed are queued again."""
    op.execute("UPDATE message SET state = 'queued', due_at = now() WHERE state = 'to_print'")
    _know_states(BEFORE)
    op.drop_constraint("uq_attempt_provider_id", "attempt")
    op.drop_column("attempt", "provider_id")
    op.drop_table("channel_pace")


def _know_states(condition: str) -> None:
    op.drop_constraint("ck_message_state", "message")
    op.create_check_constraint("ck_message_state", "message", condition)
