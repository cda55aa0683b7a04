"""The JSON API of the door: for the phones (`Authorization: Device <token>`), and for organisers who set them up."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint

from services.registration.accounts.devices import list_devices, load_device, revoke_device
from services.registration.accounts.models import Device
from services.registration.door import rules
from services.registration.door.schemas import (
    ArrivalsSchema,
    DeviceSchema,
    DoorEventSchema,
    NewDeviceAnswerSchema,
    NewDeviceSchema,
    ScanSchema,
    VerdictSchema,
)
from services.registration.events.rules import load_event
from services.registration.invitations.rules import verify_key
from shared.identity import Role, allow, require_identity
from shared.identity.duties import DOOR_KEEPERS
from shared.limits import limiter
from shared.web import database, settings

door = Blueprint("door_api", __name__, url_prefix="/api/door", description="For the phones at the door")
phones = Blueprint("phones_api", __name__, url_prefix="/api/events", description="Phones for the door of an event")


def _device_key() -> str:
    return require_identity().subject_id.hex


@door.post("/scans")
@allow(Role.DEVICE)
@limiter.limit("1200 per minute", key_func=_device_key)
@door.arguments(ScanSchema())
@door.response(200, VerdictSchema)
def scan(data: dict[str, Any]) -> rules.Verdict:
    """Judge and keep a scan. Sending it again is harmless and gets the same answer."""
    device, key = require_identity(), verify_key(settings().pass_signing_key)
    return rules.record_scan(database(), device, rules.NewScan(**data), key)


@door.get("/counts")
@allow(Role.DEVICE)
@door.response(200, ArrivalsSchema)
def counts() -> Any:
    """How many are inside and how many are still expected."""
    return rules.arrival_counts(database(), rules.event_of_device(database(), require_identity()).id)


@door.get("/event")
@allow(Role.DEVICE)
@door.response(200, DoorEventSchema)
def event() -> dict[str, Any]:
    """The event that the phone is for."""
    device = require_identity()
    found = rules.event_of_device(database(), device)
    return {
        "event_id": found.id,
        "name": found.name,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "time_zone": found.time_zone,
        "venue": found.venue.name,
        "gate": device.display_name,
        "expires_at": device.expires_at,
    }


@phones.get("/<uuid:event_id>/devices")
@allow(*DOOR_KEEPERS)
@phones.response(200, DeviceSchema(many=True))
def list_phones(event_id: uuid.UUID) -> Sequence[Device]:
    """The phones of an event."""
    return list_devices(database(), load_event(database(), event_id).id)


@phones.post("/<uuid:event_id>/devices")
@allow(*DOOR_KEEPERS)
@phones.arguments(NewDeviceSchema)
@phones.response(201, NewDeviceAnswerSchema)
def prepare_phone(data: dict[str, str], event_id: uuid.UUID) -> dict[str, Any]:
    """Make a place for a phone; the address in the answer enrols it within a quarter of an hour."""
    device, code = rules.prepare_device(database(), load_event(database(), event_id), data["gate"])
    shown = {name: getattr(device, name) for name in NewDeviceAnswerSchema().fields if name != "address"}
    return {**shown, "address": f"{settings().base_url}/door#{code}"}


@phones.delete("/<uuid:event_id>/devices/<uuid:device_id>")
@allow(*DOOR_KEEPERS)
@phones.response(200, DeviceSchema)
def revoke_phone(event_id: uuid.UUID, device_id: uuid.UUID) -> Device:
    """Let a phone in no more."""
    device = load_device(database(), event_id, device_id)
    revoke_device(device)
    return device


@phones.get("/<uuid:event_id>/arrivals")
@allow(*DOOR_KEEPERS)
@phones.response(200, ArrivalsSchema)
def arrivals(event_id: uuid.UUID) -> Any:
    """How many of those who said yes are inside."""
    return rules.arrival_counts(database(), load_event(database(), event_id).id)
