"""After an event: whoever said yes and was not seen did not come."""

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from services.registration.invitations.rules import events_without_no_shows, mark_no_shows
from shared.worker import Job


def mark_no_shows_of_events(sessions: sessionmaker[Session]) -> None:
    """Write down who did not come, each event in a transaction of its own; twice at once does no harm."""
    with sessions.begin() as session:
        over = events_without_no_shows(session)
    for organisation_id, event_id in over:
        with sessions.begin() as session:
            mark_no_shows(session, organisation_id, event_id)


MARK_NO_SHOWS = Job("mark_no_shows_of_events", mark_no_shows_of_events, every=timedelta(hours=1))
