"""What registration told"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("rounds", JSONB, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_organisation_id", "event", ["organisation_id"])
    op.create_table(
        "stand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("employer", sa.String(), nullable=False),
        sa.Column("contact", JSONB, nullable=True),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("vacancies", JSONB, nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stand"),
    )
    op.create_index("ix_stand_event_id", "stand", ["event_id"])
    op.create_index("ix_stand_organisation_id", "stand", ["organisation_id"])
    op.create_table(
        "attendee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("candidate", JSONB, nullable=False),
        sa.Column("readable_name", sa.String(), nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("sectors", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("school_hours", sa.Boolean(), nullable=False),
        sa.Column("wished_employers", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("first_round", sa.Integer(), nullable=True),
        sa.Column("last_round", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attendee"),
    )
    op.create_index("ix_attendee_candidate_id", "attendee", ["candidate_id"])
    op.create_index("ix_attendee_event_id", "attendee", ["event_id"])
    op.create_index("ix_attendee_organisation_id", "attendee", ["organisation_id"])
    op.create_table(
        "arrival",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_arrival"),
    )
    op.create_index("ix_arrival_event_id", "arrival", ["event_id"])
    op.create_index("ix_arrival_organisation_id", "arrival", ["organisation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("arrival")
    op.drop_table("attendee")
    op.drop_table("stand")
    op.drop_table("event")
    op.drop_table("organisation")
