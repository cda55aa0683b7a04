"""Taking in what a provider of SMS tells: receipts, which come twice, late and out of order, and people's answers."""

import uuid
from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from services.notifications.channels.sms.provider import Receipt, Reply
from services.notifications.inbox.keeping import Arrival, digest_of, keep_once
from services.notifications.inbox.questions import regions_of_number
from services.notifications.inbox.rules import take_short_answer
from services.notifications.messages.delivery import note_bounced, note_delivered, note_taken
from services.notifications.messages.models import Attempt, Message
from services.notifications.people.rules import BY_THE_PERSON, find_suppression, lift, suppress
from services.notifications.receipts.words import read_wish
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.telephone import read_telephone

log = structlog.get_logger()
OPTED_OUT_CODES = frozenset({21610})


def take_receipt(session: Session, message_id: uuid.UUID, receipt: Receipt, now: datetime) -> bool:
    """Note what became of an SMS; False for one that says nothing of the message's present attempt.

    A receipt also tells of a text whose acceptance we never heard of: its address names our message.
    """
    found = session.execute(_newest_attempt(message_id)).first()
    if found is None:
        return False
    message, attempt = found
    act_for(session, message.organisation_id)
    if not _is_about(receipt, attempt, message):
        return False
    attempt.provider_id = receipt.provider_id
    _note(session, message, receipt, now)
    return True


def _newest_attempt(message_id: uuid.UUID) -> Select[Message, Attempt]:
    return (
        select(Message, Attempt)
        .join(Attempt, and_(Attempt.message_id == Message.id, Attempt.channel == "sms"))
        .where(Message.id == message_id, or_(Attempt.outcome.is_(None), Attempt.outcome.in_(("accepted", "lost"))))
        .order_by(Attempt.number.desc())
        .limit(1)
        .with_for_update(of=(Message, Attempt))
        .execution_options(**ACROSS_ORGANISATIONS, populate_existing=True)
    )


def _is_about(receipt: Receipt, attempt: Attempt, message: Message) -> bool:
    """Is it about the newest attempt, and was that asked for as the message is now? Older ones change nothing."""
    if attempt.provider_id is None:
        return attempt.began_at >= message.asked_at
    return attempt.provider_id == receipt.provider_id and attempt.began_at >= message.asked_at


def _note(session: Session, message: Message, receipt: Receipt, now: datetime) -> None:
    if receipt.state == "accepted":
        note_taken(session, message, now)
    elif receipt.state == "delivered":
        note_delivered(session, message, now)
    elif message.state != "delivered":  # what arrived cannot come back: the other receipt was late
        if receipt.code in OPTED_OUT_CODES and message.mobile:
            suppress(session, message.organisation_id, "sms", message.mobile, "opted_out")
        reason = "number_unreachable" if receipt.permanent else "not_delivered"
        note_bounced(session, message, reason, receipt.permanent, now)


Taken = Literal["stopped", "started", "passed_on", "known"]


def take_reply(session: Session, reply: Reply, now: datetime) -> Taken:
    """Take in a text that somebody sent: STOP and START are done here, everything else is for the inbox."""
    mobile = read_telephone(reply.mobile) or reply.mobile
    wish = read_wish(reply.text)
    if wish is None:
        take_short_answer(session, mobile, reply.text, reply.provider_id, now)
        return "passed_on"
    if not keep_once(session, Arrival(digest_of("sms", reply.provider_id, wish), "sms", "unsubscribe", None, now)):
        return "known"
    for organisation_id in regions_of_number(session, mobile):
        act_for(session, organisation_id)
        if wish == "stop":
            suppress(session, organisation_id, "sms", mobile, "opted_out")
        elif (closed := find_suppression(session, "sms", mobile)) is not None and closed.reason != "by_hand":
            # A sender's number can be forged: what a colleague closed, only a colleague opens.
            lift(session, closed, "START", by=BY_THE_PERSON)
    log.info("sms_wish", wish=wish)
    return "stopped" if wish == "stop" else "started"
