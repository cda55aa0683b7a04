"""Forgetting who somebody was in plans and rosters: the places stay, the person goes (domain rule 7).

Events come in any order: what was sent before somebody was erased may arrive after. It is kept without the person.
"""

import uuid
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.events.models import Attendee, ErasedPerson, Stand
from services.scheduling.events.rules import keep_attendee, keep_stand
from shared import clock
from shared.events import InvitationAnswered, PersonErased, StandBooked
from shared.outbox import forget_person

NOBODY = "—"
"""What stands in the place of a name."""
WITHOUT: dict[str, Any] = {"name": NOBODY, "email": None, "mobile": None}
"""A person as JSON, as far as it says who it is."""


def forget_erased(session: Session, event: PersonErased) -> None:
    """Registration erased a candidate or a contact."""
    row = insert(ErasedPerson).values(
        person_id=event.person_id, organisation_id=event.organisation_id, erased_at=clock.now()
    )
    session.execute(row.on_conflict_do_nothing())
    forget_person(session, event.person_id)
    _forget(session, event.person_id)


def keep_attendee_unless_erased(session: Session, event: InvitationAnswered) -> None:
    """Remember what a candidate answered; of one who was erased, not who it is."""
    keep_attendee(session, event)
    if _is_erased(session, event.candidate.id):
        _forget(session, event.candidate.id)


def keep_stand_unless_erased(session: Session, event: StandBooked) -> None:
    """Remember a booked stand; of a contact who was erased, not who it is."""
    keep_stand(session, event)
    if _is_erased(session, event.contact.id):
        _forget(session, event.contact.id)


def _is_erased(session: Session, person_id: uuid.UUID) -> bool:
    found = select(ErasedPerson.person_id).where(ErasedPerson.person_id == person_id)
    return session.scalar(found) is not None


def _forget(session: Session, person_id: uuid.UUID) -> None:
    attended = update(Attendee).where(Attendee.candidate_id == person_id)
    session.execute(attended.values(candidate=Attendee.candidate.concat(WITHOUT), readable_name=NOBODY))
    booked = update(Stand).where(func.jsonb_extract_path_text(Stand.contact, "id") == str(person_id))
    session.execute(booked.values(contact=Stand.contact.concat(WITHOUT)))
