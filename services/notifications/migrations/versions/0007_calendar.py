"""Answers to calendar entries, calendar addresses, coordinates of places"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ANSWERS = "answer IN ('needs_action', 'accepted', 'declined', 'tentative')"


def upgrade() -> None:
    """Forward."""
    _widen_event()
    _widen_entry()
    _create_answer()
    _create_feed()


def downgrade() -> None:
    """Back."""
    op.drop_table("calendar_feed")
    op.drop_table("calendar_answer")
    op.drop_index("ix_calendar_entry_person", "calendar_entry")
    op.drop_constraint("ck_calendar_entry_answer", "calendar_entry")
    for name in (
        "answered_at",
        "answer",
        "link_service",
        "link_id",
        "language",
        "person_name",
        "address",
        "person_kind",
    ):
        op.drop_column("calendar_entry", name)
    op.drop_constraint("ck_event_coordinates", "event")
    for name in ("longitude", "latitude"):
        op.drop_column("event", name)


def _widen_event() -> None:
    for name in ("latitude", "longitude"):
        op.add_column("event", sa.Column(name, sa.Float))
    op.create_check_constraint("ck_event_coordinates", "event", "(latitude IS NULL) = (longitude IS NULL)")


def _widen_entry() -> None:
    op.add_column("calendar_entry", sa.Column("person_kind", sa.String))
    op.add_column("calendar_entry", sa.Column("link_id", sa.Uuid))
    # Whose entries there are so far shows in their purpose.
    op.execute("UPDATE calendar_entry SET person_kind = CASE WHEN key = 'stand' THEN 'contact' ELSE 'interpreter' END")
    op.alter_column("calendar_entry", "person_kind", nullable=False)
    blank = {"person_name": "", "address": "", "language": "nl", "link_service": "registration"}
    for name, value in {**blank, "answer": "needs_action"}.items():
        op.add_column("calendar_entry", sa.Column(name, sa.String, nullable=False, server_default=value))
        op.alter_column("calendar_entry", name, server_default=None)
    # Who and in which language is what the newest message about the entry says.
    op.execute(
        "UPDATE calendar_entry SET (person_name, address, language, link_id, link_service) ="
        " (said.person_name, coalesce(said.address, ''), said.language, said.link_id, said.link_service)"
        " FROM (SELECT DISTINCT ON (entry_id) * FROM message WHERE entry_id IS NOT NULL"
        " ORDER BY entry_id, (method = 'REQUEST') DESC, queued_at DESC) AS said WHERE said.entry_id = calendar_entry.id"
    )
    op.add_column("calendar_entry", sa.Column("answered_at", TIME))
    op.create_check_constraint("ck_calendar_entry_answer", "calendar_entry", ANSWERS)
    op.create_index("ix_calendar_entry_person", "calendar_entry", ["person_id"])


def _create_answer() -> None:
    words = ("comment", "attendee", "sender", "delegated_to", "mail_id", "outcome", "reason", "method", "answer")
    op.create_table(
        "calendar_answer",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("entry_id", sa.Uuid, nullable=False),
        *[sa.Column(name, sa.String, nullable=False) for name in words],
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("proposed_starts_at", TIME),
        sa.Column("proposed_ends_at", TIME),
        sa.Column("stamped_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("settles_id", sa.Uuid),
        sa.CheckConstraint("outcome IN ('counted', 'kept', 'doubtful')", name="ck_calendar_answer_outcome"),
        sa.CheckConstraint(ANSWERS, name="ck_calendar_answer_answer"),
        sa.CheckConstraint(
            "(settles_id IS NOT NULL) = (reason IN ('confirmed', 'dismissed'))", name="ck_calendar_answer_settles"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["calendar_entry.id"], name="fk_calendar_answer_entry_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settles_id"], ["calendar_answer.id"], name="fk_calendar_answer_settles_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_answer"),
        sa.UniqueConstraint("settles_id", name="uq_calendar_answer_settles_id"),
    )
    op.create_index("ix_calendar_answer_entry", "calendar_answer", ["entry_id", "received_at"])
    op.create_index("ix_calendar_answer_organisation_id", "calendar_answer", ["organisation_id"])


def _create_feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("person_kind", sa.String, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
    )
    op.create_index(
        "uq_calendar_feed_live", "calendar_feed", ["organisation_id", "person_id"], unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_calendar_feed_organisation_id", "calendar_feed", ["organisation_id"])
