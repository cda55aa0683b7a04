"""What counts at an event; re-plans; how far a planning run is"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WEIGHTS = ("wish", "sector", "languages", "hours", "school_hours", "reachable")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "event_weights",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WEIGHTS),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(sa.CheckConstraint(f"{name} BETWEEN 0 AND 100", name=f"ck_event_weights_{name}") for name in WEIGHTS),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_weights"),
    )
    op.create_index("ix_event_weights_organisation_id", "event_weights", ["organisation_id"])
    op.add_column("plan", sa.Column("from_round", sa.Integer(), nullable=True))
    op.create_check_constraint("ck_plan_from_round", "plan", "from_round >= 0")
    _add_to_runs("kind", sa.String(length=6), "plan")
    _add_to_runs("leave_out_absent", sa.Boolean(), "false")
    _add_to_runs("value", sa.BigInteger(), "0")
    _add_to_runs("bound", sa.BigInteger(), "0")
    op.add_column("planning_run", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint("ck_planning_run_kind", "planning_run", "kind IN ('plan', 'replan')")
    op.create_check_constraint(
        "ck_planning_run_leave_out_absent", "planning_run", "kind = 'replan' OR NOT leave_out_absent"
    )
    op.create_check_constraint("ck_planning_run_figures", "planning_run", "value >= 0 AND bound >= 0")


def downgrade() -> None:
    """Back."""
    for name in ("figures", "leave_out_absent", "kind"):
        op.drop_constraint(f"ck_planning_run_{name}", "planning_run")
    for name in ("begun_at", "bound", "value", "leave_out_absent", "kind"):
        op.drop_column("planning_run", name)
    op.drop_constraint("ck_plan_from_round", "plan")
    op.drop_column("plan", "from_round")
    op.drop_table("event_weights")


def _add_to_runs(name: str, kind: sa.types.TypeEngine[Any], of_old: str) -> None:
    """A column that rows from before get a value for."""
    op.add_column("planning_run", sa.Column(name, kind, nullable=False, server_default=of_old))
    op.alter_column("planning_run", name, server_default=None)
