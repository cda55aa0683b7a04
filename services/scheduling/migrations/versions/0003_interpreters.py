"""Interpreters and when they are there"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "interpreter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("mobile", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("longest_stretch", sa.Integer(), nullable=False),
        sa.Column("stretch_window", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("longest_stretch >= 1 AND longest_stretch <= stretch_window", name="ck_interpreter_stretch"),
        sa.PrimaryKeyConstraint("id", name="pk_interpreter"),
    )
    op.create_index("ix_interpreter_organisation_id", "interpreter", ["organisation_id"])
    op.create_index("uq_interpreter_email", "interpreter", ["organisation_id", sa.text("lower(email)")], unique=True)
    op.create_table(
        "language_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interpreter_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.String(length=3), nullable=False),
        sa.Column("second", sa.String(length=3), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("level IN ('B2', 'C1', 'C2')", name="ck_language_pair_level"),
        sa.CheckConstraint("first < second", name="ck_language_pair_order"),
        sa.ForeignKeyConstraint(
            ["interpreter_id"], ["interpreter.id"], name="fk_language_pair_interpreter_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_language_pair"),
        sa.UniqueConstraint("interpreter_id", "first", "second", name="uq_language_pair_interpreter_id_first_second"),
    )
    op.create_index("ix_language_pair_interpreter_id", "language_pair", ["interpreter_id"])
    op.create_index("ix_language_pair_organisation_id", "language_pair", ["organisation_id"])
    op.create_table(
        "engagement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("interpreter_id", sa.Uuid(), nullable=False),
        sa.Column("rounds", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undelivered", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("answer IN ('needs_action', 'accepted', 'declined')", name="ck_engagement_answer"),
        sa.ForeignKeyConstraint(
            ["interpreter_id"], ["interpreter.id"], name="fk_engagement_interpreter_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_engagement"),
        sa.UniqueConstraint("event_id", "interpreter_id", name="uq_engagement_event_id_interpreter_id"),
    )
    op.create_index("ix_engagement_event_id", "engagement", ["event_id"])
    op.create_index("ix_engagement_interpreter_id", "engagement", ["interpreter_id"])
    op.create_index("ix_engagement_organisation_id", "engagement", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("engagement")
    op.drop_table("language_pair")
    op.drop_table("interpreter")
