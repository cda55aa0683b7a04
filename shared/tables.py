"""The floor's own tables as migrations make them: the same four in each service's database."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

TIME = sa.DateTime(timezone=True)


def create_floor_tables() -> None:
    """Outbox, inbox, ended sessions and personal links, as of the first release."""
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("receiver", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("acknowledged_at", TIME),
        sa.PrimaryKeyConstraint("event_id", "receiver", name="pk_outbox"),
        sa.UniqueConstraint("position", name="uq_outbox_position"),
    )
    op.create_index("ix_outbox_due", "outbox", ["due_at"], postgresql_where=sa.text("acknowledged_at IS NULL"))
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("handled_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"])
    op.create_table(
        "ended_session",
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_ended_session"),
    )
    op.create_index("ix_ended_session_expires_at", "ended_session", ["expires_at"])
    _create_personal_link()


def _create_personal_link() -> None:
    op.create_table(
        "personal_link",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("organisation_name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("person_name", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("event_id", sa.Uuid),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.Column("opened_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_personal_link"),
    )
    op.create_index("ix_personal_link_person_id", "personal_link", ["person_id"])


def drop_floor_tables() -> None:
    """The way back."""
    for name in ("personal_link", "ended_session", "inbox", "outbox"):
        op.drop_table(name)
