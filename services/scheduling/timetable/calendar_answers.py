"""What interpreters answer elsewhere: in their calendars to a block, and by a message back to being asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event, require_to_come
from services.scheduling.interpreters.rules import answer_engagement, find_engagement, load_engagements
from services.scheduling.timetable.models import MOST_COMMENT, Plan, RosterBlock
from services.scheduling.timetable.roster import FIRST_KEY
from services.scheduling.timetable.rules import People, begun_rounds
from shared import clock
from shared.errors import Refusal
from shared.events import CalendarEntryAnswered, MessageAnswered

log = structlog.get_logger()
QUESTION = "interpreter_invited"
UNSURE = ("declined", "tentative")


def note_calendar_answer(session: Session, event: CalendarEntryAnswered) -> None:
    """Remember what an interpreter's calendar says to a block; the newest answer counts, in whatever order they come.

    An answer to a block that was taken back, or that has another time or place by now, changes nothing.
    """
    if event.person_kind != "interpreter" or event.key.partition(":")[0] != FIRST_KEY:
        return
    block = session.scalar(
        select(RosterBlock)
        .where(RosterBlock.event_id == event.event_id, RosterBlock.interpreter_id == event.person_id)
        .where(RosterBlock.key == event.key)
        .with_for_update()
    )
    if block is None or block.withdrawn or event.version <= block.asked:
        return
    if block.answered_at is not None and event.answered_at <= block.answered_at:
        return
    before = block.answer
    block.answer, block.answered_at, block.comment = event.answer, event.answered_at, event.comment[:MOST_COMMENT]
    _follow(session, block, before)


def _follow(session: Session, block: RosterBlock, before: str) -> None:
    """A no takes the block's rounds out of when the interpreter can come, so that no plan uses them there again."""
    engagement = find_engagement(session, block.event_id, block.interpreter_id)
    if engagement is None:
        return
    session.refresh(engagement, with_for_update=True)
    own = set(_rounds(block))
    if block.answer == "declined":
        engagement.rounds = sorted(set(engagement.rounds) - own)
    elif before == "declined" and block.answer == "accepted":
        engagement.rounds = sorted(set(engagement.rounds) | own)


@dataclass(frozen=True)
class Gap:
    """A block at which an interpreter cannot be, or perhaps not, and what of the plan hangs on it."""

    interpreter: str
    starts_at: datetime
    ends_at: datetime
    answer: str
    comment: str
    conversations: tuple[str, ...]
    """each as "101 – 4": the candidate's number and the stand; of a no, those that have no interpreter any more"""


def list_gaps(session: Session, event: Event, plan: Plan | None, people: People) -> list[Gap]:
    """The blocks that somebody declined, gave back or is not sure of, in order of time. Two queries."""
    told = select(RosterBlock).where(RosterBlock.event_id == event.id, RosterBlock.withdrawn.is_(False))
    blocks = session.scalars(told).all()
    asked = load_engagements(session, event.id) if blocks else []
    there = {one.interpreter_id: one.rounds_there for one in asked}
    begun = begun_rounds(event)  # what has begun cannot be helped any more
    gaps = [
        _gap(block, plan, people, set(_rounds(block)) - begun, there.get(block.interpreter_id, frozenset()))
        for block in blocks
    ]
    return sorted((gap for gap in gaps if gap is not None), key=lambda gap: (gap.starts_at, gap.interpreter))


def _gap(block: RosterBlock, plan: Plan | None, people: People, to_come: set[int], there: frozenset[int]) -> Gap | None:
    """None where nothing is in the way: what the interpreter said last counts, in the calendar or on the own page."""
    gone = to_come - there
    rounds = gone or (to_come if block.answer == "tentative" else set())
    work = _list_work(block, rounds, plan, people)
    if not rounds or (block.answer not in UNSURE and not work):
        return None
    return Gap(
        interpreter=people.interpreters.get(block.interpreter_id, ""),
        starts_at=clock.read(block.content["starts_at"]),
        ends_at=clock.read(block.content["ends_at"]),
        answer="declined" if gone else block.answer,
        comment=block.comment,
        conversations=work,
    )


def _list_work(block: RosterBlock, rounds: Collection[int], plan: Plan | None, people: People) -> tuple[str, ...]:
    return tuple(
        f"{people.attendees[one.invitation_id].number} – {people.stands[one.booking_id].label}"
        for one in (plan.conversations if plan else ())
        if one.interpreter_id == block.interpreter_id and one.round in rounds
        if one.invitation_id in people.attendees and one.booking_id in people.stands
    )


def _rounds(block: RosterBlock) -> range:
    return range(block.content["first_round"], block.content["last_round"] + 1)


def hear_message_answer(session: Session, event: MessageAnswered) -> None:
    """An interpreter answers the question to come with a word: yes to the rounds that were asked, or no."""
    if event.person_kind != "interpreter" or event.template != QUESTION:
        return
    engagement = find_engagement(session, event.event_id, event.person_id)
    if engagement is None or (engagement.answered_at is not None and engagement.answered_at > event.answered_at):
        return
    try:
        asked_for = load_event(session, event.event_id)
        require_to_come(asked_for)
        # Said then, read now: the next answer must not look older than this one because the post was slow.
        with clock.at(event.answered_at):
            answer_engagement(engagement, event.answer, engagement.rounds, asked_for)
    except Refusal as refusal:
        log.warning("answer_refused", code=refusal.code, engagement_id=str(engagement.id))
