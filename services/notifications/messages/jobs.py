"""The scheduled work of the room."""

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.messages.forgetting import forget_words
from services.notifications.messages.rules import SEND_JOB
from services.notifications.messages.sending import Sender
from shared.database import transaction
from shared.settings import Settings
from shared.worker import Job

log = structlog.get_logger()
SWEEP = timedelta(seconds=3)
"""Reactions ask for the job at once; this finds what is due later, and what was asked for while the broker was away."""


def make_jobs(settings: Settings) -> list[Job]:
    """Sending what is due, and forgetting what is old."""
    sender = Sender(settings)

    def send_due(sessions: sessionmaker[Session]) -> None:
        accepted = sender.send_due(sessions)
        if accepted:
            log.info("messages_sent", count=accepted)

    return [Job(SEND_JOB, send_due, every=SWEEP), Job("forget_words", forget_old_words, every=timedelta(hours=6))]


def forget_old_words(sessions: sessionmaker[Session]) -> None:
    """Delete names, addresses and words whose retention time is over."""
    with transaction(sessions) as session:
        count = forget_words(session)
    if count:
        log.info("words_forgotten", count=count)
