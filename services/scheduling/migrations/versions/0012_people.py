"""People who were erased"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "erased_person",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_erased_person"),
    )
    op.create_index("ix_erased_person_organisation_id", "erased_person", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("erased_person")
