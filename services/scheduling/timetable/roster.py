"""The roster: when each interpreter sits where, and what their calendar was told of it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.scheduling.events.models import Event, Stand
from services.scheduling.events.rules import load_stands, rounds_of
from services.scheduling.interpreters.models import Engagement
from services.scheduling.interpreters.rules import lock_engagements, person_of_interpreter
from services.scheduling.timetable.models import Conversation, RosterBlock
from shared.events import CancelCalendarEntry, Person, PutCalendarEntry, SendMessage
from shared.outbox import record

FIRST_KEY = "interpreting"
ROSTER = "interpreter_roster"
TIMES = ("starts_at", "ends_at")
Content = dict[str, Any]
"""What a calendar entry says: {"starts_at", "ends_at", "stands", "languages"}, JSON values."""


def tell_roster(session: Session, event: Event, conversations: Iterable[Conversation]) -> None:
    """Put each interpreter's block in their calendar; those whose block is as it was hear nothing."""
    # A stand that was given up during the day may have had conversations.
    stands = {stand.id: stand for stand in load_stands(session, event.id, also_cancelled=True)}
    blocks = blocks_of(event, conversations, stands)
    engagements, told = lock_engagements(session, event.id), _load_told(session, event.id)
    for engagement in engagements:
        block, known = blocks.get(engagement.interpreter_id), told.get(engagement.interpreter_id)
        if block is not None and (known is None or known.withdrawn or known.content != block):
            _put(session, event, engagement, _keep(session, event, engagement, known, block), ROSTER, {})
        elif block is None and known is not None and not known.withdrawn:
            _withdraw(session, event, person_of_interpreter(engagement.interpreter), known, "interpreter_free")


def tell_interpreters_of_move(session: Session, event: Event, moved_from: Mapping[str, str]) -> None:
    """The event moved: each interpreter who was told of it is told once; entries that they have move along.

    `moved_from` is {"old_starts_at": …, "old_place": …} for the message.
    """
    engagements, told = _told_engagements(session, event.id), _load_told(session, event.id)
    starts = {one.number: one for one in rounds_of(event)}
    for engagement in engagements:
        known = told.get(engagement.interpreter_id)
        if known is None or known.withdrawn:
            _send(session, event, engagement, "event_moved", dict(moved_from))
            continue
        first, last = known.content["first_round"], known.content["last_round"]
        if first not in starts or last not in starts:
            _withdraw(session, event, person_of_interpreter(engagement.interpreter), known, "interpreter_free")
            continue
        times = {"starts_at": starts[first].starts_at.isoformat(), "ends_at": starts[last].ends_at.isoformat()}
        forget_answer(known)
        moved = _keep(session, event, engagement, known, {**known.content, **times})
        _put(session, event, engagement, moved, "event_moved", moved_from)


def tell_interpreters_of_cancellation(session: Session, event: Event) -> None:
    """The event will not take place: each interpreter who was told is told once; entries leave their calendars."""
    engagements, told = _told_engagements(session, event.id), _load_told(session, event.id)
    for engagement in engagements:
        known = told.get(engagement.interpreter_id)
        if known is not None and not known.withdrawn:
            _withdraw(session, event, person_of_interpreter(engagement.interpreter), known, "event_cancelled")
        else:
            _send(session, event, engagement, "event_cancelled", {})


def tell_at_new_address(session: Session, event: Event, engagement: Engagement, before: Person) -> None:
    """An interpreter has another address: what they know of the event goes there, and leaves the calendar of `before`.

    The engagement has a new link already. The new address gets an entry of its own, with another key and so another
    UID: the old one's cancellation then takes nothing from the new one, whichever arrives first and whoever reads both
    (RFC 5546 §3.2.5).
    """
    known = _load_told(session, event.id).get(engagement.interpreter_id)
    comes, is_there = engagement.answer != "declined", known is not None and not known.withdrawn
    if known is not None:
        if is_there:
            _withdraw(session, event, before, known, "interpreter_readdressed")
        known.key = _next_key(known.key)
        forget_answer(known)
        if comes and is_there:
            _put(session, event, engagement, _keep(session, event, engagement, known, known.content), ROSTER, {})
    if comes and not is_there:
        _send(session, event, engagement, "interpreter_invited", {})


