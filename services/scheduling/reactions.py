"""What the scheduling service does when something happened: event → reaction, one table."""

from sqlalchemy.orm import Session

from services.scheduling.events import rules as events
from services.scheduling.events.erasing import forget_erased, keep_attendee_unless_erased, keep_stand_unless_erased
from services.scheduling.interpreters.mending import mend_interpreter
from services.scheduling.interpreters.rules import LINK_LASTS_AFTER, note_undelivered
from services.scheduling.timetable import roster
from services.scheduling.timetable.calendar_answers import hear_message_answer, note_calendar_answer
from shared.events import (
    AddressMended,
    CalendarEntryAnswered,
    CandidateArrived,
    EventCancelled,
    EventChanged,
    EventPublished,
    InvitationAnswered,
    LinkRevoked,
    MessageAnswered,
    MessageFailed,
    OrganisationChanged,
    PersonErased,
    SessionEnded,
    StandBooked,
    StandCancelled,
)
from shared.identity import end_session, end_sessions_of_link, extend_links
from shared.inbox import Reactions


def _keep_published(session: Session, event: EventPublished) -> None:
    events.keep_event(session, event.event)


def _end_link(session: Session, event: LinkRevoked) -> None:
    end_sessions_of_link(session, event.link_id, event.until)


def _keep_changed(session: Session, event: EventChanged) -> None:
    moved_from = events.time_and_place(session, event.event.event_id)
    if not events.keep_event(session, event.event):
        return
    # Whether it moved or not: news of the move itself may come after this, and is too old by then.
    extend_links(session, event.event.event_id, "interpreter", event.event.ends_at + LINK_LASTS_AFTER)
    if event.moved:
        roster.tell_interpreters_of_move(session, events.load_event(session, event.event.event_id), moved_from)


def _keep_cancelled(session: Session, event: EventCancelled) -> None:
    if events.keep_event(session, event.event):
        roster.tell_interpreters_of_cancellation(session, events.load_event(session, event.event.event_id))


REACTIONS: Reactions = {
    OrganisationChanged: events.keep_organisation,
    SessionEnded: lambda session, event: end_session(session, event.session_id, event.expires_at),
    LinkRevoked: _end_link,
    EventPublished: _keep_published,
    EventChanged: _keep_changed,
    EventCancelled: _keep_cancelled,
    StandBooked: keep_stand_unless_erased,
    StandCancelled: events.keep_cancelled_stand,
    InvitationAnswered: keep_attendee_unless_erased,
    PersonErased: forget_erased,
    CandidateArrived: events.keep_arrival,
    AddressMended: mend_interpreter,
    MessageFailed: note_undelivered,
    CalendarEntryAnswered: note_calendar_answer,
    MessageAnswered: hear_message_answer,
}
