"""The door: phones for an event, scans, who is inside, and where those who come in go first."""

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.registration.accounts.devices import add_device, move_devices
from services.registration.accounts.models import Device
from services.registration.door.arrivals import arrival_counts, arrivals_over_time, latest_arrivals
from services.registration.door.errors import DeviceExpired, EventClosedForPhones
from services.registration.door.models import FirstStop, PlanKnown
from services.registration.door.scanning import NewScan, Verdict, record_scan
from services.registration.door.verdicts import end_of_day
from services.registration.events.models import Event
from services.registration.events.rules import Move, load_event
from shared import clock
from shared.events import PlanPublished
from shared.identity import Identity

__all__ = ["NewScan", "Verdict", "arrival_counts", "arrivals_over_time", "latest_arrivals", "record_scan"]


def prepare_device(session: Session, event: Event, gate: str) -> tuple[Device, str]:
    """A place for a phone at this event, and the code that enrols it. Raises EventClosedForPhones."""
    if event.state == "cancelled" or end_of_day(event) <= clock.now():
        raise EventClosedForPhones
    return add_device(session, event.id, gate, end_of_day(event))


def event_of_device(session: Session, device: Identity) -> Event:
    """The event a phone is for. Raises DeviceExpired once its day is over."""
    if device.expires_at <= clock.now() or device.event_id is None:
        raise DeviceExpired
    return load_event(session, device.event_id)


def move_phones(session: Session, event: Event, _: Move) -> None:
    """The event moved: its phones work until the end of its new day."""
    move_devices(session, event.id, end_of_day(event))


def keep_first_stops(session: Session, plan: PlanPublished) -> None:
    """Know where each candidate goes first; nothing changes for an older plan or an event that is not ours."""
    if not session.scalar(select(exists().where(Event.id == plan.event_id))):
        return
    known = insert(PlanKnown).values(event_id=plan.event_id, organisation_id=plan.organisation_id, version=plan.version)
    newer = known.on_conflict_do_update(
        index_elements=[PlanKnown.event_id],
        set_={"version": known.excluded.version},
        where=PlanKnown.version < known.excluded.version,
    )
    if session.scalar(newer.returning(PlanKnown.event_id)) is None:
        return
    session.execute(delete(FirstStop).where(FirstStop.event_id == plan.event_id))
    session.add_all(
        FirstStop(
            invitation_id=stop.invitation_id,
            organisation_id=plan.organisation_id,
            event_id=plan.event_id,
            label=stop.label,
            starts_at=stop.starts_at,
        )
        for stop in plan.first_stops
    )
