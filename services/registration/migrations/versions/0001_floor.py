"""The floor: outbox, inbox, ended sessions, personal links"""

from shared.tables import create_floor_tables, drop_floor_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    create_floor_tables()


def downgrade() -> None:
    """Back."""
    drop_floor_tables()
