"""Messages, calendar entries"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    _create_organisation()
    _create_event()
    _create_calendar_entry()
    _create_message()
    _create_attempt()


def downgrade() -> None:
    """Back."""
    for name in ("attempt", "message", "calendar_entry", "event", "organisation"):
        op.drop_table(name)


def _create_organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("mailbox", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("time_zone", sa.String, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("venue", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("route", sa.String, nullable=False),
        sa.Column("moved_at", TIME),
        sa.CheckConstraint("ends_at > starts_at", name="ck_event_times"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_organisation_id", "event", ["organisation_id"])


def _create_calendar_entry() -> None:
    op.create_table(
        "calendar_entry",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("starts_at", TIME),
        sa.Column("ends_at", TIME),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("sequence", sa.Integer),
        sa.Column("written", JSONB),
        sa.Column("told", JSONB),
        sa.Column("changed_at", TIME, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name="ck_calendar_entry_times"),
        sa.CheckConstraint(
            "cancelled OR (starts_at IS NOT NULL AND ends_at IS NOT NULL)", name="ck_calendar_entry_known"
        ),
        sa.CheckConstraint("sequence >= 0", name="ck_calendar_entry_sequence"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_entry"),
        sa.UniqueConstraint("event_id", "person_id", "key", name="uq_calendar_entry_event_id_person_id_key"),
    )
    op.create_index("ix_calendar_entry_organisation_id", "calendar_entry", ["organisation_id"])


def _create_message() -> None:
    waiting = "state IN ('queued', 'sending')"
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("person_kind", sa.String, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("person_name", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("address", sa.String),
        sa.Column("mobile", sa.String),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("link_id", sa.Uuid),
        sa.Column("link_service", sa.String, nullable=False),
        sa.Column("pass_code", sa.String),
        sa.Column("entry_id", sa.Uuid),
        sa.Column("method", sa.String),
        sa.Column("channel", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("mail_id", sa.String),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("told", JSONB),
        sa.Column("forgotten_at", TIME),
        *_message_constraints(waiting),
    )
    op.create_index("ix_message_due", "message", ["due_at"], postgresql_where=sa.text(waiting))
    op.create_index("ix_message_event", "message", ["event_id", "queued_at"])
    op.create_index("ix_message_person", "message", ["person_id", "event_id"])
    op.create_index("ix_message_kept", "message", ["queued_at"], postgresql_where=sa.text("forgotten_at IS NULL"))
    op.create_index("ix_message_organisation_id", "message", ["organisation_id"])


def _message_constraints(waiting: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'dropped')",
            name="ck_message_state",
        ),
        sa.CheckConstraint(f"(due_at IS NOT NULL) = ({waiting})", name="ck_message_due"),
        sa.CheckConstraint(
            "reason IS NOT NULL OR state NOT IN ('failed', 'dropped', 'bounced')", name="ck_message_reason"
        ),
        sa.CheckConstraint("sent_at IS NOT NULL OR state NOT IN ('sent', 'delivered')", name="ck_message_sent"),
        sa.CheckConstraint(
            "method IN ('REQUEST', 'CANCEL') AND (method IS NULL) = (entry_id IS NULL)", name="ck_message_method"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("mail_id", name="uq_message_mail_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["calendar_entry.id"], name="fk_message_entry_id"),
    )


def _create_attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("outcome", sa.String),
        sa.Column("code", sa.Integer),
        sa.Column("answer", sa.String, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'away', 'later', 'lost', 'refused', 'unreadable')", name="ck_attempt_outcome"
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ck_attempt_ended"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint("message_id", "number", name="uq_attempt_message_id_number"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_attempt_message_id", ondelete="CASCADE"),
    )
