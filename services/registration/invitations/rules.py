"""Invitations: who is asked, what they answer, the pass that lets them in, and what is told when the event changes."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import Correction
from services.registration.events.models import Event
from services.registration.events.rules import Move, lock_event
from services.registration.events.states import TOLD as OPEN_EVENT
from services.registration.events.states import state_at
from services.registration.invitations.answers import answer_invitation, choose_stay, wish_employers
from services.registration.invitations.counts import answers_per_day, invitation_counts
from services.registration.invitations.errors import (
    ChosenUnknown,
    EventNotForInviting,
    InvitationUnknown,
    NobodyChosen,
    PassesUsedUp,
)
from services.registration.invitations.models import FIRST_NUMBER, Invitation
from services.registration.invitations.notices import (
    issue_candidate_link,
    mark_sent,
    move_links,
    put_in_calendar,
    remind,
    replace_candidate_link,
    send,
    send_invitation,
    take_out_of_calendar,
    tell_planner,
)
from services.registration.invitations.passes import PassContent, pass_text, read_pass, verify_key
from services.registration.invitations.states import COMING, OPEN, TOLD
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.events import LetterOnPaper, MessageFailed

__all__ = [
    "PassContent",
    "answer_invitation",
    "answers_per_day",
    "choose_stay",
    "invitation_counts",
    "pass_text",
    "read_pass",
    "verify_key",
    "wish_employers",
]

LAST_PASS_VERSION = 65_535
LATE_SCANS = timedelta(hours=12)
"""How long after an event phones at the door may still hand in what they scanned without internet."""


# ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────


def invite_candidates(
    session: Session, event: Event, candidate_ids: Collection[uuid.UUID], signing_seed: bytes
) -> list[Invitation]:
    """Invite those who were not invited before; each gets a number, a pass, a link and, if possible, an e-mail.

    Returns the new invitations in the order of the ids. Raises NobodyChosen, ChosenUnknown, EventNotForInviting.
    """
    wanted = list(dict.fromkeys(candidate_ids))
    if not wanted:
        raise NobodyChosen
    event = lock_event(session, event.id)  # numbers are given out by one at a time
    if state_at(event, clock.now()) not in OPEN_EVENT:
        raise EventNotForInviting
    chosen = {
        one.id: one
        for one in session.scalars(select(Candidate).where(Candidate.id.in_(wanted), Candidate.erased_at.is_(None)))
    }
    if len(chosen) < len(wanted):
        raise ChosenUnknown
    numbers = select(Invitation.candidate_id, Invitation.number).where(Invitation.event_id == event.id)
    known = {row.candidate_id: row.number for row in session.execute(numbers)}
    new = [chosen[candidate_id] for candidate_id in wanted if candidate_id not in known]
    first = max(known.values(), default=FIRST_NUMBER - 1) + 1
    return [_invite(session, event, one, number, signing_seed) for number, one in enumerate(new, first)]


def _invite(session: Session, event: Event, candidate: Candidate, number: int, signing_seed: bytes) -> Invitation:
    invitation = Invitation(
        id=uuid.uuid4(),
        organisation_id=event.organisation_id,
        event=event,
        event_id=event.id,
        candidate=candidate,
        number=number,
        pass_version=1,
        version=0,
        state="drafted",
        drafted_at=clock.now(),
        wished_employers=[],
    )
    session.add(invitation)
    issue_candidate_link(session, event, invitation)
    send_invitation(session, invitation, signing_seed)
    session.flush()
    return invitation


def send_again(session: Session, invitation: Invitation, signing_seed: bytes) -> None:
    """Send the invitation once more: to a corrected address, or to be printed again. Raises EventNotForInviting."""
    _require_open_event(invitation.event)
    send_invitation(session, invitation, signing_seed)
    session.flush()


def reissue_pass(session: Session, invitation: Invitation, signing_seed: bytes) -> None:
    """Make a new pass and a new personal link, sent or to be printed; the old ones are void from now on.

    Raises EventNotForInviting, PassesUsedUp.
    """
    _require_open_event(invitation.event)
    _lock(session, invitation)
    if invitation.pass_version >= LAST_PASS_VERSION:
        raise PassesUsedUp
    invitation.pass_version += 1
    invitation.handed_out_at = None
    replace_candidate_link(session, invitation)
    send_invitation(session, invitation, signing_seed)
    if invitation.state in COMING:
        remind(session, invitation, signing_seed)  # with the pass and the link that are good
    session.flush()


def note_letter(session: Session, letter: LetterOnPaper) -> None:
    """The newest message to a candidate waits to be printed, or was: then it counts as sent. An older one: nothing."""
    newest = select(Invitation).where(Invitation.message_id == letter.message_id).with_for_update()
    invitation = session.scalar(newest) if letter.person_kind == "candidate" else None
    if invitation is None:
        return
    if letter.printed_at is not None:
        hand_out(session, invitation, letter.printed_at)
    elif invitation.paper is None:
        invitation.paper = "waits"
    session.flush()


def hand_out(session: Session, invitation: Invitation, at: datetime) -> None:
    """It was printed to be handed over, so it counts as sent."""
    invitation.paper, invitation.handed_out_at = "printed", at
    mark_sent(invitation)
    session.flush()


def needs_paper(invitation: Invitation) -> bool:
    """Whether what this candidate has to know waits to be printed."""
    return invitation.paper == "waits" and invitation.state in {"drafted", *TOLD}


def _require_open_event(event: Event) -> None:
    if state_at(event, clock.now()) not in OPEN_EVENT:
        raise EventNotForInviting


# ── finding ───────────────────────────────────────────────────────────────────────────────────────────────────


def load_invitation(session: Session, event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """An invitation to this event, with the candidate. Raises InvitationUnknown."""
    return _one(session, _of_event(event_id).where(Invitation.id == invitation_id))


def load_own_invitation(
    session: Session, invitation_id: uuid.UUID, candidate_id: uuid.UUID, event_id: uuid.UUID | None
) -> Invitation:
    """The invitation if it is this candidate's, and for the event that the link was for. Raises InvitationUnknown."""
    query = _with_candidate().where(Invitation.id == invitation_id, Invitation.candidate_id == candidate_id)
    return _one(session, query if event_id is None else query.where(Invitation.event_id == event_id))


