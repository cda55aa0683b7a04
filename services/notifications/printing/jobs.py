"""The scheduled work of the room."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.printing.forgetting import forget_files
from shared import clock
from shared.database import transaction
from shared.worker import Job

log = structlog.get_logger()


def make_jobs() -> list[Job]:
    """Forgetting what is old."""
    return [Job("forget_print_files", forget_old_files, every=timedelta(hours=6))]


def forget_old_files(sessions: sessionmaker[Session]) -> None:
    """Delete the files of letters whose retention time is over."""
    with transaction(sessions) as session:
        count = forget_files(session, clock.now())
    if count:
        log.info("print_files_forgotten", count=count)
