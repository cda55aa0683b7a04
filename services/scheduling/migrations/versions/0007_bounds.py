"""What no plan can do better than, for idle rounds and for moves of interpreters"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BOUNDS = {"idle_bound": "idle_rounds", "moves_bound": "interpreter_moves"}


def upgrade() -> None:
    """Forward."""
    for bound, what in BOUNDS.items():
        op.add_column("plan", sa.Column(bound, sa.Integer(), nullable=True))
        op.create_check_constraint(f"ck_plan_{bound}", "plan", f"{bound} BETWEEN 0 AND {what}")


def downgrade() -> None:
    """Back."""
    for bound in BOUNDS:
        op.drop_constraint(f"ck_plan_{bound}", "plan")
        op.drop_column("plan", bound)
