"""What contacts answer in their calendars. It gives up no stand: a click in a calendar is quickly made."""

from sqlalchemy.orm import Session

from services.registration.stands.attending import change_attending
from services.registration.stands.models import MOST_COMMENT
from services.registration.stands.notices import CALENDAR_KEY
from shared.errors import NotFound
from shared.events import CalendarEntryAnswered


def note_calendar_answer(session: Session, event: CalendarEntryAnswered) -> None:
    """Remember what a contact's calendar says of the stand; answers come twice and in any order, the newest counts.

    An answer of somebody who is not the contact any more, or to an entry before the last move, changes nothing.
    """
    if event.person_kind != "contact" or event.key.partition(":")[0] != CALENDAR_KEY:
        return
    try:
        invitation = change_attending(session, event.event_id, event.person_id)
    except NotFound:
        return
    known = invitation.calendar_answered_at
    if event.version <= invitation.calendar_asked or (known is not None and event.answered_at <= known):
        return
    invitation.calendar_answer, invitation.calendar_answered_at = event.answer, event.answered_at
    invitation.calendar_comment = event.comment[:MOST_COMMENT]