def _next_key(key: str) -> str:
    """Another entry for the same purpose: "interpreting", "interpreting:1" …"""
    purpose, _, number = key.partition(":")
    return f"{purpose}:{int(number or 0) + 1}"


def blocks_of(
    event: Event, conversations: Iterable[Conversation], stands: Mapping[uuid.UUID, Stand]
) -> dict[uuid.UUID, Content]:
    """Each interpreter's work from the first to the last conversation, with stands and languages in order."""
    rounds = {one.number: one for one in rounds_of(event)}
    work: dict[uuid.UUID, list[Conversation]] = defaultdict(list)
    for one in sorted(conversations, key=lambda one: one.round):
        if one.interpreter_id is not None:
            work[one.interpreter_id].append(one)
    return {
        interpreter_id: {
            "first_round": own[0].round,
            "last_round": own[-1].round,
            "starts_at": rounds[own[0].round].starts_at.isoformat(),
            "ends_at": rounds[own[-1].round].ends_at.isoformat(),
            "stands": _in_order(f"{stands[one.booking_id].label} {stands[one.booking_id].employer}" for one in own),
            "languages": sorted({one.language for one in own}),
        }
        for interpreter_id, own in work.items()
    }


def _in_order(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _load_told(session: Session, event_id: uuid.UUID) -> dict[uuid.UUID, RosterBlock]:
    blocks = session.scalars(select(RosterBlock).where(RosterBlock.event_id == event_id))
    return {block.interpreter_id: block for block in blocks}


def _told_engagements(session: Session, event_id: uuid.UUID) -> Sequence[Engagement]:
    """Those who heard of the event and did not say no."""
    asked = lock_engagements(session, event_id)
    return [one for one in asked if one.invited_at is not None and one.answer != "declined"]


def _keep(
    session: Session, event: Event, engagement: Engagement, known: RosterBlock | None, content: Content
) -> RosterBlock:
    if known is None:
        known = RosterBlock(
            organisation_id=event.organisation_id,
            event_id=event.id,
            interpreter_id=engagement.interpreter_id,
            key=FIRST_KEY,
            version=0,
        )
        session.add(known)
    elif known.withdrawn or any(known.content[name] != content[name] for name in TIMES):
        forget_answer(known)
    known.content, known.withdrawn, known.version = content, False, known.version + 1
    return known


def _put(
    session: Session,
    event: Event,
    engagement: Engagement,
    block: RosterBlock,
    template: str,
    values: Mapping[str, Any],
) -> None:
    record(
        session,
        PutCalendarEntry(
            message_id=uuid.uuid4(),
            organisation_id=event.organisation_id,
            event_id=event.id,
            person=person_of_interpreter(engagement.interpreter),
            key=block.key,
            version=block.version,
            starts_at=datetime.fromisoformat(block.content["starts_at"]),
            ends_at=datetime.fromisoformat(block.content["ends_at"]),
            template=template,
            values={**values, "blocks": [block.content]},
            link_id=engagement.link_id,
            link_service="scheduling",
        ),
    )


def forget_answer(block: RosterBlock) -> None:
    """What is put next asks anew: another time or place. Answers to what was put until now count no more."""
    block.answer, block.answered_at, block.comment, block.asked = "needs_action", None, "", block.version


def _withdraw(session: Session, event: Event, person: Person, block: RosterBlock, template: str) -> None:
    block.withdrawn, block.version = True, block.version + 1
    record(
        session,
        CancelCalendarEntry(
            message_id=uuid.uuid4(),
            organisation_id=event.organisation_id,
            event_id=event.id,
            person=person,
            key=block.key,
            version=block.version,
            template=template,
        ),
    )


def _send(session: Session, event: Event, engagement: Engagement, template: str, values: dict[str, Any]) -> None:
    record(
        session,
        SendMessage(
            message_id=uuid.uuid4(),
            organisation_id=event.organisation_id,
            template=template,
            person=person_of_interpreter(engagement.interpreter),
            values=values,
            event_id=event.id,
            link_id=engagement.link_id,
            link_service="scheduling",
        ),
    )
