"""Printing what waits: composed at that moment, each letter once, and ticked off afterwards."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased, selectinload

from services.notifications.channels.letter import Letter
from services.notifications.channels.paper.letters import PaperLetter, Sheet, write_letters
from services.notifications.channels.registry import choose_channel, make_channels
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.attempts import Outcome
from services.notifications.messages.compose import Part, Setting, compose
from services.notifications.messages.delivery import note_bounced, note_delivered
from services.notifications.messages.letters import drop_message
from services.notifications.messages.models import Message
from services.notifications.messages.outcome import add_attempt, end_attempts, note_accepted
from services.notifications.messages.parts import Known, find_known, judge, make_part, reader_for
from services.notifications.messages.rules import SEND_JOB, give_up, report_paper
from services.notifications.messages.truth import Drop, Wait
from services.notifications.people.rules import wishes_of
from services.notifications.printing.errors import AlreadyReturned, FileForgotten, RowUnknown, RunUnknown
from services.notifications.printing.models import PrintedLetter, PrintRun
from shared.i18n import language_name
from shared.outbox import ask_for_job
from shared.settings import Settings

log = structlog.get_logger()
MOST_LETTERS = 200
"""In one file: two seconds of work, and as much paper as a tray holds."""
NUMBER = {"nl": "Nummer {}", "en": "Number {}", "uk": "Номер {}", "ru": "Номер {}"}


def list_waiting(session: Session, event_id: uuid.UUID) -> Sequence[Message]:
    """Whom a letter waits for, by name: the oldest message of each person."""
    each = select(Message).where(Message.event_id == event_id, *_waiting()).ext(distinct_on(Message.person_id))
    first = each.order_by(Message.person_id, Message.queued_at).subquery()
    waiting = aliased(Message, first)
    return session.scalars(select(waiting).order_by(waiting.person_name)).all()


def list_runs(session: Session, event_id: uuid.UUID) -> Sequence[PrintRun]:
    """What was printed for an event, newest first, with its rows."""
    runs = select(PrintRun).where(PrintRun.event_id == event_id).options(selectinload(PrintRun.rows))
    return session.scalars(runs.order_by(PrintRun.printed_at.desc())).all()


def load_run(session: Session, event_id: uuid.UUID, run_id: uuid.UUID) -> PrintRun:
    """A run with its letters. Raises RunUnknown."""
    run = session.scalar(
        select(PrintRun)
        .where(PrintRun.id == run_id, PrintRun.event_id == event_id)
        .options(selectinload(PrintRun.rows).joinedload(PrintedLetter.message))
    )
    if run is None:
        raise RunUnknown
    return run


def load_file(session: Session, event_id: uuid.UUID, run_id: uuid.UUID) -> bytes:
    """The PDF of a run. Raises RunUnknown or FileForgotten."""
    pdf = load_run(session, event_id, run_id).pdf
    if pdf is None:
        raise FileForgotten
    return pdf


# ── printing ──────────────────────────────────────────────────────────────────────────────────────────────────


def print_letters(
    session: Session, settings: Settings, event: Event, sheet: Sheet, printed_by: uuid.UUID
) -> PrintRun | None:
    """Compose and print what waits, at most MOST_LETTERS; None when nothing was left that is still true.

    What somebody else is printing at this moment is passed over, so that each letter comes out once.
    """
    organisation = session.scalars(select(Organisation).where(Organisation.id == event.organisation_id)).one()
    piles = take_waiting(session, event.id)
    known = find_known(session, [message for pile in piles for message in pile])
    setting = Setting(settings, organisation, event, sheet.made_at, known.own)
    letters: list[tuple[Message, PaperLetter]] = []
    for messages in piles:
        letter = make_letter(session, messages, known, setting)
        if letter is not None:
            letters.append((messages[0], on_paper(messages, letter, sheet.language)))
    session.flush()
    if not letters:
        return None
    run = PrintRun(
        organisation_id=event.organisation_id,
        event_id=event.id,
        printed_at=sheet.made_at,
        printed_by=printed_by,
        letters=len(letters),
        pdf=write_letters([letter for _, letter in letters], sheet, settings.static_folder),
    )
    for row, (message, _) in enumerate(letters, 1):
        run.rows.append(PrintedLetter(organisation_id=event.organisation_id, row=row, message_id=message.id))
    session.add(run)
    session.flush()
    log.info("letters_printed", count=len(letters))
    return run


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return Message.state == "to_print", Message.forgotten_at.is_(None)


def take_waiting(session: Session, event_id: uuid.UUID, person_id: uuid.UUID | None = None) -> list[list[Message]]:
    """What waits, of everybody or one person, locked, a list for each person with the oldest first."""
    rows = (
        select(Message)
        .where(Message.event_id == event_id, *_waiting())
        .order_by(Message.person_name, Message.person_id, Message.queued_at)
        .limit(MOST_LETTERS)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if person_id is not None:
        rows = rows.where(Message.person_id == person_id)
    return [list(group) for _, group in groupby(session.scalars(rows).all(), key=lambda one: one.person_id)]


def make_letter(session: Session, messages: list[Message], known: Known, setting: Setting) -> Letter | None:
    """One letter of all that one person is told; None when paper is not, or no longer, the way to say it."""
    leader, wishes = messages[0], wishes_of(session, messages[0])
    if choose_channel(reader_for(leader, wishes), make_channels(setting.settings)) != "paper":
        for message in messages:
            message.state, message.due_at = "queued", setting.now
        ask_for_job(session, SEND_JOB)
        return None
    parts = _still_true(session, messages, known, setting)
    if not parts:
        return None
    try:
        letter = compose(parts, setting, wishes.language)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        # Whatever is wrong with this one, the others must go on. The fault's own text may hold a name.
        log.error("unreadable", message_id=str(leader.id), fault=type(fault).__name__)
        for part in parts:
            give_up(session, part.message, "unreadable")
        return None
    _note_printed(session, [part.message for part in parts], setting.now)
    messages[:] = [part.message for part in parts]
    return letter


def _still_true(session: Session, messages: Sequence[Message], known: Known, setting: Setting) -> list[Part]:
    parts = []
    for message in messages:
        verdict = judge(session, message, known, setting)
        if isinstance(verdict, Drop):
            drop_message(session, message, verdict.reason, setting.now)
        elif not isinstance(verdict, Wait):
            parts.append(make_part(session, message, known))
    return parts


def _note_printed(session: Session, messages: Sequence[Message], now: datetime) -> None:
    """The letter leaves our hands here: what follows, the organiser ticks off."""
    leader = messages[0]
    for message in messages:
        message.channel, message.merged_into = "paper", None if message is leader else leader.id
    leader.tries += 1
    session.flush()
    end_attempts(session, [add_attempt(session, leader.id, "paper", now)], Outcome("accepted"), now)
    note_accepted(session, [message.id for message in messages], now)
    for message in messages:
        report_paper(session, message, now)
        session.refresh(message)


def on_paper(messages: Sequence[Message], letter: Letter, language: str) -> PaperLetter:
    """The letter with what stands beside it on the checklist, in the organiser's language."""
    values = {name: value for message in messages for name, value in message.values.items()}
    number = str(values.get("number", ""))
    return PaperLetter(
        letter=letter,
        number=number,
        number_words=NUMBER[letter.language].format(number) if number else "",
        readable_name=str(values.get("readable_name", "")),
        language_name=language_name(letter.language, language),
    )


