"""Erasing a candidate: everything that says who it was goes, here and in the other services; counts stay (rule 7)."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from services.registration.accounts.sessions import end_links
from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import change_barriers
from shared import clock
from shared.events import PersonErased
from shared.identity import forget_links
from shared.outbox import forget_person, record

NOBODY = "—"
"""What stands in the place of a name."""
WHEN_CANDIDATE_IS_ERASED: list[Callable[[Session, Candidate], None]] = []
"""Called after somebody was erased, in the same transaction; `services/registration/consequences.py` fills it."""


def erase_candidate(session: Session, candidate: Candidate) -> None:
    """Delete who somebody is. Invitations to what is still to come end, and nobody writes to the person any more."""
    end_links(session, candidate.id)
    forget_links(session, candidate.id)
    forget_person(session, candidate.id)
    change_barriers(session, candidate, ())
    candidate.name = candidate.readable_name = NOBODY
    candidate.sort_name = candidate.did = candidate.wants = ""
    candidate.email = candidate.mobile = candidate.form_key = None
    candidate.contact_by, candidate.readiness = "paper", "paused"
    candidate.changed_at = candidate.erased_at = clock.now()
    session.flush()
    for follow in WHEN_CANDIDATE_IS_ERASED:
        follow(session, candidate)
    record(session, PersonErased(candidate.organisation_id, "candidate", candidate.id))
