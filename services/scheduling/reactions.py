"""What the scheduling service does when something happened: event → reaction, one table."""

from sqlalchemy.orm import Session

from services.scheduling.events import rules as events
from services.scheduling.interpreters.rules import note_undelivered
from services.scheduling.timetable import roster
from shared.events import (
    CandidateArrived,
    EventCancelled,
    EventChanged,
    EventPublished,
    InvitationAnswered,
    MessageFailed,
    OrganisationChanged,
    SessionEnded,
    StandBooked,
    StandCancelled,
)
from shared.identity import end_session
from shared.inbox import Reactions


def _keep_published(session: Session, event: EventPublished) -> None:
    events.keep_event(session, event.event)


def _keep_changed(session: Session, event: EventChanged) -> None:
    moved_from = events.time_and_place(session, event.event.event_id)
    if events.keep_event(session, event.event) and event.moved:
        roster.tell_interpreters_of_move(session, events.load_event(session, event.event.event_id), moved_from)


def _keep_cancelled(session: Session, event: EventCancelled) -> None:
    if events.keep_event(session, event.event):
        roster.tell_interpreters_of_cancellation(session, events.load_event(session, event.event.event_id))


REACTIONS: Reactions = {
    OrganisationChanged: events.keep_organisation,
    SessionEnded: lambda session, event: end_session(session, event.session_id, event.expires_at),
    EventPublished: _keep_published,
    EventChanged: _keep_changed,
    EventCancelled: _keep_cancelled,
    StandBooked: events.keep_stand,
    StandCancelled: events.keep_cancelled_stand,
    InvitationAnswered: events.keep_attendee,
    CandidateArrived: events.keep_arrival,
    MessageFailed: note_undelivered,
}
