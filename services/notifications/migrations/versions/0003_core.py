"""Messages that go in one letter, and messages before an event"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("message", sa.Column("merged_into", sa.Uuid))
    op.add_column("message", sa.Column("before_start", sa.Integer))
    op.create_foreign_key("fk_message_merged_into", "message", "message", ["merged_into"], ["id"], ondelete="SET NULL")
    op.create_check_constraint("ck_message_merged", "message", "merged_into <> id")
    op.create_check_constraint("ck_message_before_start", "message", "before_start > 0")
    op.create_index(
        "ix_message_merged_into", "message", ["merged_into"], postgresql_where=sa.text("merged_into IS NOT NULL")
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_message_merged_into", "message")
    op.drop_constraint("ck_message_before_start", "message")
    op.drop_constraint("ck_message_merged", "message")
    op.drop_constraint("fk_message_merged_into", "message")
    op.drop_column("message", "before_start")
    op.drop_column("message", "merged_into")
