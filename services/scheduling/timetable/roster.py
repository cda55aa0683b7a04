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
from services.scheduling.timetable.blocks import Span, connect_rounds, recognise
from services.scheduling.timetable.models import Conversation, RosterBlock
from shared.events import CancelCalendarEntry, Person, PutCalendarEntry, Round, SendMessage
from shared.outbox import record

FIRST_KEY = "interpreting"
ROSTER = "interpreter_roster"
REMIND_BEFORE = 24 * 60
"""Minutes before the start at which an interpreter with a roster is reminded."""
TIMES = ("starts_at", "ends_at")
Content = dict[str, Any]
"""What an entry says: {"first_round", "last_round", "starts_at", "ends_at", "stands", "languages"}, JSON values."""


def tell_roster(session: Session, event: Event, conversations: Iterable[Conversation]) -> None:
    """Put each interpreter's blocks in their calendar; for a block that is as it was they hear nothing."""
    # A stand that was given up during the day may have had conversations.
    stands = {stand.id: stand for stand in load_stands(session, event.id, also_cancelled=True)}
    work = blocks_of(event, conversations, stands)
    engagements, told = lock_engagements(session, event.id), _load_told(session, event.id)
    for engagement in engagements:
        known = told[engagement.interpreter_id]
        kept = _recognise(known, blocks := work.get(engagement.interpreter_id, []))
        for block in _live(known):
            if block not in kept.values():
                _withdraw(session, event, person_of_interpreter(engagement.interpreter), block, "interpreter_free")
        news = False
        for place, content in enumerate(blocks):
            block = kept.get(place) or _new_block(session, engagement, known)
            if block.withdrawn or block.content != content:
                _put(session, event, engagement, _keep(block, content), ROSTER, {})
                news = True
        if news:
            _remind(session, event, engagement)


def tell_interpreters_of_move(session: Session, event: Event, moved_from: Mapping[str, str]) -> None:
    """The event moved: each interpreter who was told of it hears that once; entries that they have move along.

    `moved_from` is {"old_starts_at": …, "old_place": …} for the message. Of several entries the first brings the news.
    """
    engagements, told = _told_engagements(session, event.id), _load_told(session, event.id)
    rounds = {one.number: one for one in rounds_of(event)}
    for engagement in engagements:
        live = _live(told[engagement.interpreter_id])
        if not live:
            _send(session, event, engagement, "event_moved", dict(moved_from))
        news = [("event_moved", moved_from)] + [(ROSTER, {})] * len(live)
        for block in live:
            first, last = rounds.get(block.content["first_round"]), rounds.get(block.content["last_round"])
            if first is None or last is None:
                _withdraw(session, event, person_of_interpreter(engagement.interpreter), block, "interpreter_free")
                continue
            times = {"starts_at": first.starts_at.isoformat(), "ends_at": last.ends_at.isoformat()}
            forget_answer(block)
            _put(session, event, engagement, _keep(block, {**block.content, **times}), *news.pop(0))


def tell_interpreters_of_cancellation(session: Session, event: Event) -> None:
    """The event will not take place: each interpreter who was told is told once; entries leave their calendars."""
    engagements, told = _told_engagements(session, event.id), _load_told(session, event.id)
    for engagement in engagements:
        live = _live(told[engagement.interpreter_id])
        for block in live:
            _withdraw(session, event, person_of_interpreter(engagement.interpreter), block, "event_cancelled")
        if not live:
            _send(session, event, engagement, "event_cancelled", {})


def tell_at_new_address(session: Session, event: Event, engagement: Engagement, before: Person) -> None:
    """An interpreter has another address: what they know of the event goes there, and leaves the calendar of `before`.

    The engagement has a new link already. The new address gets an entry of its own, with another key and so another
    UID: the old one's cancellation then takes nothing from the new one, whichever arrives first and whoever reads both
    (RFC 5546 §3.2.5).
    """
    known = _load_told(session, event.id)[engagement.interpreter_id]
    comes, live = engagement.answer != "declined", _live(known)
    for block in known:
        if block in live:
            _withdraw(session, event, before, block, "interpreter_readdressed")
        block.key = _next_key(known)
        forget_answer(block)
    for block in live if comes else ():
        _put(session, event, engagement, _keep(block, block.content), ROSTER, {})
    if comes and live:
        _remind(session, event, engagement)
    elif comes:
        _send(session, event, engagement, "interpreter_invited", {})


def _next_key(known: Iterable[RosterBlock]) -> str:
    """An entry that the interpreter never had at this event: "interpreting", "interpreting:1" …"""
    numbers = [int(block.key.partition(":")[2] or 0) for block in known]
    return f"{FIRST_KEY}:{max(numbers) + 1}" if numbers else FIRST_KEY


