"""What contacts answer in their calendars"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
TABLE = "employer_invitation"


def upgrade() -> None:
    """Forward; entries that were put before may still be answered."""
    op.add_column(TABLE, sa.Column("calendar_answer", sa.String(10)))
    op.add_column(TABLE, sa.Column("calendar_comment", sa.String(500), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("calendar_answered_at", sa.DateTime(timezone=True)))
    op.add_column(TABLE, sa.Column("calendar_asked", sa.Integer, nullable=False, server_default="0"))
    op.alter_column(TABLE, "calendar_comment", server_default=None)
    op.alter_column(TABLE, "calendar_asked", server_default=None)
    op.create_check_constraint(
        "ck_employer_invitation_calendar_answer", TABLE, "calendar_answer IN ('accepted', 'declined', 'tentative')"
    )
    op.create_check_constraint(
        "ck_employer_invitation_calendar_answered_at",
        TABLE,
        "(calendar_answer IS NULL) = (calendar_answered_at IS NULL)",
    )


def downgrade() -> None:
    """Back."""
    op.drop_constraint("ck_employer_invitation_calendar_answered_at", TABLE)
    op.drop_constraint("ck_employer_invitation_calendar_answer", TABLE)
    for name in ("calendar_asked", "calendar_answered_at", "calendar_comment", "calendar_answer"):
        op.drop_column(TABLE, name)