def list_invitations(session: Session, event_id: uuid.UUID) -> Sequence[Invitation]:
    """All invitations to the event with their candidates, by number. One query."""
    return session.scalars(_of_event(event_id).order_by(Invitation.number)).all()


def _one(session: Session, query: Select[Any]) -> Invitation:
    invitation: Invitation | None = session.scalar(query)
    if invitation is None:
        raise InvitationUnknown
    return invitation


def _with_candidate() -> Select[Any]:
    return (
        select(Invitation)
        .join(Invitation.candidate)
        .options(contains_eager(Invitation.candidate), joinedload(Invitation.event).joinedload(Event.venue))
    )


def _of_event(event_id: uuid.UUID) -> Select[Any]:
    return _with_candidate().where(Invitation.event_id == event_id)


# ── the day itself, and after ─────────────────────────────────────────────────────────────────────────────────


def mark_attended(session: Session, invitation: Invitation) -> None:
    """The candidate came in. Planning hears of those whom it did not expect. A second time changes nothing."""
    was = invitation.state
    invitation.state = "attended"
    if was not in COMING:
        tell_planner(session, invitation)
    session.flush()


def events_without_no_shows(session: Session) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """(organisation, event) of every event that is over, where people came in and others are still expected."""
    came = select(Invitation.event_id).where(Invitation.state == "attended")
    rows = session.execute(
        select(Invitation.organisation_id, Invitation.event_id)
        .join(Invitation.event)
        .where(Event.ends_at < clock.now() - LATE_SCANS, Invitation.state == "accepted")
        .where(Invitation.event_id.in_(came))
        .distinct()
        .execution_options(**ACROSS_ORGANISATIONS)
    )
    return [(row[0], row[1]) for row in rows]


def mark_no_shows(session: Session, organisation_id: uuid.UUID, event_id: uuid.UUID) -> None:
    """Whoever said yes and was not seen did not come. A scan that arrives even later still makes it good."""
    act_for(session, organisation_id)
    expected = update(Invitation).where(Invitation.event_id == event_id, Invitation.state == "accepted")
    session.execute(expected.values(state="no_show"))


# ── what follows when something else changes ──────────────────────────────────────────────────────────────────


