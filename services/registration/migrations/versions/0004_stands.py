"""Employers, contacts, invitations, vacancies, stand bookings"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.tables import TIME

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
LIVE = sa.text("state IN ('held', 'confirmed')")


def upgrade() -> None:
    """Forward."""
    _create_employer()
    _create_contact()
    _create_employer_invitation()
    _create_vacancy()
    _create_stand_booking()


def downgrade() -> None:
    """Back."""
    for name in ("stand_booking", "vacancy", "employer_invitation", "contact", "employer"):
        op.drop_table(name)


def _refer(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_employer() -> None:
    op.create_table(
        "employer",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_employer"),
        _refer("employer", "organisation_id", "organisation"),
        sa.UniqueConstraint("organisation_id", "name_key", name="uq_employer_organisation_id_name_key"),
    )
    _index("employer", "organisation_id")


def _create_contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("employer_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(20)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        _refer("contact", "organisation_id", "organisation"),
        _refer("contact", "employer_id", "employer"),
    )
    op.create_index("uq_contact_employer_id_email", "contact", ["employer_id", sa.text("lower(email)")], unique=True)
    _index("contact", "organisation_id", "employer_id")


def _create_employer_invitation() -> None:
    name = "employer_invitation"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("employer_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("stands_allowed", sa.SmallInteger, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("link_id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
        sa.Column("undelivered", sa.String(40)),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        _refer(name, "organisation_id", "organisation"),
        _refer(name, "event_id", "event"),
        _refer(name, "employer_id", "employer"),
        _refer(name, "contact_id", "contact"),
        sa.UniqueConstraint("event_id", "employer_id", name=f"uq_{name}_event_id_employer_id"),
        sa.UniqueConstraint("id", "event_id", name=f"uq_{name}_id_event_id"),
        sa.CheckConstraint("state IN ('invited', 'declined')", name=f"ck_{name}_state"),
        sa.CheckConstraint("stands_allowed BETWEEN 1 AND 5", name=f"ck_{name}_stands_allowed"),
    )
    _index(name, "organisation_id", "employer_id", "contact_id")


def _create_vacancy() -> None:
    op.create_table(
        "vacancy",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("employer_id", sa.Uuid, nullable=False),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("fits_school_hours", sa.Boolean, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("openings", sa.Integer, nullable=False),
        sa.Column("reachable_without_car", sa.Boolean, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vacancy"),
        _refer("vacancy", "organisation_id", "organisation"),
        _refer("vacancy", "employer_id", "employer"),
        _refer("vacancy", "invitation_id", "employer_invitation"),
        sa.CheckConstraint("hours BETWEEN 4 AND 40", name="ck_vacancy_hours"),
        sa.CheckConstraint("openings BETWEEN 1 AND 999", name="ck_vacancy_openings"),
    )
    _index("vacancy", "organisation_id", "employer_id", "invitation_id")


def _create_stand_booking() -> None:
    name = "stand_booking"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("stand_id", sa.Uuid, nullable=False),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("slot", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("held_until", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME),
        sa.Column("cancelled_at", TIME),
        sa.Column("cancelled_by", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        _refer(name, "organisation_id", "organisation"),
        _refer(name, "event_id", "event"),
        _refer(name, "stand_id", "stand"),
        sa.ForeignKeyConstraint(
            ["invitation_id", "event_id"],
            ["employer_invitation.id", "employer_invitation.event_id"],
            name=f"fk_{name}_invitation_id_event_id",
        ),
        *_stand_booking_checks(),
    )
    _index(name, "organisation_id", "stand_id", "invitation_id")
    # A stand has one live booking, and an employer one in each of the places that the organiser allows.
    op.create_index(f"uq_{name}_stand", name, ["event_id", "stand_id"], unique=True, postgresql_where=LIVE)
    op.create_index(f"uq_{name}_slot", name, ["invitation_id", "slot"], unique=True, postgresql_where=LIVE)


def _stand_booking_checks() -> list[sa.CheckConstraint]:
    checks = {
        "state": "state IN ('held', 'confirmed', 'cancelled', 'expired')",
        "slot": "slot BETWEEN 1 AND 5",
        "held_until": "state <> 'held' OR held_until IS NOT NULL",
        "confirmed_at": "state <> 'confirmed' OR confirmed_at IS NOT NULL",
    }
    return [sa.CheckConstraint(condition, name=f"ck_stand_booking_{name}") for name, condition in checks.items()]
