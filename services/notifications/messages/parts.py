"""The parts of a letter: what is known about each message, whether it is still worth saying, and with which values."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import content_of, is_known, live_entries
from services.notifications.channels.channel import Channel
from services.notifications.channels.quiet import quiet_until
from services.notifications.channels.reader import Reader
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.compose import DEFAULT_ZONE, Part, Setting, has_short
from services.notifications.messages.models import Message
from services.notifications.messages.truth import (
    LOOK_AGAIN,
    Drop,
    Wait,
    is_today,
    judge_entry,
    judge_event,
    judge_reminder,
)
from services.notifications.people.rules import Wishes, find_wishes
from services.notifications.wording.rules import OwnWords
from shared.database import ACROSS_ORGANISATIONS


@dataclass(frozen=True)
class Known:
    """What was looked up for many messages at once."""

    entries: Mapping[uuid.UUID, CalendarEntry]
    """locked until the end of the transaction"""
    sending: Mapping[uuid.UUID, frozenset[uuid.UUID]]
    """entry → messages about it that are in somebody's hand"""
    own: OwnWords
    """what organisations say in their own words"""
    wishes: Mapping[uuid.UUID, Wishes]
    """message → what its reader wants"""


def find_known(session: Session, messages: Sequence[Message]) -> Known:
    """What is known of these messages, their calendar entries and their readers; a few queries, however many."""
    ids = sorted({message.entry_id for message in messages if message.entry_id is not None})
    wishes = dict(zip((message.id for message in messages), find_wishes(session, messages), strict=True))
    entries, sending = (_lock_entries(session, ids), _find_sending(session, ids)) if ids else ({}, {})
    return Known(entries, sending, OwnWords(session), wishes)


def _lock_entries(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, CalendarEntry]:
    entries = select(CalendarEntry).where(CalendarEntry.id.in_(ids)).order_by(CalendarEntry.id).with_for_update()
    wide = {**ACROSS_ORGANISATIONS, "populate_existing": True}
    return {entry.id: entry for entry in session.scalars(entries.execution_options(**wide))}


def _find_sending(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    found: dict[uuid.UUID, frozenset[uuid.UUID]] = {}
    told = select(Message.entry_id, Message.id).where(Message.entry_id.in_(ids), Message.state == "sending")
    for entry_id, message_id in session.execute(told.execution_options(**ACROSS_ORGANISATIONS)):
        if entry_id is not None:
            found[entry_id] = found.get(entry_id, frozenset()) | {message_id}
    return found


def judge(session: Session, message: Message, known: Known, setting: Setting) -> Drop | Wait | None:
    """Is it still worth saying, now? None for yes."""
    template, event = TEMPLATES[message.template], setting.event
    if event is None:
        return None
    verdict = judge_event(message, template, event, setting.now) or judge_reminder(message, event, setting.now)
    if verdict is not None:
        return verdict
    if template.needs_visit and not live_entries(session, event.id, message.person_id):
        return Drop("not_coming")
    if template.ends_with_visit and _left_since(session, message):
        return Drop("not_coming")
    return None if message.entry_id is None else _judge_entry(message, known, setting)


def _left_since(session: Session, message: Message) -> bool:
    """Did the person's last part in the event end after this was asked for?"""
    assert message.event_id is not None
    taken_back = select(Message.id).where(
        Message.person_id == message.person_id, Message.event_id == message.event_id,
        Message.method == "CANCEL", Message.queued_at > message.queued_at,
    )  # fmt: skip
    left = session.scalar(taken_back.limit(1)) is not None
    return left and not live_entries(session, message.event_id, message.person_id)


def _judge_entry(message: Message, known: Known, setting: Setting) -> Drop | Wait | None:
    assert message.entry_id is not None
    assert setting.event is not None
    if known.sending.get(message.entry_id, frozenset()) - {message.id}:
        return Wait(setting.now + LOOK_AGAIN)  # only when that letter has gone do we know what is news
    entry = known.entries[message.entry_id]
    content = content_of(entry, setting.event, message.address or "") if entry.starts_at else None
    return judge_entry(message, TEMPLATES[message.template], entry, content)


def make_part(session: Session, message: Message, known: Known) -> Part:
    """The message with what its words need beside it. A reminder says what the person's calendar says by now."""
    values = dict(message.values)
    if TEMPLATES[message.template].needs_visit and message.event_id is not None:
        for visit in live_entries(session, message.event_id, message.person_id):
            blocks = values.get("blocks", [])
            values |= visit.values
            if "blocks" in visit.values:
                values["blocks"] = blocks + [block for block in visit.values["blocks"] if block not in blocks]
    entry = known.entries.get(message.entry_id) if message.entry_id else None
    if entry is not None and message.method == "CANCEL":
        values |= _blocks_told(entry)
    return Part(message, values, entry)


def _blocks_told(entry: CalendarEntry) -> dict[str, Any]:
    """Which part of an interpreter's day is taken away: at the times that their calendar has."""
    told = entry.told["details"] if is_known(entry) and entry.told else entry.values
    return {"blocks": told["blocks"]} if told.get("blocks") else {}


def reader_for(message: Message, wishes: Wishes) -> Reader:
    """How this message can reach its reader. On paper: to candidates, the pass and what they cannot do without."""
    paper = message.person_kind == "candidate" and is_worth_paper(message)
    short = message.is_trial or has_short(message.template)  # a test was looked at before it was queued
    return replace(wishes.reader, has_short=short, letter_worthy=paper)


def is_worth_paper(message: Message) -> bool:
    """Is it worth a letter? What may bring a pass, for the pass: nobody needs a letter to say that they said no."""
    template = TEMPLATES[message.template]
    matters = message.pass_code is not None or (template.essential and "pass" not in template.carries)
    return template.on_paper and matters


def is_in_hand(session: Session, message: Message) -> bool:
    """Does the person hold a printed letter with this very pass, so that their answer need not be printed too?"""
    if message.pass_code is None or message.entry_id is None:
        return False
    printed = select(Message.id).where(
        Message.person_id == message.person_id, Message.event_id == message.event_id, Message.channel == "paper",
        Message.state.in_(("sent", "delivered")), Message.pass_code == message.pass_code,
    )  # fmt: skip
    return session.scalar(printed.limit(1)) is not None


def is_unwanted(message: Message, wishes: Wishes) -> bool:
    """Does the reader want no messages of this kind?"""
    return wishes.only_essential and not TEMPLATES[message.template].essential and not message.is_trial


def judge_night(message: Message, channel: Channel, setting: Setting) -> Wait | None:
    """What wakes people waits until the morning on the event's clock, unless it cannot wait: it is about today."""
    if not channel.quiet or message.is_trial:
        return None
    zone = setting.event.time_zone if setting.event else DEFAULT_ZONE
    if setting.event is not None and TEMPLATES[message.template].essential and is_today(setting.event, setting.now):
        return None
    morning = quiet_until(setting.now, zone)
    return Wait(morning) if morning is not None else None
