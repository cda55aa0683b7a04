"""Answers to calendar entries: finding the entry, keeping the answer for good, and telling who asked.

`note_answer` is for whoever reads mail; what an answer means is decided in `judging.py`. Answers are never changed: a
person who decides on a doubtful one adds another row that names it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.calendar.errors import AnswerSettled, AnswerUnknown
from services.notifications.calendar.judging import (
    COUNTED,
    DOUBTFUL,
    KEPT,
    NEEDS_ACTION,
    Answer,
    Judgement,
    Standing,
    judge,
    mailbox_of,
    stamp_of,
)
from services.notifications.calendar.models import CalendarAnswer, CalendarEntry
from services.notifications.calendar.rules import Content, content_of, load_entry
from services.notifications.events.models import Event
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.events import CalendarEntryAnswered
from shared.outbox import record

LONGEST_COMMENT = 2000
LONGEST_ADDRESS = 320
LONGEST_LINE = 998
HIGHEST_SEQUENCE = 2**31 - 1
CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Verdict:
    """What to do with an answer: nothing more (`counted`, `kept`), or show it to a person (`needs_person`)."""

    outcome: str
    """counted, kept or doubtful; doubtful as well where no entry has this UID"""
    reason: str
    """accepted, declined, tentative, countered; or why it did not count (judging.py)"""
    answer: str = NEEDS_ACTION
    needs_person: bool = False
    entry_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    answer_id: uuid.UUID | None = None
    """of the row in calendar_answer"""
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None


@dataclass(frozen=True)
class EntryAnswers:
    """An entry and every answer that came in for it, the newest first."""

    entry: CalendarEntry
    answers: list[CalendarAnswer]


UNKNOWN_ENTRY = Verdict(DOUBTFUL, "unknown_entry", needs_person=True)


def note_answer(session: Session, answer: Answer, now: datetime) -> Verdict:
    """Keep what somebody answered to a calendar entry, and let it count where it does (judging.py).

    From here on the session acts for the entry's organisation. The same answer twice is one row less: it is kept as
    repeated and tells nobody.
    """
    found = _find_entry(session, answer.uid)
    if found is None:
        return UNKNOWN_ENTRY
    entry_id, organisation_id = found
    act_for(session, organisation_id)
    entry = load_entry(session, entry_id)
    judgement = judge(answer, _standing_of(session, entry, now), now)
    kept = _keep(session, entry, answer, judgement, now)
    if judgement.outcome == COUNTED:
        _count(session, entry, kept)
    return _verdict(kept, judgement.proposes)


def confirm_answer(session: Session, answer_id: uuid.UUID, now: datetime) -> Verdict:
    """A person says that a doubtful answer is the person's own: from now on it counts, and so does its sender.

    When the entry has another time or place since, only the sender is remembered. Raises AnswerUnknown, AnswerSettled.
    """
    doubtful = load_doubtful(session, answer_id)
    entry = load_entry(session, doubtful.entry_id)
    if _settlement_of(session, answer_id) is not None or doubtful.answer == NEEDS_ACTION or entry.cancelled:
        raise AnswerSettled
    if doubtful.sequence < (entry.sequence or 0) or _has_changed(session, entry):
        return _verdict(_settle(session, doubtful, KEPT, CONFIRMED, now))
    kept = _settle(session, doubtful, COUNTED, CONFIRMED, now, sequence=entry.sequence or 0, stamped_at=now)
    _count(session, entry, kept)
    return _verdict(kept)


def dismiss_answer(session: Session, answer_id: uuid.UUID, now: datetime) -> Verdict:
    """A person says that a doubtful answer has no effect. Raises AnswerUnknown, AnswerSettled."""
    doubtful = load_doubtful(session, answer_id)
    load_entry(session, doubtful.entry_id)
    if _settlement_of(session, answer_id) is not None:
        raise AnswerSettled
    return _verdict(_settle(session, doubtful, KEPT, "dismissed", now))


def load_doubtful(session: Session, answer_id: uuid.UUID) -> CalendarAnswer:
    """An answer that waits for a person, or did. Raises AnswerUnknown."""
    found = session.scalar(select(CalendarAnswer).where(CalendarAnswer.id == answer_id))
    if found is None or (found.outcome != DOUBTFUL and found.reason != "countered"):
        raise AnswerUnknown
    return found


def load_entries(session: Session, event_id: uuid.UUID) -> list[EntryAnswers]:
    """Every calendar entry of an event by time, with what was answered to it; two queries."""
    entries = select(CalendarEntry).where(CalendarEntry.event_id == event_id)
    in_order = session.scalars(entries.order_by(CalendarEntry.starts_at, CalendarEntry.id)).all()
    answers: dict[uuid.UUID, list[CalendarAnswer]] = {entry.id: [] for entry in in_order}
    theirs = select(CalendarAnswer).join(CalendarEntry).where(CalendarEntry.event_id == event_id)
    for answer in session.scalars(theirs.order_by(CalendarAnswer.received_at.desc(), CalendarAnswer.id)):
        answers[answer.entry_id].append(answer)
    return [EntryAnswers(entry, answers[entry.id]) for entry in in_order]


def _find_entry(session: Session, uid: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The entry's id and its organisation's, of whichever organisation."""
    try:
        entry_id = uuid.UUID(uid.strip())
    except ValueError:
        return None
    wanted = select(CalendarEntry.id, CalendarEntry.organisation_id).where(CalendarEntry.id == entry_id)
    found = session.execute(wanted.execution_options(**ACROSS_ORGANISATIONS)).first()
    return (found[0], found[1]) if found else None


