"""The clock of events: what begins becomes `running`, what ended becomes `closed`."""

from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from services.registration.events.rules import events_overtaken, follow_clock, lock_event
from shared.database import act_for
from shared.worker import Job


def follow_clock_of_events(sessions: sessionmaker[Session]) -> None:
    """Write down which events began or ended, each in a transaction of its own; twice at once does no harm."""
    with sessions.begin() as session:
        overtaken = events_overtaken(session)
    for organisation_id, event_id in overtaken:
        with sessions.begin() as session:
            act_for(session, organisation_id)
            follow_clock(session, lock_event(session, event_id))


FOLLOW_CLOCK = Job("follow_clock_of_events", follow_clock_of_events, every=timedelta(minutes=1))
