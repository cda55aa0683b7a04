"""Both databases that the demo writes to, each in one transaction, and how events get from one to the other."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.registration.consequences import connect_rooms
from services.registration.reactions import make_reactions
from services.scheduling.reactions import REACTIONS
from shared import clock
from shared.database import act_for, make_engine, make_sessions
from shared.events import CancelCalendarEntry, PutCalendarEntry, SendMessage
from shared.inbox import Reactions, handle, read_event
from shared.outbox import OutboxRow
from shared.settings import Settings, load_settings

COMMANDS = [kind.__name__ for kind in (SendMessage, PutCalendarEntry, CancelCalendarEntry)]


@dataclass
class House:
    """What every scene of the demo needs."""

    registration: Session
    scheduling: Session
    settings: Settings
    random: Random

    @property
    def signing_seed(self) -> bytes:
        """The seed that passes are signed with."""
        return self.settings.pass_signing_key

    def act_for(self, organisation_id: uuid.UUID) -> None:
        """From here on everything is done for this organisation."""
        act_for(self.registration, organisation_id)
        act_for(self.scheduling, organisation_id)

    def carry(self) -> None:
        """Bring the events that wait to the other service, as its worker would: the inbox knows them from then on."""
        _carry(self.registration, "scheduling", self.scheduling, REACTIONS)
        _carry(self.scheduling, "registration", self.registration, make_reactions(self.signing_seed))

    def forget_messages_before(self, moment: datetime) -> None:
        """Messages that were sent in the demo's past are not sent now: they are taken out of the outbox."""
        for session in (self.registration, self.scheduling):
            session.flush()
            session.execute(delete(OutboxRow).where(OutboxRow.name.in_(COMMANDS), OutboxRow.recorded_at < moment))

    def begin_to_wait(self) -> None:
        """What is still on its way was recorded on the story's clock, and has waited for no worker until now."""
        waiting = update(OutboxRow).where(OutboxRow.acknowledged_at.is_(None))
        for session in (self.registration, self.scheduling):
            session.flush()
            session.execute(waiting.values(recorded_at=clock.now(), due_at=clock.now()))


@contextmanager
def open_house(seed: int) -> Iterator[House]:
    """The house; both transactions commit when the block ends well. Raises SettingsError."""
    connect_rooms()
    settings = load_settings("registration")
    with ExitStack() as stack:
        # Entered first and so committed last: whoever finds the demo in registration finds it in both.
        registration = stack.enter_context(_session(settings))
        scheduling = stack.enter_context(_session(load_settings("scheduling")))
        house = House(registration, scheduling, settings, Random(seed))  # noqa: S311 (an invented world, no secret)
        yield house
        house.begin_to_wait()


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    engine = make_engine(settings.database_url)
    try:
        with make_sessions(engine).begin() as session:
            yield session
    finally:
        engine.dispose()


def _carry(sender: Session, receiver: str, to: Session, reactions: Reactions) -> None:
    sender.flush()
    waiting = select(OutboxRow).where(OutboxRow.receiver == receiver, OutboxRow.acknowledged_at.is_(None))
    for row in sender.scalars(waiting.order_by(OutboxRow.position)).all():
        handle(to, reactions, row.event_id, read_event(row.name, row.payload))
        row.acknowledged_at = clock.now()
    to.flush()
