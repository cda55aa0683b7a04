"""What the registration service does when something happened: event → reaction, one table."""

from typing import Any

from sqlalchemy.orm import Session

from services.registration.door.rules import keep_first_stops
from services.registration.invitations.rules import note_undelivered as note_undelivered_to_candidate
from services.registration.overview.rules import keep_plan_figures
from services.registration.stands.inviting import note_undelivered as note_undelivered_to_employer
from shared.events import MessageFailed, PlanPublished
from shared.inbox import Reaction, Reactions


def _each(*reactions: Reaction) -> Reaction:
    """One event, several rooms: each looks whether it is about somebody of its own."""

    def react(session: Session, event: Any) -> None:
        for reaction in reactions:
            reaction(session, event)

    return react


REACTIONS: Reactions = {
    MessageFailed: _each(note_undelivered_to_employer, note_undelivered_to_candidate),
    PlanPublished: _each(keep_first_stops, keep_plan_figures),
}
