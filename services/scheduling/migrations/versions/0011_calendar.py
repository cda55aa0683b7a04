"""A calendar entry for each connected block of an interpreter's work"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
TABLE = "roster_block"
ONE_EACH, MANY = "uq_roster_block_event_id_interpreter_id", "uq_roster_block_event_id_interpreter_id_key"


def upgrade() -> None:
    """Forward."""
    op.drop_constraint(ONE_EACH, TABLE)
    op.create_unique_constraint(MANY, TABLE, ["event_id", "interpreter_id", "key"])


def downgrade() -> None:
    """Back; of several blocks only the first is remembered."""
    op.execute(
        "DELETE FROM roster_block AS one USING roster_block AS other WHERE one.event_id = other.event_id"
        " AND one.interpreter_id = other.interpreter_id"
        " AND (one.withdrawn, one.key, one.id) > (other.withdrawn, other.key, other.id)"
    )
    op.drop_constraint(MANY, TABLE)
    op.create_unique_constraint(ONE_EACH, TABLE, ["event_id", "interpreter_id"])
