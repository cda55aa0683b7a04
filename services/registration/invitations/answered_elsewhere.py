"""Answers of candidates that come by another way than the own page: a message back, a click in the calendar."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.registration.invitations.answers import answer_invitation, require_time_left
from services.registration.invitations.models import Invitation
from shared import clock
from shared.errors import Refusal
from shared.events import CalendarEntryAnswered, MessageAnswered

log = structlog.get_logger()
CALENDAR_KEY = "visit"
"""What the candidate's calendar entry is called."""
INVITATION = "candidate_invited"


def hear_message_answer(session: Session, event: MessageAnswered, signing_seed: bytes) -> None:
    """A candidate answered the invitation itself: as a click on the own page."""
    if event.person_kind == "candidate" and event.template == INVITATION:
        _answer(session, event, signing_seed)


def hear_calendar_answer(session: Session, event: CalendarEntryAnswered, signing_seed: bytes) -> None:
    """A candidate accepted or declined the visit in the calendar: as a click on the own page. "Maybe" says nothing."""
    if event.person_kind == "candidate" and event.key.partition(":")[0] == CALENDAR_KEY and event.answer != "tentative":
        _answer(session, event, signing_seed)


def _answer(session: Session, event: MessageAnswered | CalendarEntryAnswered, signing_seed: bytes) -> None:
    """Take the answer, unless a newer one is here. What is too late stays undone: the candidate was told until when."""
    invitation = _find(session, event)
    if invitation is None or (invitation.answered_at is not None and invitation.answered_at > event.answered_at):
        return
    try:
        require_time_left(invitation.event)
        # Said then, read now: the next answer must not look older than this one because the post was slow.
        with clock.at(event.answered_at):
            answer_invitation(session, invitation, event.answer, signing_seed, "candidate")
    except Refusal as refusal:
        log.warning("answer_refused", code=refusal.code, invitation_id=str(invitation.id))


def _find(session: Session, event: MessageAnswered | CalendarEntryAnswered) -> Invitation | None:
    return session.scalar(
        select(Invitation)
        .where(Invitation.event_id == event.event_id, Invitation.candidate_id == event.person_id)
        .options(joinedload(Invitation.event), joinedload(Invitation.candidate))
    )
