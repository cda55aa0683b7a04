"""An address of a candidate was corrected where a message failed on it."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import choose_contact
from shared import clock
from shared.events import AddressMended

WHEN_CANDIDATE_IS_MENDED: list[Callable[[Session, Candidate], None]] = []
"""Called after an address was taken over, in the same transaction; `services/registration/consequences.py` fills it."""


def mend_candidate(session: Session, event: AddressMended) -> None:
    """Take the address over where the old one still stands. Links stay: nobody got the mail that failed."""
    if event.person_kind != "candidate":
        return
    wanted = select(Candidate).where(Candidate.id == event.person_id, Candidate.erased_at.is_(None))
    candidate = session.scalar(wanted.with_for_update())
    if candidate is None:
        return
    before = candidate.email if event.channel == "email" else candidate.mobile
    if (before or "").casefold() != (event.old or "").casefold():
        return
    chose_paper = candidate.contact_by == "paper" and bool(candidate.email or candidate.mobile)
    if event.channel == "email":
        candidate.email = event.new
    else:
        candidate.mobile = event.new
    candidate.contact_by = choose_contact(candidate.email, candidate.mobile, chose_paper)
    candidate.changed_at = clock.now()
    session.flush()
    for follow in WHEN_CANDIDATE_IS_MENDED:
        follow(session, candidate)