def _standing_of(session: Session, entry: CalendarEntry, now: datetime) -> Standing:
    newest = _newest_counted(session, entry)
    return Standing(
        sequence=entry.sequence,
        addresses=_addresses_of(session, entry),
        answer=entry.answer,
        comment=newest.comment if newest else "",
        answered_at=newest.stamped_at if newest else None,
        cancelled=entry.cancelled,
        over=entry.ends_at is not None and entry.ends_at <= now,
        changed=_has_changed(session, entry),
    )


def _newest_counted(session: Session, entry: CalendarEntry) -> CalendarAnswer | None:
    """The answer that stands for the newest file."""
    mine = select(CalendarAnswer).where(
        CalendarAnswer.entry_id == entry.id,
        CalendarAnswer.outcome == COUNTED,
        CalendarAnswer.sequence == entry.sequence,
    )
    return session.scalar(mine.order_by(CalendarAnswer.stamped_at.desc(), CalendarAnswer.received_at.desc()).limit(1))


def _addresses_of(session: Session, entry: CalendarEntry) -> frozenset[str]:
    """Where the entry went, and what a person said are addresses of whom it is for."""
    confirmed = (
        select(CalendarAnswer.sender, CalendarAnswer.attendee)
        .join(CalendarEntry)
        .where(CalendarEntry.person_id == entry.person_id, CalendarAnswer.reason == CONFIRMED)
    )
    also = {address for row in session.execute(confirmed) for address in row}
    invited = {said.get("address", "") for said in (entry.written, entry.told) if said}
    return frozenset(mailbox_of(address) for address in also | invited if "@" in address)


def _has_changed(session: Session, entry: CalendarEntry) -> bool:
    """Has it another time or place by now, of which no file was written yet?"""
    event = session.scalar(select(Event).where(Event.id == entry.event_id))
    if event is None or entry.written is None or entry.starts_at is None:
        return False
    written = Content(**entry.written)
    return content_of(entry, event, written.address).schedule != written.schedule


def _keep(
    session: Session, entry: CalendarEntry, answer: Answer, judgement: Judgement, now: datetime
) -> CalendarAnswer:
    row = CalendarAnswer(
        organisation_id=entry.organisation_id,
        entry_id=entry.id,
        method=_plain(answer.method, 20),
        sequence=min(max(answer.sequence, 0), HIGHEST_SEQUENCE),
        answer=judgement.answer,
        comment=_plain(answer.comment, LONGEST_COMMENT),
        attendee=_address(answer.attendee),
        sender=_address(answer.sender),
        delegated_to=_address(answer.delegated_to),
        proposed_starts_at=answer.proposed_starts_at,
        proposed_ends_at=answer.proposed_ends_at,
        stamped_at=stamp_of(answer, now),
        received_at=now,
        mail_id=_plain(answer.mail_id, LONGEST_LINE),
        outcome=judgement.outcome,
        reason=judgement.reason,
    )
    session.add(row)
    session.flush()
    return row


def _address(given: str) -> str:
    """An address as it was written, without the scheme that files put before it."""
    plain = _plain(given, LONGEST_ADDRESS).strip()
    return plain[7:] if plain.lower().startswith("mailto:") else plain


def _plain(given: str, longest: int) -> str:
    """Text that every column holds: no NUL, no half of a surrogate pair."""
    return given.replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def _settle(
    session: Session, doubtful: CalendarAnswer, outcome: str, reason: str, now: datetime, **changes: Any
) -> CalendarAnswer:
    """Another row that says what a person decided."""
    same = ("organisation_id", "entry_id", "method", "sequence", "answer", "comment", "attendee", "sender",
            "delegated_to", "proposed_starts_at", "proposed_ends_at", "stamped_at", "mail_id")  # fmt: skip
    decided = {"received_at": now, "outcome": outcome, "reason": reason, "settles_id": doubtful.id}
    row = CalendarAnswer(**{**{name: getattr(doubtful, name) for name in same}, **decided, **changes})
    session.add(row)
    session.flush()
    return row


def _settlement_of(session: Session, answer_id: uuid.UUID) -> CalendarAnswer | None:
    return session.scalar(select(CalendarAnswer).where(CalendarAnswer.settles_id == answer_id))


def _count(session: Session, entry: CalendarEntry, answer: CalendarAnswer) -> None:
    """The answer stands on the entry from now on, and the service that asked for the entry hears it."""
    entry.answer, entry.answered_at = answer.answer, answer.received_at
    record(
        session,
        CalendarEntryAnswered(
            organisation_id=entry.organisation_id,
            event_id=entry.event_id,
            person_kind=entry.person_kind,
            person_id=entry.person_id,
            key=entry.key,
            version=entry.version,
            answer=answer.answer,
            comment=answer.comment,
            answered_at=answer.received_at,
        ),
    )


def _verdict(kept: CalendarAnswer, proposes: bool = False) -> Verdict:
    return Verdict(
        outcome=kept.outcome,
        reason=kept.reason,
        answer=kept.answer,
        needs_person=kept.outcome == DOUBTFUL or proposes,
        entry_id=kept.entry_id,
        organisation_id=kept.organisation_id,
        answer_id=kept.id,
        proposed_starts_at=kept.proposed_starts_at,
        proposed_ends_at=kept.proposed_ends_at,
    )
