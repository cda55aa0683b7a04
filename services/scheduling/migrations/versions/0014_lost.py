"""How many conversations of a plan lost their interpreter, as registration was told"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; of the plans that are there, nothing was told."""
    op.add_column("plan", sa.Column("lost_told", sa.Integer, nullable=False, server_default="0"))
    op.alter_column("plan", "lost_told", server_default=None)


def downgrade() -> None:
    """Back."""
    op.drop_column("plan", "lost_told")
