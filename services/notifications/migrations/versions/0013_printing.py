"""Letters that were printed"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "print_run",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("printed_at", TIME, nullable=False),
        sa.Column("printed_by", sa.Uuid, nullable=False),
        sa.Column("letters", sa.Integer, nullable=False),
        sa.Column("pdf", sa.LargeBinary),
        sa.CheckConstraint("letters > 0", name="ck_print_run_letters"),
        sa.PrimaryKeyConstraint("id", name="pk_print_run"),
    )
    op.create_index("ix_print_run_organisation_id", "print_run", ["organisation_id"])
    op.create_index("ix_print_run_event", "print_run", ["event_id"])
    op.create_table(
        "printed_letter",
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("run_id", sa.Uuid, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("tick", sa.String, nullable=False),
        sa.Column("ticked_at", TIME),
        sa.CheckConstraint(
            "tick IN ('printed', 'handed_over', 'posted', 'not_arrived')", name="ck_printed_letter_tick"
        ),
        sa.CheckConstraint("(ticked_at IS NULL) = (tick = 'printed')", name="ck_printed_letter_ticked"),
        sa.PrimaryKeyConstraint("run_id", "row", name="pk_printed_letter"),
        sa.UniqueConstraint("run_id", "message_id", name="uq_printed_letter_run_id_message_id"),
        sa.ForeignKeyConstraint(["run_id"], ["print_run.id"], name="fk_printed_letter_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_printed_letter_message_id"),
    )
    op.create_index("ix_printed_letter_organisation_id", "printed_letter", ["organisation_id"])
    op.create_index("ix_printed_letter_message_id", "printed_letter", ["message_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("printed_letter")
    op.drop_table("print_run")
