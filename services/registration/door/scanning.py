"""A scan is judged and kept in one transaction. Nothing is ever overwritten; who is inside follows from the scans."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, contains_eager

from services.registration.candidates.models import Candidate
from services.registration.door.models import FirstStop, Scan
from services.registration.door.verdicts import NAMED, Found, decide_verdict, moment_of_scan, stop_to_tell
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import PassContent, mark_attended, read_pass
from shared import clock
from shared.events import CandidateArrived
from shared.identity import Identity
from shared.outbox import record


@dataclass(frozen=True)
class NewScan:
    """A scan as a phone hands it in; times on the phone's own clock."""

    client_id: uuid.UUID
    text: str
    """what the code said"""
    scanned_at: datetime
    sent_at: datetime


@dataclass(frozen=True)
class Verdict:
    """What the phone shows: a word, and of the person no more than name, language, number and first stop."""

    client_id: uuid.UUID
    verdict: str
    number: int | None = None
    name: str | None = None
    readable_name: str | None = None
    language: str | None = None
    stop: str | None = None
    stop_at: datetime | None = None
    inside_since: datetime | None = None
    """already_in: since when"""
    gate: str | None = None
    """already_in: by which entrance"""


class Kept(NamedTuple):
    """The verdict that stands in the row of a scan, and whether the row is new."""

    verdict: str
    is_new: bool


def record_scan(session: Session, device: Identity, new: NewScan, verify_key: bytes) -> Verdict:
    """Judge a scan and keep it, whatever the verdict. The same scan twice gets the same answer."""
    received_at = clock.now()
    moment = moment_of_scan(new.scanned_at, new.sent_at, received_at)
    content = read_pass(verify_key, new.text)
    ours = content if content is not None and content.event_id == device.event_id else None
    found = _find(session, ours) if ours else None
    times = {"scanned_at": new.scanned_at, "happened_at": moment, "received_at": received_at}
    row = {**_origin(device), "client_id": new.client_id, **_written_on(content), **times}
    if ours is None or found is None:
        kept = _keep(session, row, None, "unknown" if content is None else "wrong_event")
        return Verdict(new.client_id, kept.verdict)
    found, kept = _judge(session, row, ours, found, moment)
    if kept == Kept("admitted", is_new=True) and found.invitation is not None:
        _let_in(session, found.invitation, moment)
    # A phone that hands in its scans after the day is over gets to know no more names.
    return _answer(new.client_id, kept.verdict, found, moment, with_name=received_at < device.expires_at)


def _origin(device: Identity) -> dict[str, Any]:
    return {
        "organisation_id": device.organisation_id,
        "event_id": device.event_id,
        "device_id": device.subject_id,
        "gate": device.display_name,
        "direction": "in",
        "entry": 1,
    }


def _written_on(content: PassContent | None) -> dict[str, int | None]:
    """What is kept of a code; nothing of one that is no pass of ours."""
    return {
        "number": content.number if content else None,
        "pass_version": content.version if content else None,
    }


def _judge(
    session: Session, row: dict[str, Any], content: PassContent, found: Found, moment: datetime
) -> tuple[Found, Kept]:
    try:
        return found, _keep(session, row, found, decide_verdict(found, content, moment))
    except _FasterGate:
        # Between our look and our row another gate admitted the same person.
        found = _look(session, content) or found
        return found, _keep(session, row, found, "already_in")


class _FasterGate(Exception):
    """The person was admitted by another scan."""


def _keep(session: Session, row: dict[str, Any], found: Found | None, verdict: str) -> Kept:
    """Add the row of the scan, or find the one that is there. Raises _FasterGate."""
    invitation_id = found.invitation.id if found and found.invitation else None
    values = {**row, "id": uuid.uuid4(), "invitation_id": invitation_id, "verdict": verdict}
    if session.scalar(_ADD, values) is not None:
        return Kept(verdict, is_new=True)
    kept = session.scalar(
        select(Scan.verdict).where(Scan.event_id == row["event_id"], Scan.client_id == row["client_id"])
    )
    if kept is None:
        raise _FasterGate
    return Kept(kept, is_new=False)


def _let_in(session: Session, invitation: Invitation, moment: datetime) -> None:
    mark_attended(session, invitation)
    record(session, CandidateArrived(invitation.organisation_id, invitation.event_id, invitation.id, moment))


def _answer(client_id: uuid.UUID, verdict: str, found: Found, moment: datetime, with_name: bool) -> Verdict:
    invitation = found.invitation
    if invitation is None or verdict not in NAMED or not with_name:
        return Verdict(client_id, verdict)
    stop = stop_to_tell(found, moment) if verdict == "admitted" else None
    return Verdict(
        client_id,
        verdict,
        number=invitation.number,
        name=invitation.candidate.name,
        readable_name=invitation.candidate.readable_name,
        language=invitation.candidate.language,
        stop=stop[0] if stop else None,
        stop_at=stop[1] if stop else None,
        inside_since=found.inside_since if verdict == "already_in" else None,
        gate=found.gate if verdict == "already_in" else None,
    )


def _find(session: Session, content: PassContent) -> Found | None:
    found = _look(session, content)
    if found is not None and found.event.capacity is not None:
        # Two gates may not both give the last place away: one at a time, each with a fresh look.
        session.execute(select(func.pg_advisory_xact_lock(content.event_id.int & (2**63 - 1))))
        found = _look(session, content)
    return found


def _look(session: Session, content: PassContent) -> Found | None:
    values = {"of_event": content.event_id, "of_number": content.number}
    row = session.execute(_GUEST, values, execution_options={"populate_existing": True}).first()
    return None if row is None else Found(*row)


def _guest() -> Select[Any]:
    inside = select(func.count()).where(Scan.event_id == Event.id, Scan.verdict == "admitted").correlate(Event)
    return (
        select(
            Event,
            Invitation,
            Scan.happened_at,
            Scan.gate,
            case((Event.capacity.is_not(None), inside.scalar_subquery()), else_=0),
            FirstStop.label,
            FirstStop.starts_at,
        )
        .select_from(Event)
        .outerjoin(Invitation, and_(Invitation.event_id == Event.id, Invitation.number == bindparam("of_number")))
        .outerjoin(Candidate, Candidate.id == Invitation.candidate_id)
        .outerjoin(Scan, and_(Scan.invitation_id == Invitation.id, Scan.verdict == "admitted"))
        .outerjoin(FirstStop, FirstStop.invitation_id == Invitation.id)
        .options(contains_eager(Invitation.candidate))
        .where(Event.id == bindparam("of_event"))
        .order_by(Scan.entry.desc())
        .limit(1)
    )


# Put together once: the door is where every millisecond is waited for.
_GUEST = _guest()
_ADD = insert(Scan).on_conflict_do_nothing().returning(Scan.id)
