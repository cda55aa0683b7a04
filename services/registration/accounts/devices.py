"""Devices: a phone at the door shows a code once and gets a token that is good for one event."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from services.registration.accounts.errors import DeviceUnknown, EnrolmentCodeInvalid
from services.registration.accounts.models import Device, Organisation
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for, acting_for
from shared.identity import Identity, Role

CODE_LASTS = timedelta(minutes=15)
DELIVERY_LASTS = timedelta(days=7)
"""How long after its event a device may still hand in scans that it made before: no scan is lost overnight."""


def add_device(session: Session, event_id: uuid.UUID, gate: str, expires_at: datetime) -> tuple[Device, str]:
    """A place for one phone at a gate, and the code that enrols it. Only a hash of the code is kept."""
    code, now = secrets.token_urlsafe(24), clock.now()
    device = Device(
        organisation_id=acting_for(session),
        event_id=event_id,
        name="",
        gate=gate,
        code_hash=_hash(code),
        code_expires_at=now + CODE_LASTS,
        expires_at=expires_at,
        created_at=now,
    )
    session.add(device)
    session.flush()
    return device, code


def enrol_device(session: Session, code: str, name: str) -> tuple[Device, str]:
    """Exchange the code for a token; of two phones that show it, one gets in. Raises EnrolmentCodeInvalid."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    device = session.scalar(
        select(Device)
        .where(Device.code_hash == _hash(code), Device.code_expires_at > now, Device.expires_at > now)
        .where(Device.revoked_at.is_(None))
        .with_for_update(),
        execution_options=ACROSS_ORGANISATIONS,
    )
    if device is None:
        raise EnrolmentCodeInvalid
    act_for(session, device.organisation_id)
    device.code_hash, device.code_expires_at = None, None
    device.token_hash, device.name, device.enrolled_at = _hash(token), name, now
    session.flush()
    return device, token


def read_device(session: Session, token: str) -> Identity | None:
    """Who a device is, by its token; None when it is unknown, revoked, or long past its event.

    `expires_at` says until when it may scan; a week longer it may hand in what it scanned before.
    """
    values = {"of_token": _hash(token), "not_before": clock.now() - DELIVERY_LASTS}
    found = session.execute(_BY_TOKEN, values, execution_options=ACROSS_ORGANISATIONS).one_or_none()
    if found is None:
        return None
    device, organisation_name = found
    return Identity(
        kind="device",
        session_id=device.id.hex,
        subject_id=device.id,
        organisation_id=device.organisation_id,
        organisation_name=organisation_name,
        display_name=device.gate,
        roles=frozenset({str(Role.DEVICE)}),
        expires_at=device.expires_at,
        event_id=device.event_id,
    )


# Put together once: every request of a phone begins with it.
_BY_TOKEN = (
    select(Device, Organisation.name)
    .join(Organisation, Organisation.id == Device.organisation_id)
    .where(Device.token_hash == bindparam("of_token"), Device.revoked_at.is_(None))
    .where(Device.expires_at > bindparam("not_before"))
)


def list_devices(session: Session, event_id: uuid.UUID) -> Sequence[Device]:
    """The event's devices, the newest first."""
    return session.scalars(
        select(Device).where(Device.event_id == event_id).order_by(Device.created_at.desc(), Device.id)
    ).all()


def load_device(session: Session, event_id: uuid.UUID, device_id: uuid.UUID) -> Device:
    """A device of the event. Raises DeviceUnknown."""
    device = session.scalar(select(Device).where(Device.id == device_id, Device.event_id == event_id))
    if device is None:
        raise DeviceUnknown
    return device


def revoke_device(device: Device) -> None:
    """From now on the device is let in no more. A second time changes nothing."""
    device.revoked_at = device.revoked_at or clock.now()
    device.code_hash = None


def move_devices(session: Session, event_id: uuid.UUID, expires_at: datetime) -> None:
    """The event moved: its devices are good until the end of its new day."""
    session.execute(update(Device).where(Device.event_id == event_id).values(expires_at=expires_at))


def _hash(text: str) -> str:
    # The tokens are random and long, so that a plain hash is enough: nobody can try them all.
    return hashlib.sha256(text.encode()).hexdigest()
