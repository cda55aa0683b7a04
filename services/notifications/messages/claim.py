"""Taking the next due message in hand: is it still true, what does it say, and the attempt written down."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, and_, func, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import content_of, load_entry
from services.notifications.channels.letter import CalendarFile
from services.notifications.channels.registry import choose_channel
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.attempts import Claim, Outcome
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.compose import Setting, compose, write_calendar
from services.notifications.messages.models import WAITING, Attempt, Message
from services.notifications.messages.outcome import end_attempt, try_again
from services.notifications.messages.retry import next_try
from services.notifications.messages.rules import give_up
from services.notifications.messages.truth import LOOK_AGAIN, Drop, Wait, judge_entry, judge_event
from services.notifications.people.rules import wishes_of
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.settings import Settings

log = structlog.get_logger()
LEASE = timedelta(seconds=90)
"""Longer than the channels' patience with one letter: no second worker begins while the first may still succeed."""


def claim_next(session: Session, settings: Settings) -> Claim | None:
    """The next letter to hand over; None when nothing is due. Settles on the way what need not or cannot be sent.

    Two workers never get the same message: rows that another one holds are skipped.
    """
    while (row := session.execute(_due(clock.now())).first()) is not None:
        message, organisation, event = row
        act_for(session, message.organisation_id)
        setting = Setting(settings, organisation, event, clock.now())
        claim = None if _is_beyond_hope(session, message) else _prepare(session, message, setting)
        session.flush()
        if claim is not None:
            return claim
    return None


def _due(now: datetime) -> Select[Message, Organisation, Event | None]:
    """Messages whose time has come, with their region and event; those that we have not heard of yet keep waiting."""
    return (
        select(Message, Organisation, Event)
        .join(Organisation, Organisation.id == Message.organisation_id)
        .outerjoin(Event, and_(Event.id == Message.event_id, Event.organisation_id == Message.organisation_id))
        .where(Message.state.in_(WAITING), Message.due_at <= now)
        .where(or_(Message.event_id.is_(None), Event.id.is_not(None)))
        .order_by(Message.due_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=Message)
        .execution_options(**ACROSS_ORGANISATIONS, populate_existing=True)
    )


def _prepare(session: Session, message: Message, setting: Setting) -> Claim | None:
    try:
        return _settle_or_compose(session, message, setting)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        # Whatever is wrong with this message, the others must go on. The fault's own text may hold a name.
        log.error("unreadable", template=message.template, message_id=str(message.id), fault=type(fault).__name__)
        _note_unreadable(session, message, type(fault).__name__)
        return None


def _settle_or_compose(session: Session, message: Message, setting: Setting) -> Claim | None:
    entry = load_entry(session, message.entry_id) if message.entry_id else None
    wishes = wishes_of(session, message)
    channel = choose_channel(replace(wishes.reader, has_short=False))
    message.language = wishes.language
    verdict = _judge(session, message, entry, setting)
    if isinstance(verdict, Drop):
        message.state, message.reason, message.due_at = "dropped", verdict.reason, None
    elif isinstance(verdict, Wait):
        message.state, message.due_at = "queued", verdict.until
    elif wishes.only_essential and not TEMPLATES[message.template].essential:
        give_up(session, message, "not_wanted")
    elif channel is None:
        give_up(session, message, "address_closed" if wishes.reader.closed else "no_address")
    else:
        letter = compose(message, setting, _calendar(message, entry, setting))
        attempt = _begin_attempt(session, message, channel, setting.now)
        message.state, message.due_at = "sending", setting.now + LEASE
        return Claim(message.id, message.organisation_id, attempt.id, channel, letter)
    return None


def _note_unreadable(session: Session, message: Message, fault: str) -> None:
    now = clock.now()
    attempt = _begin_attempt(session, message, message.channel or "none", now)
    end_attempt(attempt, Outcome("unreadable", answer=fault), now)
    try_again(session, message, "unreadable", now)


def _judge(session: Session, message: Message, entry: CalendarEntry | None, setting: Setting) -> Drop | Wait | None:
    template = TEMPLATES[message.template]
    if setting.event is None:
        return None
    verdict = judge_event(message, template, setting.event, setting.now)
    if verdict is not None or entry is None:
        return verdict
    if _sibling_is_sending(session, message):
        return Wait(setting.now + LOOK_AGAIN)
    content = content_of(entry, setting.event, message.address or "") if entry.starts_at else None
    return judge_entry(message, template, entry, content)


def _sibling_is_sending(session: Session, message: Message) -> bool:
    """Is another message about the same calendar entry in somebody's hand? Only then do we know what is news."""
    siblings = select(Message.id).where(
        Message.entry_id == message.entry_id, Message.id != message.id, Message.state == "sending"
    )
    return session.scalar(siblings.limit(1)) is not None


def _calendar(message: Message, entry: CalendarEntry | None, setting: Setting) -> CalendarFile | None:
    """The file that goes with the message; none to cancel what never stood in a calendar."""
    if entry is None or setting.event is None:
        return None
    if entry.cancelled and (entry.told is None or entry.starts_at is None):
        message.told = {"sequence": entry.sequence or 0, "content": {"cancelled": True}}
        return None
    return write_calendar(message, entry, content_of(entry, setting.event, message.address or ""), setting)


def _begin_attempt(session: Session, message: Message, channel: str, now: datetime) -> Attempt:
    """Write the attempt down, numbered after those before it."""
    before = select(func.count()).where(Attempt.message_id == message.id).scalar_subquery()
    new = insert(Attempt).values(message_id=message.id, number=before + 1, channel=channel, began_at=now)
    attempt = session.scalars(new.returning(Attempt)).one()
    message.channel, message.tries = channel, message.tries + 1
    return attempt


def _is_beyond_hope(session: Session, message: Message) -> bool:
    """End the attempt whose worker ended before it could say what came of it; True when that was the last one."""
    if message.state != "sending":
        return False
    now = clock.now()
    open_ones = select(Attempt).where(Attempt.message_id == message.id, Attempt.ended_at.is_(None))
    for attempt in session.scalars(open_ones):
        end_attempt(attempt, Outcome("lost"), now)
    if next_try("lost", message.tries, message.asked_at, now) is not None:
        return False
    give_up(session, message, "attempts_used_up")
    return True
