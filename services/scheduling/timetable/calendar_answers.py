"""What interpreters answer elsewhere: in their calendars to a block, and by a message back to being asked."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.scheduling.events.rules import load_event, require_to_come
from services.scheduling.interpreters.rules import answer_engagement, find_engagement
from services.scheduling.timetable.models import MOST_COMMENT, RosterBlock
from services.scheduling.timetable.roster import FIRST_KEY
from shared import clock
from shared.errors import Refusal
from shared.events import CalendarEntryAnswered, MessageAnswered

log = structlog.get_logger()
QUESTION = "interpreter_invited"


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
    block.answer, block.answered_at, block.comment = event.answer, event.answered_at, event.comment[:MOST_COMMENT]


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
