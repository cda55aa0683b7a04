"""A running system with one organisation and one published event, for tests that break its parts."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from deploy.servers.waiting import wait_for
from services.registration.events.models import Event
from services.registration.events.schemas import event_values
from services.scheduling.events.models import Event as KnownEvent
from shared.database import ACROSS_ORGANISATIONS, act_for, make_engine, make_sessions
from shared.events import OrganisationChanged, Person, SendMessage
from shared.outbox import record
from shared.settings import SERVICES
from tests.factories.events import make_event, make_organisation
from tests.service_under_test import ORGANISATION_ID
from tests.stack import Stack
from tests.visitor import Visitor

DEADLINE = 120
"""Seconds until what was delayed must have come through: a killed task returns after a minute at most."""


@dataclass
class Running:
    """A stack and what the fault tests look at in it."""

    stack: Stack
    engines: dict[str, Engine]
    event_id: uuid.UUID

    @contextmanager
    def session(self, service: str) -> Iterator[Session]:
        """A session on a service's database, as an operator would open one."""
        with make_sessions(self.engines[service]).begin() as session:
            act_for(session, ORGANISATION_ID)
            yield session

    def visitor(self, *roles: str) -> Visitor:
        """Somebody of the staff, signed in."""
        return Visitor(self.stack, *roles)

    def rename(self, name: str) -> None:
        """Change the event's name as the organiser does, through the gateway."""
        path = f"/events/{self.event_id}/edit"
        answer = self.visitor().post(path, {**self._typed(), "name": name}, page=path)
        assert answer.status_code == 303, answer.text

    def _typed(self) -> dict[str, str]:
        """What the edit form holds as it stands."""
        with self.session("registration") as session:
            return event_values(session.scalars(select(Event).where(Event.id == self.event_id)).one())

    def known_names(self) -> list[str]:
        """What the scheduling service calls the event: once, or not yet."""
        known = select(KnownEvent.name).where(KnownEvent.id == self.event_id)
        with self.session("scheduling") as session:
            return list(session.scalars(known.execution_options(**ACROSS_ORGANISATIONS)))

    def wait_until_known(self, name: str) -> None:
        """Wait until the scheduling service calls the event so."""
        assert wait_for(lambda: self.known_names() == [name], DEADLINE, pause=0.3), (
            self.known_names(),
            self.stack.logs("worker-scheduling"),
        )

    def waiting(self, service: str = "registration") -> int:
        """How many events of a service were not yet answered."""
        with self.session(service) as session:
            return session.scalar(text("SELECT count(*) FROM outbox WHERE acknowledged_at IS NULL")) or 0

    def wait_until_quiet(self) -> None:
        """Wait until everything that was recorded has been handled."""
        assert wait_for(lambda: not any(self.waiting(name) for name in SERVICES), DEADLINE, pause=0.3), (
            [self.waiting(name) for name in SERVICES],
            self.stack.logs(),
        )

    def send_message(self, address: str) -> uuid.UUID:
        """Record a command that sends one mail; its message id."""
        message_id = uuid.uuid4()
        person = Person("contact", uuid.uuid4(), "Їжакевич-Ґалаґан O'Brien 李", "uk", address)
        command = SendMessage(
            message_id, ORGANISATION_ID, "employer_invited", person, {"employer": "Bakkerij"}, self.event_id
        )
        with self.session("registration") as session:
            record(session, command)
        return message_id


@pytest.fixture
def running(faulty_stack: Stack) -> Iterator[Running]:
    """The system with a fresh published event that every service knows."""
    engines = {service: make_engine(faulty_stack.database_url(service)) for service in SERVICES}
    found = Running(faulty_stack, engines, uuid.uuid4())
    with found.session("registration") as session:
        organisation = make_organisation(session)
        record(session, OrganisationChanged(organisation.id, 1, organisation.name, organisation.mailbox))
        event = make_event(session, name=f"Meet & Greet {uuid.uuid4().hex[:6]}")
        found.event_id, name = event.id, event.name
    found.wait_until_known(name)
    yield found
    for engine in engines.values():
        engine.dispose()


@pytest.fixture
def unique() -> Callable[[], str]:
    """Makes an address that nobody else in this run has."""
    return lambda: f"{uuid.uuid4().hex[:10]}@mail.example"
