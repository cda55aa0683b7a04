"""Plans, conversations, runs, roster blocks"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("idle_rounds", sa.Integer(), nullable=False),
        sa.Column("interpreter_moves", sa.Integer(), nullable=False),
        sa.Column("without_conversation", JSONB, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'superseded')", name="ck_plan_state"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("event_id", "number", name="uq_plan_event_id_number"),
    )
    op.create_index("ix_plan_event_id", "plan", ["event_id"])
    op.create_index("ix_plan_organisation_id", "plan", ["organisation_id"])
    op.create_index("uq_plan_published", "plan", ["event_id"], unique=True, postgresql_where="state = 'published'")
    op.create_table(
        "planning_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'stopped', 'failed')", name="ck_planning_run_state"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_planning_run_plan_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_planning_run"),
    )
    op.create_index("ix_planning_run_event_id", "planning_run", ["event_id"])
    op.create_index("ix_planning_run_organisation_id", "planning_run", ["organisation_id"])
    op.create_index(
        "uq_planning_run_alive",
        "planning_run",
        ["event_id"],
        unique=True,
        postgresql_where="state IN ('queued', 'running')",
    )
    op.create_table(
        "roster_block",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("interpreter_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter_id"], ["interpreter.id"], name="fk_roster_block_interpreter_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_roster_block"),
        sa.UniqueConstraint("event_id", "interpreter_id", name="uq_roster_block_event_id_interpreter_id"),
    )
    op.create_index("ix_roster_block_event_id", "roster_block", ["event_id"])
    op.create_index("ix_roster_block_interpreter_id", "roster_block", ["interpreter_id"])
    op.create_index("ix_roster_block_organisation_id", "roster_block", ["organisation_id"])
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("interpreter_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["stand.id"], name="fk_conversation_booking_id"),
        sa.ForeignKeyConstraint(["interpreter_id"], ["interpreter.id"], name="fk_conversation_interpreter_id"),
        sa.ForeignKeyConstraint(["invitation_id"], ["attendee.id"], name="fk_conversation_invitation_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_conversation_plan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint(
            "plan_id", "booking_id", "round", "seat", name="uq_conversation_plan_id_booking_id_round_seat"
        ),
        sa.UniqueConstraint("plan_id", "interpreter_id", "round", name="uq_conversation_plan_id_interpreter_id_round"),
        sa.UniqueConstraint(
            "plan_id", "invitation_id", "booking_id", name="uq_conversation_plan_id_invitation_id_booking_id"
        ),
        sa.UniqueConstraint("plan_id", "invitation_id", "round", name="uq_conversation_plan_id_invitation_id_round"),
    )
    op.create_index("ix_conversation_booking_id", "conversation", ["booking_id"])
    op.create_index("ix_conversation_interpreter_id", "conversation", ["interpreter_id"])
    op.create_index("ix_conversation_invitation_id", "conversation", ["invitation_id"])
    op.create_index("ix_conversation_organisation_id", "conversation", ["organisation_id"])
    op.create_index("ix_conversation_plan_id", "conversation", ["plan_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("conversation")
    op.drop_table("roster_block")
    op.drop_table("planning_run")
    op.drop_table("plan")
