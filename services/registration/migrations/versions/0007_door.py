"""Scans, and the first stops of who comes in"""

import sqlalchemy as sa
from alembic import op

from shared.tables import TIME

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Rule 2 of the door: nothing is ever overwritten. Erasing a person may take the invitation out of a row, and says so
# with SET LOCAL handdruk.erasure = 'on'.
KEEP_SCANS = """
CREATE FUNCTION keep_scan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('handdruk.erasure', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'a scan is never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$
"""
ON_CHANGE = """
CREATE TRIGGER keep_scan BEFORE UPDATE OR DELETE ON scan FOR EACH ROW EXECUTE FUNCTION keep_scan()
"""


def upgrade() -> None:
    """Forward."""
    op.create_table("scan", *_scan_columns(), *_scan_constraints())
    for column in ("organisation_id", "device_id", "invitation_id"):
        op.create_index(f"ix_scan_{column}", "scan", [column])
    admitted = sa.text("verdict = 'admitted'")
    op.create_index("uq_scan_admitted", "scan", ["invitation_id", "entry"], unique=True, postgresql_where=admitted)
    op.create_index("ix_scan_arrivals", "scan", ["event_id", "happened_at"], postgresql_where=admitted)
    op.execute(KEEP_SCANS)
    op.execute(ON_CHANGE)
    _create_plan_tables()


def _scan_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("device_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("invitation_id", sa.Uuid),
        sa.Column("number", sa.BigInteger),
        sa.Column("pass_version", sa.Integer),
        sa.Column("gate", sa.String(100), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("scanned_at", TIME, nullable=False),
        sa.Column("happened_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
    ]


def _scan_constraints() -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name="pk_scan"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_scan_organisation_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_scan_event_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_scan_device_id"),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name="fk_scan_invitation_id"),
        sa.UniqueConstraint("event_id", "client_id", name="uq_scan_event_id_client_id"),
        sa.CheckConstraint(
            "verdict IN ('admitted', 'already_in', 'void', 'wrong_event', 'unknown', 'not_today', 'over_capacity')",
            name="ck_scan_verdict",
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name="ck_scan_direction"),
        sa.CheckConstraint("entry >= 1", name="ck_scan_entry"),
    ]


def _create_plan_tables() -> None:
    op.create_table(
        "first_stop",
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_first_stop"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_first_stop_organisation_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_first_stop_event_id"),
    )
    op.create_index("ix_first_stop_organisation_id", "first_stop", ["organisation_id"])
    op.create_index("ix_first_stop_event_id", "first_stop", ["event_id"])
    op.create_table(
        "plan_known",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_plan_known"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_plan_known_event_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_plan_known_organisation_id"),
    )
    op.create_index("ix_plan_known_organisation_id", "plan_known", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    for name in ("plan_known", "first_stop", "scan"):
        op.drop_table(name)
    op.execute("DROP FUNCTION keep_scan()")
