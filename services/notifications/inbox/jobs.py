"""The scheduled work of the room."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.inbox.keeping import forget_words
from services.notifications.inbox.mailboxes import read_place
from services.notifications.inbox.polling import read_mailboxes
from shared import clock
from shared.database import transaction
from shared.settings import Settings
from shared.worker import Job

READ_EVERY = timedelta(minutes=1)
log = structlog.get_logger()


def make_jobs(settings: Settings) -> list[Job]:
    """Reading the mailboxes, where there are any, and forgetting what is old."""
    places = [read_place(url) for url in settings.imap_urls]

    def read_mail(sessions: sessionmaker[Session]) -> None:
        count = read_mailboxes(sessions, places)
        if count:
            log.info("mail_read", count=count)

    forgetting = Job("forget_inbox", forget_old_words, every=timedelta(hours=6))
    return [Job("read_mailboxes", read_mail, every=READ_EVERY), forgetting] if places else [forgetting]


def forget_old_words(sessions: sessionmaker[Session]) -> None:
    """Delete names and words whose retention time is over."""
    with transaction(sessions) as session:
        count = forget_words(session, clock.now())
    if count:
        log.info("inbox_forgotten", count=count)
