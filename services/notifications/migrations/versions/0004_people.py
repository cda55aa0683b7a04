"""What people want to receive, and addresses that nothing is sent to"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_preference()
    _create_suppression()


def downgrade() -> None:
    """Back."""
    op.drop_table("suppression")
    op.drop_table("preference")


def _create_preference() -> None:
    op.create_table(
        "preference",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("person_kind", sa.String, nullable=False),
        sa.Column("channel", sa.String),
        sa.Column("language", sa.String),
        sa.Column("only_essential", sa.Boolean, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms', 'paper')", name="ck_preference_channel"),
        sa.CheckConstraint("language IN ('nl', 'en', 'uk', 'ru')", name="ck_preference_language"),
        sa.CheckConstraint("asked_by IN ('page', 'one_click', 'answer')", name="ck_preference_asked_by"),
        sa.PrimaryKeyConstraint("person_id", name="pk_preference"),
    )
    op.create_index("ix_preference_organisation_id", "preference", ["organisation_id"])


def _create_suppression() -> None:
    op.create_table(
        "suppression",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("address", sa.String),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("lifted_at", TIME),
        sa.Column("lifted_by", sa.String, nullable=False),
        sa.Column("lifted_because", sa.String),
        sa.CheckConstraint("channel IN ('email', 'sms')", name="ck_suppression_channel"),
        sa.CheckConstraint("reason IN ('bounced', 'complained', 'opted_out', 'by_hand')", name="ck_suppression_reason"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_because IS NULL)", name="ck_suppression_lifted"),
        sa.PrimaryKeyConstraint("id", name="pk_suppression"),
    )
    op.create_index(
        "uq_suppression_live",
        "suppression",
        ["organisation_id", "channel", "digest"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index("ix_suppression_since", "suppression", ["organisation_id", "since"])
    op.create_index("ix_suppression_organisation_id", "suppression", ["organisation_id"])
