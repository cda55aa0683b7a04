"""The scheduled work of the room."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.inbox.keeping import forget_words
from shared import clock
from shared.database import transaction
from shared.worker import Job

log = structlog.get_logger()


def make_jobs() -> list[Job]:
    """Forgetting what is old."""
    return [Job("forget_inbox", forget_old_words, every=timedelta(hours=6))]


def forget_old_words(sessions: sessionmaker[Session]) -> None:
    """Delete names and words whose retention time is over."""
    with transaction(sessions) as session:
        count = forget_words(session, clock.now())
    if count:
        log.info("inbox_forgotten", count=count)
