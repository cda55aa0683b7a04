"""Own wording of organisations"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "own_text",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("source", sa.String),
        sa.Column("default_source", sa.String),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_by", sa.Uuid, nullable=False),
        sa.Column("changed_by_name", sa.String, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("broken_at", TIME),
        sa.CheckConstraint("language IN ('nl', 'en', 'uk', 'ru')", name="ck_own_text_language"),
        sa.CheckConstraint("version > 0", name="ck_own_text_version"),
        sa.CheckConstraint("length(source) BETWEEN 1 AND 10000", name="ck_own_text_source"),
        sa.CheckConstraint("(source IS NULL) = (default_source IS NULL)", name="ck_own_text_default"),
        sa.CheckConstraint("broken_at IS NULL OR source IS NOT NULL", name="ck_own_text_broken"),
        sa.PrimaryKeyConstraint("id", name="pk_own_text"),
        sa.UniqueConstraint(
            "organisation_id", "template", "language", name="uq_own_text_organisation_id_template_language"
        ),
    )
    op.create_index("ix_own_text_organisation_id", "own_text", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("own_text")
