"""The inbox"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
KINDS = (
    "('calendar_answer', 'calendar_other', 'delivered', 'delayed', 'bounced', 'complaint', 'automatic',"
    " 'unsubscribe', 'reply', 'short_answer', 'unreadable')"
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "incoming_mail",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("came_by", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("region_id", sa.Uuid),
        sa.Column("taken_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_incoming_mail"),
        sa.CheckConstraint("came_by IN ('imap', 'webhook', 'sms')", name="ck_incoming_mail_came_by"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="ck_incoming_mail_kind"),
    )
    op.create_index("ix_incoming_mail_taken_at", "incoming_mail", ["taken_at"])
    _create_inbox_item()
    op.create_table(
        "mailbox_reading",
        sa.Column("mailbox", sa.String, nullable=False),
        sa.Column("validity", sa.BigInteger, nullable=False),
        sa.Column("last_uid", sa.BigInteger, nullable=False),
        sa.Column("read_at", TIME),
        sa.Column("fault", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name="pk_mailbox_reading"),
        sa.CheckConstraint("last_uid >= 0", name="ck_mailbox_reading_last_uid"),
    )


def downgrade() -> None:
    """Back."""
    for name in ("mailbox_reading", "inbox_item", "incoming_mail"):
        op.drop_table(name)


def _create_inbox_item() -> None:
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("message_id", sa.Uuid),
        sa.Column("person_kind", sa.String),
        sa.Column("person_id", sa.Uuid),
        sa.Column("person_name", sa.String, nullable=False),
        sa.Column("event_id", sa.Uuid),
        sa.Column("suggestion", sa.String(10)),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.Column("forgotten_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_item"),
        sa.ForeignKeyConstraint(["digest"], ["incoming_mail.digest"], name="fk_inbox_item_digest"),
        sa.UniqueConstraint("digest", name="uq_inbox_item_digest"),
        sa.CheckConstraint(f"kind IN {KINDS}", name="ck_inbox_item_kind"),
        sa.CheckConstraint("state IN ('open', 'noted', 'done')", name="ck_inbox_item_state"),
        sa.CheckConstraint("suggestion IN ('accepted', 'declined')", name="ck_inbox_item_suggestion"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="ck_inbox_item_done"),
    )
    op.create_index("ix_inbox_item_organisation_id", "inbox_item", ["organisation_id"])
    op.create_index("ix_inbox_item_listed", "inbox_item", ["organisation_id", "state", "received_at"])
    op.create_index("ix_inbox_item_person", "inbox_item", ["person_id"])
    op.create_index("ix_inbox_item_message_id", "inbox_item", ["message_id"])
    op.create_index(
        "ix_inbox_item_kept", "inbox_item", ["received_at"], postgresql_where=sa.text("forgotten_at IS NULL")
    )
