"""Calendar answers that wait for a person, on the inbox page"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("inbox_item", sa.Column("answer_id", sa.Uuid))


def downgrade() -> None:
    """Back."""
    op.drop_column("inbox_item", "answer_id")
