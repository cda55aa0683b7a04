"""People who were erased: the row stays, and says when"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    for table in ("candidate", "contact"):
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Back."""
    for table in ("contact", "candidate"):
        op.drop_column(table, "erased_at")
