"""Scheduled work of accounts."""

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from services.registration.accounts.sessions import forget_expired_sessions
from shared.database import transaction
from shared.worker import Job


def forget_sessions(sessions: sessionmaker[Session]) -> None:
    """Forget sessions that ended by themselves."""
    with transaction(sessions) as session:
        forget_expired_sessions(session)


FORGET_SESSIONS = Job("forget_sessions", forget_sessions, every=timedelta(hours=1))
