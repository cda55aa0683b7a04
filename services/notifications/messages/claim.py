"""Taking letters in hand: whose turn it is, what is still true, what goes together, and what it says.

A letter in hand is a message whose due time lies a little ahead: until then no other worker looks at it, and whoever
changes the message meanwhile (a newer one that overtakes it, an event that moves) takes it away by changing that time.
The attempt is written down when its turn comes, not before (outcome.py).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.notifications.channels.channel import is_pushed
from services.notifications.channels.pace import list_resting
from services.notifications.channels.registry import choose_channel
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.attempts import Claim, Outcome
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.compose import Part, Setting, compose
from services.notifications.messages.gate import Gate
from services.notifications.messages.letters import HOLD, drop_message, find_doubtful, letter_of, release
from services.notifications.messages.merging import may_join, shares_calendar
from services.notifications.messages.models import WAITING, Attempt, Message
from services.notifications.messages.outcome import add_attempt, drop_forgotten, end_attempts, try_again
from services.notifications.messages.parts import (
    Known,
    find_known,
    is_in_hand,
    is_unwanted,
    is_worth_paper,
    judge,
    judge_night,
    make_part,
    reader_for,
)
from services.notifications.messages.retry import next_try
from services.notifications.messages.rules import PERSON_KEY, give_up, report_paper
from services.notifications.messages.trials import write_trial
from services.notifications.messages.truth import Drop, Wait, judge_settling
from services.notifications.people.rules import Wishes
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.settings import Settings

log = structlog.get_logger()
LOOK_FURTHER = 4
"""How many times more people than wanted are looked at: the first may be in another worker's hands."""


@dataclass(frozen=True)
class Pile:
    """Everything that waits for one person about one event, oldest first; `leader` is the one whose turn it is."""

    leader: Message
    messages: Sequence[Message]
    organisation: Organisation
    event: Event | None


def claim_letters(session: Session, settings: Settings, gate: Gate, most: int) -> list[Claim]:
    """The next letters to hand over, at most so many; none when nothing is due that may go.

    Settles on the way what need not or cannot be sent. Two workers never get the same person and event at once.
    """
    gate.begin_round(list_resting(session))
    while piles := _find_piles(session, most):
        known = find_known(session, [message for pile in piles for message in pile.messages])
        with session.no_autoflush:  # all changes at once
            claims = [claim for pile in piles if (claim := _prepare(session, pile, known, gate, settings)) is not None]
        session.flush()
        if claims:
            return claims
    return []


# ── whose turn it is ──────────────────────────────────────────────────────────────────────────────────────────


def _find_piles(session: Session, most: int) -> list[Pile]:
    """For each of the next people whose turn it is: all that waits for them, locked until the transaction ends."""
    due = session.execute(_due(most)).all()
    if not due:
        return []
    alone = [row.id for row in due if row.event_id is None]
    pairs = [(row.person_id, row.event_id) for row in due if row.event_id is not None]
    waiting = (
        select(Message, Organisation, Event)
        .join(Organisation, Organisation.id == Message.organisation_id)
        .outerjoin(Event, and_(Event.id == Message.event_id, Event.organisation_id == Message.organisation_id))
        .where(Message.state.in_(WAITING))
        .where(or_(Message.id.in_(alone), tuple_(Message.person_id, Message.event_id).in_(pairs)))
        .order_by(Message.queued_at, Message.id)
        .with_for_update(skip_locked=True, of=Message)
        .execution_options(**ACROSS_ORGANISATIONS, populate_existing=True)
    )
    found: dict[object, list[tuple[Message, Organisation, Event | None]]] = {}
    for message, organisation, event in session.execute(waiting):
        found.setdefault(_pile_of(message), []).append((message, organisation, event))
    return [pile for rows in found.values() if (pile := _make_pile(rows)) is not None]


def _pile_of(message: Message) -> object:
    return (message.person_id, message.event_id) if message.event_id else message.id


def _make_pile(rows: list[tuple[Message, Organisation, Event | None]]) -> Pile | None:
    now = clock.now()
    messages = [message for message, _, _ in rows]
    due = [one for one in messages if one.merged_into is None and one.due_at is not None and one.due_at <= now]
    if not due:
        return None
    return Pile(min(due, key=lambda one: one.due_at or now), messages, rows[0][1], rows[0][2])


