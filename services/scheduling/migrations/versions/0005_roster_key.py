"""Which calendar entry an interpreter's roster is in"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("roster_block", sa.Column("key", sa.String(), nullable=False, server_default="interpreting"))
    op.alter_column("roster_block", "key", server_default=None)


def downgrade() -> None:
    """Back."""
    op.drop_column("roster_block", "key")
