"""Beginning an attempt, writing down what came of it, and what that means for the messages of the letter."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Executable, Table, bindparam, case, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from services.notifications.calendar.rules import note_told
from services.notifications.messages.attempts import Claim, Ended, Outcome
from services.notifications.messages.letters import drop_message, letter_of
from services.notifications.messages.models import Attempt, Message
from services.notifications.messages.retry import next_try
from services.notifications.messages.rules import give_up
from services.notifications.people.rules import forget_address, suppress
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for

MESSAGES = cast(Table, Message.__table__)
ATTEMPTS = cast(Table, Attempt.__table__)
# Written through the tables and not as objects: this happens twice for each letter, and takes a third of the time so.
LEASE = timedelta(seconds=90)
"""Longer than the channels' patience with one letter: no second worker begins while the first may still succeed."""
SETTLED = ("sent", "delivered", "bounced")
"""What is known to have been accepted once."""


def begin_attempt(session: Session, claim: Claim) -> int | None:
    """Write down that the letter is being handed over; the attempt, or None when the letter is not ours any more.

    The messages say until when we hold them. Whoever overtook one, joined it to another letter, or took it because we
    were slow has changed that, and then nothing is sent here.
    """
    now = clock.now()
    until = {"now": now, "lease": now + LEASE}
    given = {"claimed": claim.message_id, "held": claim.until, "through": claim.channel, **until}
    attempt_id: int | None = session.connection().scalar(_BEGIN, given)
    if attempt_id is not None and claim.carried:
        others = MESSAGES.update().where(MESSAGES.c.merged_into == claim.message_id)
        session.connection().execute(others.values(state="sending", due_at=until["lease"], channel=claim.channel))
    return attempt_id


def _begin_statement() -> Executable:
    """Mark the message if it is still ours, and write an attempt for what was marked."""
    ours = MESSAGES.update().where(
        MESSAGES.c.id == bindparam("claimed"), MESSAGES.c.state == "queued", MESSAGES.c.due_at == bindparam("held")
    )
    sending = {"state": "sending", "due_at": bindparam("lease"), "channel": bindparam("through")}
    begun = ours.values(**sending, tries=MESSAGES.c.tries + 1).returning(MESSAGES.c.id).cte("begun")
    before = select(func.count()).where(ATTEMPTS.c.message_id == bindparam("claimed")).scalar_subquery()
    through, now = bindparam("through", type_=ATTEMPTS.c.channel.type), bindparam("now", type_=ATTEMPTS.c.began_at.type)
    columns = select(begun.c.id, before + 1, through, now, literal(""))
    new = ATTEMPTS.insert().from_select(["message_id", "number", "channel", "began_at", "answer"], columns)
    return new.returning(ATTEMPTS.c.id)


_BEGIN = _begin_statement()
"""This and the two below are made once: putting a statement together takes as long as running it."""


def add_attempt(session: Session, message_id: uuid.UUID, channel: str, now: datetime) -> int:
    """Write an attempt down, numbered after those before it; its id."""
    before = select(func.count()).where(Attempt.message_id == message_id).scalar_subquery()
    new = insert(Attempt).values(message_id=message_id, number=before + 1, channel=channel, began_at=now)
    return session.scalars(new.returning(Attempt.id)).one()


def write_outcome(session: Session, ended: Ended) -> None:
    """Settle the messages that were in hand, or say when they are tried again."""
    claim, outcome = ended.claim, ended.outcome
    act_for(session, claim.organisation_id)
    now = clock.now()
    end_attempts(session, [ended.attempt_id], outcome, now)
    if outcome.kind == "accepted":
        note_accepted(session, claim.message_ids, now)
        return
    message = session.scalars(select(Message).where(Message.id == claim.message_id).with_for_update()).one()
    if outcome.closes and claim.address_kind is not None:
        address = claim.letter.address_of(claim.address_kind)
        suppress(session, claim.organisation_id, claim.address_kind, address, outcome.closes)
        if message.forgotten_at is not None:
            forget_address(session, claim.address_kind, address)
    if message.state == "sending" and not drop_forgotten(session, message, now):
        try_again(session, message, outcome, now)
    session.flush()


def drop_forgotten(session: Session, message: Message, now: datetime) -> bool:
    """Was the reader erased while the letter was on its way? Then nothing is tried again, and nobody is told."""
    if message.forgotten_at is None:
        return False
    for one in letter_of(session, message):
        drop_message(session, one, "erased", now)
    return True


def end_attempts(session: Session, attempt_ids: Iterable[int], outcome: Outcome, now: datetime) -> None:
    """These attempts are over."""
    given = {
        "ended": list(attempt_ids),
        "now": now,
        "kind": outcome.kind,
        "reply": outcome.code,
        "said": outcome.answer.replace("\0", ""),
        "provided": outcome.provider_id or None,
    }
    session.connection().execute(_END, given)


_READER_IS_KNOWN = exists().where(MESSAGES.c.id == ATTEMPTS.c.message_id, MESSAGES.c.forgotten_at.is_(None))
_END = (
    ATTEMPTS.update()
    .where(ATTEMPTS.c.id.in_(bindparam("ended", expanding=True)))
    .values(
        ended_at=bindparam("now"),
        outcome=bindparam("kind"),
        code=bindparam("reply"),
        # Of somebody who was erased meanwhile nothing is kept: a server's words often name the address.
        answer=case((_READER_IS_KNOWN, bindparam("said")), else_=""),
        # A receipt may have told it before the answer did.
        provider_id=func.coalesce(bindparam("provided", type_=ATTEMPTS.c.provider_id.type), ATTEMPTS.c.provider_id),
    )
)


def note_accepted(session: Session, message_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Accepted: never due again, whatever else happened meanwhile; calendars say now what the letter's file said."""
    told = session.connection().execute(_ACCEPT, {"accepted": message_ids, "now": now}).all()
    for entry_id, said in told:
        if entry_id is not None and said is not None:
            note_told(session, entry_id, said["content"], said["sequence"])


_ACCEPT = (
    MESSAGES.update()
    .where(MESSAGES.c.id.in_(bindparam("accepted", expanding=True)), MESSAGES.c.state.not_in(SETTLED))
    .values(state="sent", reason=None, due_at=None, sent_at=bindparam("now"))
    .returning(MESSAGES.c.entry_id, MESSAGES.c.told)
)


def try_again(session: Session, message: Message, outcome: Outcome, now: datetime) -> None:
    """Queue the letter for its next attempt, or give it up; what it carries goes the same way."""
    at = next_try(outcome.kind, message.tries, message.asked_at, now, after=outcome.after)
    for one in letter_of(session, message):
        if at is None:
            give_up(session, one, "address_refused" if outcome.kind == "refused" else "attempts_used_up")
        else:
            one.state, one.reason, one.due_at = "queued", outcome.kind, at


def put_back(session: Session, claims: Sequence[Claim]) -> None:
    """These were ready and will not be begun here: anybody may take them."""
    ids = [message_id for claim in claims for message_id in claim.message_ids]
    if ids:
        ready = update(Message).where(Message.id.in_(ids), Message.state == "queued")
        options = {**ACROSS_ORGANISATIONS, "synchronize_session": False}
        held = ready.where(Message.due_at.in_([claim.until for claim in claims]))
        session.execute(held.values(due_at=clock.now()).execution_options(**options))


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
