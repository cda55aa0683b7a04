"""Searching messages by name, address, number and subject; those that did not arrive"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEARCHED = "lower(person_name || ' ' || coalesce(address, '') || ' ' || coalesce(mobile, '') || ' ' || subject)"


def upgrade() -> None:
    """Forward. The extension is PostgreSQL's own, and its users may make it (trusted)."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_index("ix_message_searched", "message", [sa.text(f"({SEARCHED}) gin_trgm_ops")], postgresql_using="gin")
    op.create_index(
        "ix_message_lost",
        "message",
        ["organisation_id", "queued_at"],
        postgresql_where=sa.text("state IN ('failed', 'bounced')"),
    )


def downgrade() -> None:
    """Back. The extension stays: others may use it."""
    op.drop_index("ix_message_lost", "message")
    op.drop_index("ix_message_searched", "message")
