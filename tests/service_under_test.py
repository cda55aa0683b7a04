"""A service as tests hold it: its real application on a real, empty database."""

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from shared.database import act_for
from shared.events import CancelCalendarEntry, PutCalendarEntry, SendMessage
from shared.identity.sessions import start_session
from shared.inbox import handle, read_event
from shared.outbox import OutboxRow
from shared.web import Floor

ORGANISATION_ID = uuid.UUID("11111111-1111-4111-8111-111111111111")
ORGANISATION_NAME = "Werkregio Rijn en Vecht"
STRANGER_ORGANISATION_ID = uuid.UUID("22222222-2222-4222-8222-222222222222")


@dataclass
class ServiceUnderTest:
    """The application, its sessions, and what tests do with them all the time."""

    app: Flask

    @property
    def floor(self) -> Floor:
        found: Floor = self.app.extensions["handdruk"]
        return found

    @property
    def sessions(self) -> sessionmaker[Session]:
        return self.floor.sessions

    @contextmanager
    def session(self, organisation_id: uuid.UUID | None = ORGANISATION_ID) -> Iterator[Session]:
        """A session that commits at the end, acting for an organisation; inside an application context."""
        with self.app.app_context(), self.sessions.begin() as session:
            if organisation_id is not None:
                act_for(session, organisation_id)
            yield session

    def client(self) -> FlaskClient:
        """A browser that nobody signed in on, reading English."""
        client = self.app.test_client()
        client.set_cookie("language", "en")
        return client

    def signed_in(
        self,
        *roles: str,
        kind: str = "staff",
        subject_id: uuid.UUID | None = None,
        organisation_id: uuid.UUID = ORGANISATION_ID,
        event_id: uuid.UUID | None = None,
        client: FlaskClient | None = None,
    ) -> FlaskClient:
        """A browser on which somebody with these roles is signed in (organiser when none are named)."""
        client = client or self.client()
        with client.session_transaction() as cookie:
            cookie["identities"] = {
                **cookie.get("identities", {}),
                kind: self._identity_cookie(
                    kind, roles or ("organiser",), subject_id or uuid.uuid4(), organisation_id, event_id
                ),
            }
        return client

    def _identity_cookie(
        self,
        kind: str,
        roles: Sequence[str],
        subject_id: uuid.UUID,
        organisation_id: uuid.UUID,
        event_id: uuid.UUID | None,
    ) -> Any:
        with self.app.test_request_context():
            start_session(
                kind,
                subject_id,
                organisation_id,
                ORGANISATION_NAME,
                "Test Person",
                roles,
                timedelta(hours=1),
                event_id,
            )
            return session["identities"][kind]

    def outbox(self, kind: type | None = None) -> list[Any]:
        """The events recorded so far, oldest first, each once; of one kind when asked."""
        with self.sessions() as database:
            rows = database.scalars(select(OutboxRow).order_by(OutboxRow.position)).all()
        seen: dict[uuid.UUID, Any] = {row.event_id: read_event(row.name, row.payload) for row in rows}
        return [event for event in seen.values() if kind is None or isinstance(event, kind)]

    def told(self) -> list[Any]:
        """What people are told by now, in words or in their calendars: reminders, which come later, are left out."""
        kinds = (SendMessage, PutCalendarEntry, CancelCalendarEntry)
        return [one for one in self.outbox() if isinstance(one, kinds) and getattr(one, "before_start", None) is None]

    def reminders(self) -> list[SendMessage]:
        """What people are to be told some time before the event."""
        return [one for one in self.outbox(SendMessage) if one.before_start is not None]

    def forget_outbox(self) -> None:
        """Empty the outbox, so that a test sees only what comes next."""
        with self.sessions.begin() as session:
            session.execute(text("DELETE FROM outbox"))

    def deliver(self, event: object, event_id: uuid.UUID | None = None) -> bool:
        """Hand the service an event as its worker does; False when it was handled before."""
        with self.app.app_context(), self.sessions.begin() as session:
            return handle(session, self.floor.worker.reactions, event_id or uuid.uuid4(), event)

    def deliver_all(self, events: Iterable[object]) -> None:
        """Hand it those of the events that it reacts to."""
        for event in events:
            if type(event) in self.floor.worker.reactions:
                self.deliver(event)

    def empty(self) -> None:
        """Empty every table; the schema stays. TRUNCATE makes new files for each table and takes ten times as long."""
        with self.sessions.begin() as session:
            names = session.scalars(
                text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
                     " AND tablename <> 'alembic_version'")
            ).all()  # fmt: skip
            # Waits for whoever still writes; then the order of the tables is of no matter, nor do triggers object.
            session.execute(text(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"))
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.connection().exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in names))
            session.execute(text("SELECT setval(quote_ident(sequencename), start_value, false) FROM pg_sequences"))


def post_form(client: FlaskClient, address: str, values: dict[str, Any], page: str | None = None) -> Any:
    """Open a page with a form (at `page`, or at `address` itself), then post `values` with its CSRF token."""
    html = client.get(page or address).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    if found is None:
        raise AssertionError(f"no form at {page or address}: {html[:500]}")
    return client.post(address, data={"csrf_token": found.group(1), **values})
