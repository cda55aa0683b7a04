"""A vacancy says which experience its employer wishes for"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; whoever filled in a vacancy before wished for nothing."""
    op.add_column("vacancy", sa.Column("wanted_experience", ARRAY(sa.String), nullable=False, server_default="{}"))
    op.alter_column("vacancy", "wanted_experience", server_default=None)
    op.create_check_constraint("ck_vacancy_wanted_experience", "vacancy", "cardinality(wanted_experience) <= 3")


def downgrade() -> None:
    """Back."""
    op.drop_constraint("ck_vacancy_wanted_experience", "vacancy")
    op.drop_column("vacancy", "wanted_experience")