# ── afterwards ────────────────────────────────────────────────────────────────────────────────────────────────


def tick(session: Session, run: PrintRun, row: int | None, state: str, now: datetime) -> int:
    """Note what became of a letter, or of all that nothing is noted of yet (`row` None); how many.

    Raises RowUnknown or AlreadyReturned.
    """
    rows = select(PrintedLetter).where(PrintedLetter.run_id == run.id).with_for_update()
    wanted = rows.where(PrintedLetter.tick == "printed") if row is None else rows.where(PrintedLetter.row == row)
    letters = session.scalars(wanted.order_by(PrintedLetter.row).execution_options(populate_existing=True)).all()
    if row is not None and not letters:
        raise RowUnknown
    for letter in letters:
        if letter.tick == "not_arrived" and state != "not_arrived":
            raise AlreadyReturned
        if letter.tick != state:
            letter.tick, letter.ticked_at = state, now
            _tell(session, letter, now)
    session.flush()
    return len(letters)


def _tell(session: Session, letter: PrintedLetter, now: datetime) -> None:
    """The message that the letter said: arrived, or came back. Not if it is being sent in another way by now."""
    message = session.scalars(select(Message).where(Message.id == letter.message_id)).one()
    if message.channel != "paper" or message.state not in {"sent", "delivered"}:
        return
    if letter.tick == "not_arrived":
        note_bounced(session, message, "not_arrived", True, now)
    else:
        note_delivered(session, message, now)


def count_ticks(run: PrintRun) -> int:
    """How many letters of the run nothing is noted of yet."""
    return sum(one.tick == "printed" for one in run.rows)
