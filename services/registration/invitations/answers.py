"""What candidates answer, whom they want to meet, and from when till when they can be there."""

import uuid
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration.events.models import Event
from services.registration.events.rules import lock_event
from services.registration.events.states import TOLD as OPEN_EVENT
from services.registration.invitations.employers import booked_employers
from services.registration.invitations.errors import AnswerTooLate, EmployerNotThere, RoundsUnknown
from services.registration.invitations.models import Invitation
from services.registration.invitations.notices import put_in_calendar, take_out_of_calendar, tell_planner
from services.registration.invitations.states import COMING, decide_answer
from shared import clock


def answer_invitation(
    session: Session, invitation: Invitation, answer: str, signing_seed: bytes, by: str = "staff"
) -> None:
    """Write down the answer: accepted, declined or, by staff, waitlisted. The same answer again changes nothing.

    `by`: candidate or staff. A place that comes free goes to whoever waited longest.
    Raises AnswerTooLate, AnswerUnknown.
    """
    event = _lock(session, invitation)
    require_time_left(event)
    was = invitation.state
    state = decide_answer(was, answer, by == "staff", _is_full(session, event))
    if state == was:
        return
    _change(session, invitation, state, by, signing_seed)
    if was == "accepted":
        _serve_waiting_list(session, event, signing_seed)


def wish_employers(session: Session, invitation: Invitation, employer_ids: Collection[uuid.UUID]) -> None:
    """Write down whom the candidate wants to meet. Raises AnswerTooLate, EmployerNotThere."""
    require_time_left(_lock(session, invitation))
    wished = list(dict.fromkeys(employer_ids))
    if wished == invitation.wished_employers:
        return
    there = {employer.employer_id for employer in booked_employers(session, invitation.event_id)}
    if not there.issuperset(wished):
        raise EmployerNotThere
    invitation.wished_employers = wished
    _tell_change(session, invitation)


def choose_stay(session: Session, invitation: Invitation, first_round: int | None, last_round: int | None) -> None:
    """Write down in which rounds (from 0) the candidate can be there; None for all.

    Raises AnswerTooLate, RoundsUnknown.
    """
    event = _lock(session, invitation)
    require_time_left(event)
    first, last = first_round or 0, event.rounds - 1 if last_round is None else last_round
    if not 0 <= first <= last < event.rounds:
        raise RoundsUnknown
    if (invitation.first_round, invitation.last_round) != (first_round, last_round):
        invitation.first_round, invitation.last_round = first_round, last_round
        _tell_change(session, invitation)


def require_time_left(event: Event) -> None:
    """Raises AnswerTooLate once the event began or was cancelled."""
    if event.state not in OPEN_EVENT or clock.now() >= event.starts_at:
        raise AnswerTooLate


def _lock(session: Session, invitation: Invitation) -> Event:
    """Whoever else answers waits: for the last places at the event, or for this invitation."""
    event = lock_event(session, invitation.event_id) if invitation.event.capacity is not None else invitation.event
    session.refresh(invitation, with_for_update={"of": Invitation})
    return event


def _is_full(session: Session, event: Event) -> bool:
    if event.capacity is None:
        return False
    coming = select(func.count(Invitation.id)).where(Invitation.event_id == event.id, Invitation.state.in_(COMING))
    return (session.scalar(coming) or 0) >= event.capacity


def _serve_waiting_list(session: Session, event: Event, signing_seed: bytes) -> None:
    if event.capacity is None or _is_full(session, event):
        return
    waiting = (
        select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.state == "waitlisted")
        .order_by(Invitation.answered_at, Invitation.number)
        .limit(1)
    )
    first = session.scalar(waiting)
    if first is not None:
        _change(session, first, "accepted", "staff", signing_seed)


def _change(session: Session, invitation: Invitation, state: str, by: str, signing_seed: bytes) -> None:
    came = invitation.state in COMING
    if invitation.sent_at is None:
        invitation.sent_at = clock.now()  # who answers was asked
    invitation.state, invitation.answered_at, invitation.answered_by = state, clock.now(), by
    if state != "waitlisted" or invitation.version > 0:
        tell_planner(session, invitation)
    if state == "accepted":
        put_in_calendar(session, invitation, "invitation_answered", {"answer": state}, signing_seed)
    elif state == "declined":
        take_out_of_calendar(session, invitation, "invitation_answered", {"answer": state})
    elif came:
        take_out_of_calendar(session, invitation, "candidate_waits", {})
    session.flush()


def _tell_change(session: Session, invitation: Invitation) -> None:
    if invitation.version > 0:
        tell_planner(session, invitation)
    session.flush()
