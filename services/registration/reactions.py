"""What the registration service does when something happened: event → reaction, one table."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from services.registration.candidates.mending import mend_candidate
from services.registration.door.rules import keep_first_stops
from services.registration.invitations.answered_elsewhere import hear_calendar_answer, hear_message_answer
from services.registration.invitations.rules import note_letter
from services.registration.invitations.rules import note_undelivered as note_undelivered_to_candidate
from services.registration.overview.rules import keep_lost_interpreters, keep_plan_figures
from services.registration.stands.calendar_answers import note_calendar_answer
from services.registration.stands.inviting import note_undelivered as note_undelivered_to_employer
from services.registration.stands.mending import mend_contact
from shared.events import (
    AddressMended,
    CalendarEntryAnswered,
    InterpretersLost,
    LetterOnPaper,
    MessageAnswered,
    MessageFailed,
    PlanPublished,
)
from shared.inbox import Reaction, Reactions


def _each(*reactions: Reaction) -> Reaction:
    """One event, several rooms: each looks whether it is about somebody of its own."""

    def react(session: Session, event: Any) -> None:
        for reaction in reactions:
            reaction(session, event)

    return react


def make_reactions(signing_seed: bytes) -> Reactions:
    """The reactions, of which some send a pass: signed with this seed."""
    return {
        AddressMended: _each(mend_candidate, mend_contact),
        MessageFailed: _each(note_undelivered_to_employer, note_undelivered_to_candidate),
        LetterOnPaper: note_letter,
        PlanPublished: _each(keep_first_stops, keep_plan_figures),
        InterpretersLost: keep_lost_interpreters,
        MessageAnswered: partial(hear_message_answer, signing_seed=signing_seed),
        CalendarEntryAnswered: _each(note_calendar_answer, partial(hear_calendar_answer, signing_seed=signing_seed)),
    }
