"""What the notifications service does when something happened: event → reaction, one table."""

from sqlalchemy.orm import Session

from services.notifications.messages.mentions import forget_mentions
from services.notifications.messages.rules import (
    hear_event,
    hear_organisation,
    queue_cancellation,
    queue_entry,
    queue_message,
)
from services.notifications.printing.forgetting import forget_letters_of
from services.notifications.rights.erasing import forget_erased, unless_erased
from shared.events import (
    CancelCalendarEntry,
    EventCancelled,
    EventChanged,
    EventPublished,
    InterpreterErased,
    OrganisationChanged,
    PersonErased,
    PutCalendarEntry,
    SendMessage,
    SessionEnded,
)
from shared.identity import end_session
from shared.inbox import Reactions


def _end_session(session: Session, event: SessionEnded) -> None:
    end_session(session, event.session_id, event.expires_at)


def _forget_erased(session: Session, event: PersonErased) -> None:
    forget_letters_of(session, event.person_id, forget_mentions(session, event.person_id))
    forget_erased(session, event)


REACTIONS: Reactions = {
    OrganisationChanged: hear_organisation,
    PersonErased: _forget_erased,
    InterpreterErased: _forget_erased,
    SessionEnded: _end_session,
    EventPublished: hear_event,
    EventChanged: hear_event,
    EventCancelled: hear_event,
    SendMessage: unless_erased(queue_message),
    PutCalendarEntry: unless_erased(queue_entry),
    CancelCalendarEntry: unless_erased(queue_cancellation),
}
