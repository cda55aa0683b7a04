"""The experience that employers wish for counts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Weights that an organiser chose stay as chosen: what was not there to be weighed weighs nothing."""
    op.add_column("attendee", sa.Column("did_sectors", ARRAY(sa.String), nullable=False, server_default="{}"))
    op.alter_column("attendee", "did_sectors", server_default=None)
    op.add_column("event_weights", sa.Column("employer_wish", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("event_weights", "employer_wish", server_default=None)
    op.create_check_constraint("ck_event_weights_employer_wish", "event_weights", "employer_wish BETWEEN 0 AND 100")


def downgrade() -> None:
    """Back."""
    op.drop_constraint("ck_event_weights_employer_wish", "event_weights")
    op.drop_column("event_weights", "employer_wish")
    op.drop_column("attendee", "did_sectors")
