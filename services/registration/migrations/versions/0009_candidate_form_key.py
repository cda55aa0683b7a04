"""A form that enters a candidate counts once"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("candidate", sa.Column("form_key", sa.Uuid))
    op.create_unique_constraint("uq_candidate_organisation_id_form_key", "candidate", ["organisation_id", "form_key"])


def downgrade() -> None:
    """Back."""
    op.drop_constraint("uq_candidate_organisation_id_form_key", "candidate")
    op.drop_column("candidate", "form_key")
