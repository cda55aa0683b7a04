"""Builds what happens at the door through the use cases of the room."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from sqlalchemy.orm import Session

from services.registration.accounts.devices import enrol_device
from services.registration.accounts.rules import read_device
from services.registration.door.rules import NewScan, Verdict, prepare_device, record_scan
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import pass_text, verify_key
from shared import clock
from shared.identity import Identity
from tests.factories.events import make_event
from tests.factories.invitations import SIGNING_SEED, make_invitations

VERIFY_KEY = verify_key(SIGNING_SEED)


@dataclass(frozen=True)
class Door:
    """An event on its day, who said yes, and a phone at an entrance."""

    event: Event
    invitations: list[Invitation]
    device: Identity
    token: str

    def text(self, index: int = 0) -> str:
        """What the pass of one of the guests says."""
        return text_of(self.invitations[index])


def make_door(
    session: Session, guests: int = 1, *, capacity: int | None = None, answers: tuple[str, ...] = ("accepted",)
) -> Door:
    """A door that opened a moment ago."""
    starts_at = clock.now() - timedelta(minutes=5)
    event = make_event(session, starts_at=starts_at, capacity=capacity)
    with time_machine.travel(starts_at - timedelta(hours=1)):
        # Answers come before the event: afterwards they are too late.
        invitations = make_invitations(session, guests, event=event, answers=answers) if guests else []
    device, token = make_phone(session, event)
    return Door(event, invitations, device, token)


def make_phone(session: Session, event: Event, gate: str = "Entrance north") -> tuple[Identity, str]:
    """One more phone for the event, and its token."""
    _, code = prepare_device(session, event, gate)
    _, token = enrol_device(session, code, "Telephone of Ben")
    device = read_device(session, token)
    assert device is not None
    return device, token


def text_of(invitation: Invitation) -> str:
    """What the pass that is valid now says."""
    return pass_text(SIGNING_SEED, invitation.pass_content)


def new_scan(text: str, at: datetime | None = None, client_id: uuid.UUID | None = None) -> NewScan:
    """A scan that is sent as it is made."""
    moment = at or clock.now()
    return NewScan(client_id or uuid.uuid4(), text, moment, moment)


def scan(session: Session, device: Identity, text: str) -> Verdict:
    """Hold a code before a phone."""
    return record_scan(session, device, new_scan(text), VERIFY_KEY)
