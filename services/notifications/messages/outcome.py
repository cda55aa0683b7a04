"""Writing down what came of an attempt, and what that means for the message."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.calendar.rules import load_entry, note_told
from services.notifications.messages.attempts import Claim, Outcome
from services.notifications.messages.models import Attempt, Message
from services.notifications.messages.retry import next_try
from services.notifications.messages.rules import give_up
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for


def write_outcome(session: Session, claim: Claim, outcome: Outcome) -> None:
    """Settle the message that was in hand, or say when it is tried again."""
    act_for(session, claim.organisation_id)
    now = clock.now()
    both = select(Message, Attempt).join(Attempt).where(Attempt.id == claim.attempt_id)
    message, attempt = session.execute(both.with_for_update(of=Message)).one()
    end_attempt(attempt, outcome, now)
    if outcome.kind == "accepted":
        note_accepted(session, message, now)
    elif message.state == "sending":
        try_again(session, message, outcome.kind, now)
    session.flush()


def end_attempt(attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    """The attempt is over."""
    attempt.ended_at, attempt.outcome, attempt.code = now, outcome.kind, outcome.code
    attempt.answer, attempt.provider_id = outcome.answer.replace("\0", ""), outcome.provider_id or None


def try_again(session: Session, message: Message, kind: str, now: datetime) -> None:
    """Queue the message for its next attempt, or give it up."""
    at = next_try(kind, message.tries, message.asked_at, now)
    if at is None:
        give_up(session, message, "address_refused" if kind == "refused" else "attempts_used_up")
        return
    message.state, message.reason, message.due_at = "queued", kind, at


def note_accepted(session: Session, message: Message, now: datetime) -> None:
    """Accepted: never due again, whatever else happened meanwhile."""
    message.state, message.reason, message.due_at, message.sent_at = "sent", None, None, now
    if message.entry_id is not None and message.told is not None:
        entry = load_entry(session, message.entry_id)
        note_told(entry, message.told["content"], message.told["sequence"])


def wake_others(session: Session, channel: str) -> None:
    """The channel's server takes letters: what waits only because it was away can go now."""
    now = clock.now()
    waiting = (
        select(Message.id)
        .where(Message.state == "queued", Message.reason == "away", Message.due_at > now)
        .where(Message.channel == channel)
        .with_for_update(skip_locked=True)
        .execution_options(**ACROSS_ORGANISATIONS)
    )
    found = list(session.scalars(waiting))
    if found:
        woken = update(Message).where(Message.id.in_(found)).values(due_at=now)
        session.execute(woken.execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))
