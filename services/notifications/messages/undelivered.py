"""Messages that did not arrive: what a person can do about each, and doing it.

The address is mended here, where the fault shows; the service that keeps the person hears of it in the same transaction
(AddressMended), so that the next message has the right address too. It takes it over only where it still has the
address that failed: whoever corrected it there in the meantime knows better.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from services.notifications.events.models import Event
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.errors import AddressStillClosed, NothingToResend
from services.notifications.messages.letters import take_back
from services.notifications.messages.models import Message
from services.notifications.messages.rules import resend
from services.notifications.people.rules import find_suppression, read_address
from shared import clock
from shared.events import AddressMended
from shared.outbox import record
from shared.paging import PAGE, Paged, page_within

LOST = ("failed", "bounced")
OUR_FAULT = ("attempts_used_up", "template_unknown", "unreadable")
"""Reasons that say nothing about the address: the server was away for too long, or the text was missing."""
MOST_AT_ONCE = 5_000
ADVICE: dict[str, str | LazyString] = {
    "address_refused": lazy_gettext("Correct it here and send the message again."),
    "not_arrived": lazy_gettext("Or fill in an e-mail address here."),
    "address_closed": lazy_gettext("Use another address, or tell the person in another way."),
    "no_address": lazy_gettext("Fill in an address here, or give the person the letter on paper."),
    "not_wanted": lazy_gettext("Ask the person yourself, if you must. A confirmation or a change still reaches them."),
    "attempts_used_up": lazy_gettext("Nothing seems wrong with the address. Send the message again."),
    "template_unknown": lazy_gettext("Tell your administrator, then send the message again."),
}
OTHER_ADVICE = lazy_gettext("Check the address with the person, or tell them in another way.")


@dataclass(frozen=True)
class Lost(Paged):
    """A page of what did not arrive, newest first."""

    messages: Sequence[Message]
    events: dict[uuid.UUID, Event]
    total: int
    page: int
    our_fault: int
    """how many could be sent again just as they are"""


def list_lost(session: Session, page: int = 1) -> Lost:
    """What did not arrive about events that are still to come. A page beyond the last one is the last one."""
    wanted = _lost()
    by_fault = func.count().filter(_as_it_is())
    counted = session.execute(wanted.with_only_columns(func.count(), by_fault)).one()
    page = page_within(page, counted[0])
    rows = wanted.order_by(Message.queued_at.desc(), Message.id).limit(PAGE).offset((page - 1) * PAGE)
    pairs = session.execute(rows.with_only_columns(Message, Event)).all()
    events = {event.id: event for _, event in pairs if event is not None}
    return Lost([message for message, _ in pairs], events, counted[0], page, counted[1])


def mend(session: Session, message: Message, channel: str, typed: str) -> None:
    """Correct the address that a message failed on, tell who keeps the person, and send the message again.

    Other messages to the person with the same wrong address get the right one and are sent again too. `channel`: email
    or sms. Raises AddressUnreadable, AddressStillClosed, and as resend does.
    """
    new = read_address(channel, typed)
    if find_suppression(session, channel, new) is not None:
        raise AddressStillClosed
    session.refresh(message, with_for_update=True)
    if message.state not in LOST or message.is_trial:
        raise NothingToResend
    column = Message.mobile if channel == "sms" else Message.address
    old = message.mobile if channel == "sms" else message.address
    same = update(Message).where(
        Message.person_id == message.person_id, column.is_not_distinct_from(old), Message.forgotten_at.is_(None)
    )
    take_back(session, same.where(Message.state == "queued"))  # before its address is another one
    session.execute(same.where(Message.state.in_((*LOST, "queued", "to_print"))).values({column: new}))
    session.refresh(message)
    if new != old:
        record(
            session,
            AddressMended(
                organisation_id=message.organisation_id,
                person_kind=message.person_kind,
                person_id=message.person_id,
                channel=channel,
                old=old,
                new=new,
            ),
        )
    for one in _lost_of(session, message, column.is_not_distinct_from(new)):
        resend(session, one)


def tell_otherwise(session: Session, message: Message) -> None:
    """The organiser told the person: nothing is left to do. Raises NothingToResend."""
    session.refresh(message, with_for_update=True)
    if message.state not in LOST:
        raise NothingToResend
    together = update(Message).where(or_(Message.id == message.id, Message.merged_into == message.id))
    session.execute(together.values(state="dropped", reason="told_otherwise", due_at=None))


def send_all_again(session: Session) -> int:
    """After a fault of a server: send everything again that failed without anything being wrong with its address."""
    lost = _lost().where(_as_it_is()).limit(MOST_AT_ONCE)
    found = session.scalars(lost.order_by(Message.queued_at).with_only_columns(Message)).all()
    for message in found:
        resend(session, message)
    return len(found)


def advice_for(message: Message) -> str:
    """What an organiser can do about it, in a sentence."""
    return str(ADVICE.get(message.reason or "", OTHER_ADVICE))


def _as_it_is() -> ColumnElement[bool]:
    """Could it be sent again just as it is, in one way or another?"""
    reached = or_(Message.address.is_not(None), Message.mobile.is_not(None), Message.channel == "paper")
    return and_(Message.reason.in_(OUR_FAULT), Message.template.in_(TEMPLATES), reached)


def _lost() -> Select[Message]:
    """Letters that did not arrive, no tests; those that travelled in another one are shown there."""
    return (
        select(Message)
        .outerjoin(Event, Event.id == Message.event_id)
        .where(Message.state.in_(LOST), Message.forgotten_at.is_(None), Message.merged_into.is_(None))
        .where(~Message.is_trial)
        .where(or_(Message.event_id.is_(None), Event.ends_at > clock.now()))
    )


def _lost_of(session: Session, message: Message, same_address: ColumnElement[bool]) -> Sequence[Message]:
    own = _lost().where(Message.person_id == message.person_id, same_address, Message.reason != "not_wanted")
    return session.scalars(own.order_by(Message.queued_at)).all()
