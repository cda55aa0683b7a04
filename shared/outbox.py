"""The outbox: an event is written in the same transaction as the fact it tells of.

A row a receiver. A row stays due until its receiver says that the event was handled, so that a broker that
forgets everything costs time and nothing else (docs/decisions/0001-outbox-and-celery.md).
"""

import uuid
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import BigInteger, Identity, Index, Text, cast, delete, func, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared import clock
from shared.database import SharedBase
from shared.events import FLOW


class OutboxRow(SharedBase):
    """One event on its way to one receiver."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "due_at", postgresql_where="acknowledged_at IS NULL"),)

    position: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    event_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    receiver: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str]
    recorded_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    acknowledged_at: Mapped[datetime | None]


def record(session: Session, event: object) -> None:
    """Write `event` down for each of its receivers; it travels once the session's transaction commits."""
    now, event_id, kind = clock.now(), uuid.uuid4(), type(event)
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    for receiver in sorted(FLOW[kind].receivers):
        session.add(
            OutboxRow(
                event_id=event_id,
                receiver=receiver,
                name=kind.__name__,
                payload=msgspec.to_builtins(event, str_keys=True),
                request_id=request_id,
                recorded_at=now,
                due_at=now,
            )
        )
    session.info["recorded"] = True


def forget_person(session: Session, person_id: uuid.UUID) -> None:
    """Erasure: delete every event that names this person, whether it has arrived or not.

    Record afterwards what receivers still need to know of the person, so that it overtakes what was deleted.
    """
    named = cast(OutboxRow.payload, Text).contains(str(person_id))
    session.execute(delete(OutboxRow).where(named).execution_options(synchronize_session=False))


def forget_mention(session: Session, organisation_id: uuid.UUID, field: str, name: str) -> None:
    """Erasure: take a name out of what is told to others, wherever it is the value of this field of a payload."""
    payload = cast(OutboxRow.payload, Text)
    said = func.concat(f'"{field}": ', cast(func.to_jsonb(cast(name, Text)), Text))
    own = update(OutboxRow).where(
        OutboxRow.payload["organisation_id"].astext == str(organisation_id), func.strpos(payload, said) > 0
    )
    without = cast(func.replace(payload, said, f'"{field}": null'), JSONB)
    session.execute(own.values(payload=without).execution_options(synchronize_session=False))


def ask_for_job(session: Session, job_name: str, **arguments: str) -> None:
    """Ask this service's workers for a job once the session's transaction has committed.

    A hint for speed and no promise: the job's own schedule finds work whose asking was lost.
    """
    session.info.setdefault("asked", []).append((job_name, arguments))


def jobs_asked_for(session: Session) -> list[tuple[str, dict[str, str]]]:
    """The jobs asked for since the last commit, each once; they are forgotten here."""
    asked: list[tuple[str, dict[str, str]]] = session.info.pop("asked", [])
    return [job for number, job in enumerate(asked) if job not in asked[:number]]