def _due(most: int) -> Select[uuid.UUID, uuid.UUID, uuid.UUID | None]:
    """The people and events whose time has come, and whom nobody else has in hand at this moment.

    Those of a region or event that we have not heard of yet keep waiting.
    """
    next_ones = (
        select(Message.id, Message.person_id, Message.event_id, PERSON_KEY.label("key"))
        .join(Organisation, Organisation.id == Message.organisation_id)
        .outerjoin(Event, and_(Event.id == Message.event_id, Event.organisation_id == Message.organisation_id))
        .where(Message.state.in_(WAITING), Message.due_at <= clock.now(), Message.merged_into.is_(None))
        .where(or_(Message.event_id.is_(None), Event.id.is_not(None)))
        .order_by(Message.due_at)
        .limit(most * LOOK_FURTHER)
        .subquery()
    )
    # The limit inside is also a fence: rows are tried one by one, and no more of them than it takes.
    free = func.pg_try_advisory_xact_lock(func.hashtextextended(next_ones.c.key, 0))
    return (
        select(next_ones.c.id, next_ones.c.person_id, next_ones.c.event_id)
        .where(free)
        .limit(most)
        .execution_options(**ACROSS_ORGANISATIONS)
    )


# ── what becomes of it ────────────────────────────────────────────────────────────────────────────────────────


def _prepare(session: Session, pile: Pile, known: Known, gate: Gate, settings: Settings) -> Claim | None:
    leader = pile.leader
    act_for(session, leader.organisation_id)
    setting = Setting(settings, pile.organisation, pile.event, clock.now(), known.own)
    try:
        return None if _is_beyond_hope(session, leader) else _settle_or_compose(session, pile, known, gate, setting)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        # Whatever is wrong with this message, the others must go on. The fault's own text may hold a name.
        log.error("unreadable", template=leader.template, message_id=str(leader.id), fault=type(fault).__name__)
        _note_unreadable(session, leader, type(fault).__name__)
        return None


def _settle_or_compose(session: Session, pile: Pile, known: Known, gate: Gate, setting: Setting) -> Claim | None:
    leader = pile.leader
    wishes = known.wishes[leader.id]
    channel = choose_channel(reader_for(leader, wishes), gate.channels)
    verdict = judge(session, leader, known, setting) or judge_settling(
        leader, TEMPLATES[leader.template], setting.event, setting.settings.merge_seconds, setting.now
    )
    if verdict is None and channel is not None:
        verdict = judge_night(leader, gate.channels[channel], setting) or gate.admit(channel, setting.now)
    if isinstance(verdict, Drop):
        drop_message(session, leader, verdict.reason, setting.now)
    elif isinstance(verdict, Wait):
        _wait(session, leader, channel, verdict)
    elif is_unwanted(leader, wishes):
        _give_up(session, leader, "not_wanted")
    elif channel is None and _is_for_paper_alone(leader, wishes):
        drop_message(session, leader, "not_on_paper", setting.now)
    elif channel is None:
        _give_up(session, leader, "address_closed" if wishes.reader.closed else "no_address")
    elif not is_pushed(gate.channels[channel]):
        _put_on_paper(session, leader, channel, setting)
    else:
        doubtful = find_doubtful(session, pile.messages)
        parts = _choose_parts(session, pile, known, doubtful, setting, wishes)
        newest = max((part.message for part in parts), key=lambda one: one.queued_at)
        claim = _take(session, parts, channel, setting, known.wishes[newest.id].language, leader.id in doubtful)
        return replace(claim, address_kind=gate.channels[channel].address)
    return None


def _put_on_paper(session: Session, leader: Message, channel: str, setting: Setting) -> None:
    if is_in_hand(session, leader):
        drop_message(session, leader, "in_hand", setting.now)
        return
    leader.state, leader.reason, leader.channel, leader.due_at = "to_print", None, channel, None
    report_paper(session, leader, None)


