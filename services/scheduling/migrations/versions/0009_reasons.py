"""What a plan leaves open and why, kept with the plan"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("plan", sa.Column("reasons", JSONB, nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("plan", "reasons")