def blocks_of(
    event: Event, conversations: Iterable[Conversation], stands: Mapping[uuid.UUID, Stand]
) -> dict[uuid.UUID, list[Content]]:
    """Each interpreter's connected blocks of work in order, with stands and languages."""
    rounds = {one.number: one for one in rounds_of(event)}
    work: dict[uuid.UUID, list[Conversation]] = defaultdict(list)
    for one in sorted(conversations, key=lambda one: one.round):
        if one.interpreter_id is not None and one.round in rounds:
            work[one.interpreter_id].append(one)
    return {
        interpreter_id: [
            _content(span, rounds, [one for one in own if span.first <= one.round <= span.last], stands)
            for span in connect_rounds((one.round for one in own), list(rounds.values()))
        ]
        for interpreter_id, own in work.items()
    }


def _content(
    span: Span, rounds: Mapping[int, Round], own: Sequence[Conversation], stands: Mapping[uuid.UUID, Stand]
) -> Content:
    return {
        "first_round": span.first,
        "last_round": span.last,
        "starts_at": rounds[span.first].starts_at.isoformat(),
        "ends_at": rounds[span.last].ends_at.isoformat(),
        "stands": _in_order(f"{stands[one.booking_id].label} {stands[one.booking_id].employer}" for one in own),
        "languages": sorted({one.language for one in own}),
    }


def _in_order(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _recognise(known: Sequence[RosterBlock], blocks: Sequence[Content]) -> dict[int, RosterBlock]:
    """Which entry each block goes on in, by its place in `blocks`: one that is there, or was and can come back."""
    live, gone = _live(known), _in_time(block for block in known if block.withdrawn)
    kept = {place: live[at] for place, at in recognise(*_spans(live, blocks)).items()}
    rest = [place for place in range(len(blocks)) if place not in kept]
    back = recognise(*_spans(gone, [blocks[place] for place in rest]))
    return kept | {rest[at]: gone[was] for at, was in back.items()}


def _spans(known: Iterable[RosterBlock], blocks: Iterable[Content]) -> tuple[list[Span], list[Span]]:
    contents = ([block.content for block in known], blocks)
    old, new = ([Span(one["first_round"], one["last_round"]) for one in some] for some in contents)
    return old, new


def _live(known: Iterable[RosterBlock]) -> list[RosterBlock]:
    """Those that stand in the calendar, in order."""
    return _in_time(block for block in known if not block.withdrawn)


def _in_time(known: Iterable[RosterBlock]) -> list[RosterBlock]:
    return sorted(known, key=lambda block: (block.content["first_round"], block.content["last_round"], block.key))


def _load_told(session: Session, event_id: uuid.UUID) -> dict[uuid.UUID, list[RosterBlock]]:
    """What interpreters were told of, those blocks included that were taken back."""
    told: dict[uuid.UUID, list[RosterBlock]] = defaultdict(list)
    for block in session.scalars(select(RosterBlock).where(RosterBlock.event_id == event_id)):
        told[block.interpreter_id].append(block)
    return told


def _told_engagements(session: Session, event_id: uuid.UUID) -> Sequence[Engagement]:
    """Those who heard of the event and did not say no."""
    asked = lock_engagements(session, event_id)
    return [one for one in asked if one.invited_at is not None and one.answer != "declined"]


def _new_block(session: Session, engagement: Engagement, known: list[RosterBlock]) -> RosterBlock:
    """An entry that nobody has heard of yet."""
    block = RosterBlock(
        organisation_id=engagement.organisation_id,
        event_id=engagement.event_id,
        interpreter_id=engagement.interpreter_id,
        key=_next_key(known),
        version=0,
        withdrawn=True,
        content={},
        asked=0,
    )
    session.add(block)
    known.append(block)
    return block


def _keep(block: RosterBlock, content: Content) -> RosterBlock:
    """The block as it is told next, under the next version."""
    if block.withdrawn or any(block.content[name] != content[name] for name in TIMES):
        forget_answer(block)
    block.content, block.withdrawn, block.version = content, False, block.version + 1
    return block


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


def _remind(session: Session, event: Event, engagement: Engagement) -> None:
    """Ask for a reminder the day before, in place of an earlier one. Not sent to who is not needed by then."""
    _send(session, event, engagement, "interpreter_reminder", {}, REMIND_BEFORE)


def _send(
    session: Session,
    event: Event,
    engagement: Engagement,
    template: str,
    values: dict[str, Any],
    before_start: int | None = None,
) -> None:
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
            before_start=before_start,
        ),
    )
