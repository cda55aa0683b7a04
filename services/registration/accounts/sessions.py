"""Sessions of staff: known here, so that they can be ended from elsewhere, in every service. And those of links."""

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.registration.accounts.models import StaffSession
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, acting_for
from shared.events import LinkRevoked, SessionEnded
from shared.identity import Identity, end_session, revoke_links
from shared.identity.links import last_session_ends
from shared.outbox import record


def remember_session(session: Session, identity: Identity) -> None:
    """Know of a staff member's session, so that it can be ended from elsewhere."""
    session.add(
        StaffSession(
            session_id=identity.session_id,
            organisation_id=identity.organisation_id,
            staff_id=identity.subject_id,
            expires_at=identity.expires_at,
        )
    )


def sign_out(session: Session, identity: Identity) -> None:
    """End this session in every service."""
    end_session(session, identity.session_id, identity.expires_at)
    record(session, SessionEnded(identity.session_id, identity.expires_at))
    session.execute(
        delete(StaffSession).where(StaffSession.session_id == identity.session_id),
        execution_options=ACROSS_ORGANISATIONS,
    )


def end_staff_sessions(session: Session, staff_id: uuid.UUID, spare: str | None = None) -> None:
    """End all sessions of a staff member, except the one to `spare`, in every service."""
    ended = session.execute(
        delete(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.session_id.is_distinct_from(spare))
        .returning(StaffSession.session_id, StaffSession.expires_at)
    ).all()
    for session_id, expires_at in ended:
        end_session(session, session_id, expires_at)
        record(session, SessionEnded(session_id, expires_at))


def end_links(session: Session, person_id: uuid.UUID, event_id: uuid.UUID | None = None) -> None:
    """Revoke the person's links, all or those for the event, and end what they opened, in every service."""
    for link_id in revoke_links(session, person_id, event_id):
        record(session, LinkRevoked(acting_for(session), link_id, last_session_ends()))


def forget_expired_sessions(session: Session) -> None:
    """Rows of sessions that ended by themselves."""
    session.execute(
        delete(StaffSession).where(StaffSession.expires_at <= clock.now()), execution_options=ACROSS_ORGANISATIONS
    )
