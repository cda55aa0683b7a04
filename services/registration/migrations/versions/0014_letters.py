"""Letters on paper wait in one place, that of notifications; an invitation says whether its letter waits"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; what was handed out stays so."""
    op.add_column("invitation", sa.Column("paper", sa.String(10)))
    op.execute("UPDATE invitation SET paper = 'printed' WHERE handed_out_at IS NOT NULL")
    op.create_check_constraint("ck_invitation_paper", "invitation", "paper IN ('waits', 'printed')")


def downgrade() -> None:
    """Back."""
    op.drop_constraint("ck_invitation_paper", "invitation")
    op.drop_column("invitation", "paper")