def tell_candidates_of_move(session: Session, event: Event, before: Move) -> None:
    """Everybody who counts on the event hears once when and where it is now; paper has to be printed again."""
    # Who was scanned already, to try the door out for instance, counts on the event like the others.
    told = [one for one in list_invitations(session, event.id) if one.state in {"drafted", "attended", *TOLD}]
    move_links(session, event)
    for invitation in told:
        invitation.handed_out_at = None
        if invitation.state != "drafted":
            values = {"old_starts_at": before.starts_at.isoformat(), "old_place": before.place}
            _tell_move(session, invitation, values)
    session.flush()


def _tell_move(session: Session, invitation: Invitation, values: dict[str, str]) -> None:
    if invitation.state in COMING:
        invitation.version += 1
        put_in_calendar(session, invitation, "event_moved", values)
    else:
        send(session, invitation, "event_moved", values, invitation.event.version)


def tell_candidates_of_cancellation(session: Session, event: Event) -> None:
    """Everybody who counts on the event hears once that it will not take place."""
    for invitation in list_invitations(session, event.id):
        if invitation.state in COMING:
            invitation.version += 1
            take_out_of_calendar(session, invitation, "event_cancelled", {})
        elif invitation.state in TOLD:
            send(session, invitation, "event_cancelled", {}, event.version)
    session.flush()


def follow_candidate(session: Session, candidate: Candidate, correction: Correction) -> None:
    """For the events that are still to come, planning gets to know what was corrected about somebody it knows.

    Another e-mail address: the link that went to the old one ends, and who counts on the event is sent a new one.
    """
    query = _with_candidate().where(Invitation.candidate_id == candidate.id).order_by(Invitation.id)
    to_come = session.scalars(query.join(Invitation.event).where(Event.ends_at > clock.now())).all()
    for invitation in to_come:
        _lock(session, invitation)
        if correction.old_email not in {None, candidate.email}:
            _follow_address(session, invitation, correction.signing_seed)
        elif invitation.version > 0:
            tell_planner(session, invitation)
    session.flush()


def follow_mended(session: Session, candidate: Candidate) -> None:
    """An address was corrected where a message failed on it: planning hears of it, for what is still to come."""
    query = _with_candidate().where(Invitation.candidate_id == candidate.id).order_by(Invitation.id)
    for invitation in session.scalars(query.join(Invitation.event).where(Event.ends_at > clock.now())).all():
        _lock(session, invitation)
        invitation.not_delivered = None
        if invitation.paper == "waits":  # it goes to the address instead
            invitation.paper = None
            mark_sent(invitation)
        if invitation.version > 0:
            tell_planner(session, invitation)
    session.flush()


def withdraw_erased(session: Session, candidate: Candidate) -> None:
    """Somebody was erased: invitations to what is to come end as declined, and planning forgets who it was."""
    query = _with_candidate().where(Invitation.candidate_id == candidate.id).order_by(Invitation.id)
    for invitation in session.scalars(query).all():
        _lock(session, invitation)
        if invitation.event.ends_at > clock.now() and invitation.state in OPEN:
            invitation.state, invitation.answered_by, invitation.answered_at = "declined", "staff", clock.now()
        if invitation.version > 0:
            tell_planner(session, invitation)
    session.flush()


def _follow_address(session: Session, invitation: Invitation, signing_seed: bytes) -> None:
    """Somebody else may have read the mail: not with a link that still works. The right person gets what is true."""
    replace_candidate_link(session, invitation)
    if state_at(invitation.event, clock.now()) not in OPEN_EVENT:
        return
    if invitation.state in COMING:
        put_in_calendar(session, invitation, "invitation_answered", {"answer": "accepted"}, signing_seed)
    elif invitation.state in TOLD:
        send_invitation(session, invitation, signing_seed)


def _lock(session: Session, invitation: Invitation) -> None:
    """Whoever else changes the invitation waits: two new links at once would leave one that nobody ends."""
    session.flush()
    session.refresh(invitation, with_for_update={"of": Invitation})


def note_undelivered(session: Session, failed: MessageFailed) -> None:
    """Keep why the newest message to a candidate did not arrive; an overtaken message changes nothing."""
    if failed.person_kind == "candidate":
        newest = update(Invitation).where(Invitation.message_id == failed.message_id)
        session.execute(newest.values(not_delivered=failed.reason[:40]))
