"""Database sessions and the columns every table shares: one database a service."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, Uuid, create_engine, event
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    sessionmaker,
    with_loader_criteria,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
COLUMN_TYPES: dict[Any, Any] = {datetime: DateTime(timezone=True), uuid.UUID: Uuid()}
"""Every time is a `timestamptz`; every id a `uuid`."""


class SharedBase(DeclarativeBase):
    """Base of the tables that every service's database has: outbox, inbox, ended sessions, links."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = COLUMN_TYPES


class Owned:
    """A row that belongs to one organisation. Queries see only rows of the session's organisation."""

    organisation_id: Mapped[uuid.UUID] = mapped_column(index=True)


class OrganisationUnknown(RuntimeError):
    """A query on owned rows ran before the session knew whose rows it may see. A fault in the code."""


def make_engine(url: str, **options: Any) -> Engine:
    """An engine with short waits, so that a database that is away is noticed within seconds."""
    return create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=5,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC -c lock_timeout=10s"},
        **options,
    )


def make_sessions(engine: Engine, secret_keys: Sequence[str] = ()) -> sessionmaker[Session]:
    """Sessions of one service. Objects stay readable after the commit that `shared` does.

    `secret_keys` are for rules that keep a keyed digest in the place of an address (shared/digests.py).
    """
    sessions = sessionmaker(engine, expire_on_commit=False, info={"secret_keys": tuple(secret_keys)})
    event.listen(sessions, "do_orm_execute", _keep_to_organisation)
    return sessions


def act_for(session: Session, organisation_id: uuid.UUID) -> None:
    """From here on `session` sees the rows of this organisation and no others."""
    session.info["organisation_id"] = organisation_id


def acting_for(session: Session) -> uuid.UUID:
    """The organisation whose rows `session` sees. Raises OrganisationUnknown before `act_for`."""
    found = session.info.get("organisation_id")
    if not isinstance(found, uuid.UUID):
        raise OrganisationUnknown
    return found


ACROSS_ORGANISATIONS = {"across_organisations": True}
"""`execution_options` of the few queries that look before the organisation is known (a token, an e-mail address)."""


def _keep_to_organisation(state: ORMExecuteState) -> None:
    """Narrow every query on owned rows to the session's organisation; refuse it when there is none."""
    if state.is_column_load or state.is_relationship_load:
        return
    if state.execution_options.get("across_organisations"):
        return
    organisation_id = state.session.info.get("organisation_id")
    if organisation_id is None:
        if any(issubclass(mapper.class_, Owned) for mapper in state.all_mappers):
            raise OrganisationUnknown(str(state.all_mappers))
        return
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda table: table.organisation_id == organisation_id, include_aliases=True)
    )


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that commits when the block ends well and rolls back otherwise; used by workers and commands."""
    with sessions.begin() as session:
        yield session
