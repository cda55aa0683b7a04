"""Builds invitations through the use cases of the room."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from services.registration.candidates.models import Candidate
from services.registration.events.models import Event
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import answer_invitation, hand_out, invite_candidates
from shared import clock
from tests.factories.candidates import make_candidates
from tests.factories.events import make_event

SIGNING_SEED = b"a test seed of just 32 letters.."
"""The seed that the services under test have in their settings."""


def make_invitations(
    session: Session,
    count: int = 1,
    *,
    event: Event | None = None,
    candidates: Sequence[Candidate] | None = None,
    answers: Sequence[str] = (),
) -> list[Invitation]:
    """Invitations to one event (a new one when none is given), answered in turn by `answers`, '' for no answer.

    Who has no e-mail address and no mobile has the invitation on paper.
    """
    event = event or make_event(session)
    candidates = make_candidates(session, count) if candidates is None else candidates
    invitations = invite_candidates(session, event, [one.id for one in candidates], SIGNING_SEED)
    for invitation in invitations:
        if invitation.state == "drafted":
            hand_out(session, invitation, clock.now())
    for index, invitation in enumerate(invitations):
        answer = answers[index % len(answers)] if answers else ""
        if answer:
            answer_invitation(session, invitation, answer, SIGNING_SEED)
    return invitations