def _is_for_paper_alone(leader: Message, wishes: Wishes) -> bool:
    """A candidate without any address gets what is worth a letter, and misses nothing in a reminder or an own no."""
    reader, template = wishes.reader, TEMPLATES[leader.template]
    unreachable = leader.person_kind == "candidate" and not (reader.email or reader.mobile)
    return unreachable and not is_worth_paper(leader) and (template.essential or not template.on_paper)


def _wait(session: Session, leader: Message, channel: str | None, verdict: Wait) -> None:
    for one in letter_of(session, leader):
        one.state, one.due_at = "queued", verdict.until
        if verdict.reason is not None:
            one.reason, one.channel = verdict.reason, channel


def _give_up(session: Session, leader: Message, reason: str) -> None:
    """Nothing can be sent. What is not wanted is one message only: what it carries goes without it."""
    if reason == "not_wanted":
        release(session, leader, clock.now())
    if reason == "not_wanted" and TEMPLATES[leader.template].needs_visit:
        drop_message(session, leader, reason, clock.now())  # a reminder less is no trouble to anybody
        return
    for one in letter_of(session, leader):
        give_up(session, one, reason)


def _choose_parts(
    session: Session, pile: Pile, known: Known, doubtful: set[uuid.UUID], setting: Setting, wishes: Wishes
) -> list[Part]:
    """What goes in the letter of the leader, which comes first: what it carries already, and what has come since."""
    leader = pile.leader
    chosen = [make_part(session, leader, known)]
    for message in pile.messages:
        joins = leader.id not in doubtful and message.id not in doubtful and may_join(message, leader, setting.now)
        if message is leader or is_unwanted(message, wishes) or not (joins or message.merged_into == leader.id):
            continue
        verdict = judge(session, message, known, setting)
        if isinstance(verdict, Drop):
            drop_message(session, message, verdict.reason, setting.now)
        elif isinstance(verdict, Wait):
            message.merged_into, message.state, message.due_at = None, "queued", verdict.until
        elif shares_calendar(message, [part.message for part in chosen]):
            chosen.append(make_part(session, message, known))
    return chosen


def _take(
    session: Session, parts: list[Part], channel: str, setting: Setting, language: str, perhaps_sent: bool
) -> Claim:
    """The letter, ready; its messages are held for a moment."""
    try:
        trial = parts[0].message.is_trial
        letter = write_trial(parts[0].message, setting) if trial else compose(parts, setting, language, perhaps_sent)
    except SQLAlchemyError:
        raise
    except Exception:
        if len(parts) == 1:
            raise
        # Something is wrong with one of them: each that can be read goes alone.
        release(session, parts[0].message, setting.now)
        return _take(session, parts[:1], channel, setting, language, perhaps_sent)
    leader, until = parts[0].message, setting.now + HOLD
    for part in parts:
        message = part.message
        message.state, message.due_at, message.language = "queued", until, letter.language
        message.merged_into = None if message is leader else leader.id
        if message.before_start is not None and message.tries == 0:
            message.asked_at = setting.now  # it was queued long ago: patience begins here
    carried = tuple(part.message.id for part in parts[1:])
    return Claim(leader.id, carried, leader.organisation_id, channel, letter, until)


def _note_unreadable(session: Session, message: Message, fault: str) -> None:
    now, outcome = clock.now(), Outcome("unreadable", answer=fault)
    attempt_id = add_attempt(session, message.id, message.channel or "none", now)
    end_attempts(session, [attempt_id], outcome, now)
    message.tries += 1
    try_again(session, message, outcome, now)


def _is_beyond_hope(session: Session, message: Message) -> bool:
    """End the attempt whose worker ended before it could say what came of it; True when that was the last one."""
    if message.state != "sending":
        return False
    now = clock.now()
    open_ones = select(Attempt.id).where(Attempt.message_id == message.id, Attempt.ended_at.is_(None))
    end_attempts(session, session.scalars(open_ones), Outcome("lost"), now)
    if drop_forgotten(session, message, now):
        return True
    if next_try("lost", message.tries, message.asked_at, now) is not None:
        return False
    _give_up(session, message, "attempts_used_up")
    return True
