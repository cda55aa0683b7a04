"""When a calendar address last said something else"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("calendar_feed", sa.Column("digest", sa.String, nullable=False, server_default=""))
    op.alter_column("calendar_feed", "digest", server_default=None)
    op.add_column("calendar_feed", sa.Column("changed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Back."""
    for name in ("changed_at", "digest"):
        op.drop_column("calendar_feed", name)
