"""Invitations and passes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table("invitation", *_columns(), *_constraints())
    for column in ("organisation_id", "event_id", "candidate_id"):
        op.create_index(f"ix_invitation_{column}", "invitation", [column])


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("pass_version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("link_id", sa.Uuid),
        sa.Column("message_id", sa.Uuid),
        sa.Column("not_delivered", sa.String(40)),
        sa.Column("drafted_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("handed_out_at", TIME),
        sa.Column("answered_at", TIME),
        sa.Column("answered_by", sa.String(10)),
        sa.Column("wished_employers", ARRAY(sa.Uuid), nullable=False),
        sa.Column("first_round", sa.Integer),
        sa.Column("last_round", sa.Integer),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_invitation_organisation_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_invitation_event_id"),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name="fk_invitation_candidate_id"),
        sa.UniqueConstraint("event_id", "candidate_id", name="uq_invitation_event_id_candidate_id"),
        sa.UniqueConstraint("event_id", "number", name="uq_invitation_event_id_number"),
        sa.CheckConstraint(
            "state IN ('drafted', 'sent', 'accepted', 'declined', 'waitlisted', 'attended', 'no_show')",
            name="ck_invitation_state",
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 4294967295", name="ck_invitation_number"),
        sa.CheckConstraint("pass_version BETWEEN 1 AND 65535", name="ck_invitation_pass_version"),
        sa.CheckConstraint("first_round >= 0 AND last_round >= first_round", name="ck_invitation_stay"),
        sa.CheckConstraint("answered_by IN ('candidate', 'staff')", name="ck_invitation_answered_by"),
    ]


def downgrade() -> None:
    """Back."""
    op.drop_table("invitation")
