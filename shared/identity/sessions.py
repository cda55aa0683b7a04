"""The session: who somebody is, in a signed cookie that each service verifies by itself.

Flask's own session cookie carries it (docs/decisions/0004-session-token.md). A browser can hold one identity of
each kind at a time: an organiser who tries an employer's link stays signed in as organiser. Sessions that ended
early are known to every service by the event SessionEnded; those that a personal link opened end with the link, which
the services that honour it know by the event LinkRevoked.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from flask import g, has_request_context, session
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared import clock
from shared.database import SharedBase


class Role(StrEnum):
    """What somebody may do. Staff have one or more of the first five; the others come with a link or a device."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    DOOR = "door"
    DESK = "desk"
    CASE_WORKER = "case_worker"
    EMPLOYER = "employer"
    CANDIDATE = "candidate"
    INTERPRETER = "interpreter"
    DEVICE = "device"


STAFF_ROLES = frozenset({Role.ADMIN, Role.ORGANISER, Role.DOOR, Role.DESK, Role.CASE_WORKER})
KINDS = ("staff", "employer", "candidate", "interpreter")


@dataclass(frozen=True)
class Identity:
    """Somebody who is signed in. `subject_id` is the staff member, contact, candidate, interpreter or device."""

    kind: str
    session_id: str
    subject_id: uuid.UUID
    organisation_id: uuid.UUID
    organisation_name: str
    display_name: str
    roles: frozenset[str]
    expires_at: datetime
    event_id: uuid.UUID | None = None
    """the one event that a personal link or a device is for"""
    link_id: uuid.UUID | None = None
    """the personal link that opened the session"""


class SignedIn(NamedTuple):
    """The identities that a browser holds, by kind."""

    alive: dict[str, Identity]
    cut_off: dict[str, Identity]
    """those whose personal link was revoked after it had let them in"""


class EndedSession(SharedBase):
    """A session that ended before its time; the row goes when the session would have expired anyway.

    Or a personal link that was revoked (`link_mark`): every session that it opened ended with it.
    """

    __tablename__ = "ended_session"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def start_session(
    kind: str,
    subject_id: uuid.UUID,
    organisation_id: uuid.UUID,
    organisation_name: str,
    display_name: str,
    roles: Iterable[str],
    lasts: timedelta,
    event_id: uuid.UUID | None = None,
    link_id: uuid.UUID | None = None,
) -> Identity:
    """Sign somebody in on this browser, beside identities of other kinds that it may hold."""
    identity = Identity(
        kind=kind,
        session_id=uuid.uuid4().hex,
        subject_id=subject_id,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        display_name=display_name,
        roles=frozenset(str(role) for role in roles),
        expires_at=clock.now() + lasts,
        event_id=event_id,
        link_id=link_id,
    )
    session["identities"] = {**session.get("identities", {}), kind: _to_cookie(identity)}
    session.permanent = True
    g.pop("identities", None)
    return identity


def end_session(database: Session, session_id: str, expires_at: datetime) -> None:
    """Remember that this session ended, so that a copied cookie is worth nothing."""
    row = insert(EndedSession).values(session_id=session_id, expires_at=expires_at)
    database.execute(row.on_conflict_do_nothing())
    database.execute(delete(EndedSession).where(EndedSession.expires_at < clock.now()))


def end_sessions_of_link(database: Session, link_id: uuid.UUID, until: datetime) -> None:
    """Remember until then that this link was revoked: no session that it opened counts any more."""
    end_session(database, link_mark(link_id), until)


def link_mark(link_id: uuid.UUID) -> str:
    """A revoked link among the sessions that ended: one look into one table finds either."""
    return f"link {link_id.hex}"


def read_identities(database: Session) -> dict[str, Identity]:
    """The identities this browser holds that have neither expired nor ended."""
    return read_signed_in(database).alive


def read_signed_in(database: Session) -> SignedIn:
    """The identities this browser holds that did not expire, without those that ended. One query, or none."""
    found = [_from_cookie(data) for data in session.get("identities", {}).values()]
    valid = [one for one in found if one is not None and one.expires_at > clock.now()]
    if not valid:
        return SignedIn({}, {})
    marks = {one.session_id for one in valid} | {link_mark(one.link_id) for one in valid if one.link_id}
    ended = set(database.scalars(select(EndedSession.session_id).where(EndedSession.session_id.in_(sorted(marks)))))
    cut_off = {one.kind: one for one in valid if one.link_id and link_mark(one.link_id) in ended}
    return SignedIn(
        {one.kind: one for one in valid if one.session_id not in ended and one.kind not in cut_off}, cut_off
    )


def current_identity() -> Identity | None:
    """Who the present request acts for, once access was checked; None on public pages for strangers."""
    return getattr(g, "identity", None) if has_request_context() else None


def require_identity() -> Identity:
    """Who the present request acts for, on a route that strangers cannot reach."""
    identity = current_identity()
    assert identity is not None, "only routes with a role check have an identity for certain"
    return identity


def _to_cookie(identity: Identity) -> dict[str, Any]:
    return {
        "k": identity.kind,
        "s": identity.session_id,
        "u": identity.subject_id.hex,
        "o": identity.organisation_id.hex,
        "on": identity.organisation_name,
        "n": identity.display_name,
        "r": sorted(identity.roles),
        "e": int(identity.expires_at.timestamp()),
        "v": identity.event_id.hex if identity.event_id else None,
        "l": identity.link_id.hex if identity.link_id else None,
    }


def _from_cookie(data: dict[str, Any]) -> Identity | None:
    try:
        return Identity(
            kind=data["k"],
            session_id=data["s"],
            subject_id=uuid.UUID(data["u"]),
            organisation_id=uuid.UUID(data["o"]),
            organisation_name=data["on"],
            display_name=data["n"],
            roles=frozenset(data["r"]),
            expires_at=datetime.fromtimestamp(data["e"], clock.now().tzinfo),
            event_id=uuid.UUID(data["v"]) if data.get("v") else None,
            link_id=uuid.UUID(data["l"]) if data.get("l") else None,
        )
    except (KeyError, TypeError, ValueError):
        # A cookie of an older version: as good as signed out.
        return None
