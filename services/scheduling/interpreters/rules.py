"""Interpreters: who they are, asking them for an event, and what they answer."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_organisation_name, require_to_come, rounds_of
from services.scheduling.interpreters.errors import (
    InterpreterKnown,
    InterpreterUnknown,
    LevelMissing,
    NoRounds,
    RoundUnknown,
)
from services.scheduling.interpreters.models import Engagement, Interpreter, LanguagePair
from shared import clock
from shared.database import acting_for
from shared.events import MessageFailed, Person, SendMessage
from shared.identity import LinkFor, issue_link
from shared.outbox import record

LINK_LASTS_AFTER = timedelta(days=2)
"""How long an interpreter's link works after the event."""
Pair = tuple[str, str, str]
"""first language, second language, level (empty: as it is)"""


def add_interpreter(
    session: Session,
    name: str,
    email: str,
    language: str,
    pairs: Iterable[Pair],
    mobile: str | None = None,
    register_number: str = "",
) -> Interpreter:
    """Put an interpreter in the organisation's list. Raises InterpreterKnown."""
    interpreter = Interpreter(
        organisation_id=acting_for(session),
        name=name,
        email=email,
        language=language,
        mobile=mobile,
        register_number=register_number,
        created_at=clock.now(),
        pairs=[],
    )
    _refuse_known(session, interpreter)
    _save(session, interpreter)
    _put_pairs(interpreter, pairs)
    session.flush()
    return interpreter


def change_interpreter(
    session: Session,
    interpreter: Interpreter,
    name: str,
    email: str,
    language: str,
    pairs: Iterable[Pair],
    mobile: str | None = None,
    register_number: str = "",
) -> None:
    """Put these details in the place of what was known; a pair without level keeps the one it has.

    Raises InterpreterKnown, LevelMissing.
    """
    with session.no_autoflush:
        interpreter.name, interpreter.email, interpreter.language = name, email, language
        interpreter.mobile, interpreter.register_number = mobile, register_number
        _refuse_known(session, interpreter)
    _save(session, interpreter)
    _put_pairs(interpreter, pairs)
    session.flush()


def _refuse_known(session: Session, interpreter: Interpreter) -> None:
    known = select(Interpreter.id).where(func.lower(Interpreter.email) == func.lower(interpreter.email))
    if interpreter.id is not None:
        known = known.where(Interpreter.id != interpreter.id)
    if session.scalar(known) is not None:
        raise InterpreterKnown


def _save(session: Session, interpreter: Interpreter) -> None:
    """Two organisers may enter one address at the same moment: then the table refuses the second."""
    try:
        with session.begin_nested():
            session.add(interpreter)
            session.flush()
    except IntegrityError:
        raise InterpreterKnown from None


def _put_pairs(interpreter: Interpreter, pairs: Iterable[Pair]) -> None:
    """Make these the interpreter's pairs; those that stay keep their row."""
    wanted = {tuple(sorted((first, second))): level for first, second, level in pairs}
    interpreter.pairs[:] = [pair for pair in interpreter.pairs if (pair.first, pair.second) in wanted]
    for pair in interpreter.pairs:
        pair.level = wanted.pop((pair.first, pair.second)) or pair.level
    if "" in wanted.values():
        raise LevelMissing
    for (first, second), level in sorted(wanted.items()):
        interpreter.pairs.append(
            LanguagePair(organisation_id=interpreter.organisation_id, first=first, second=second, level=level)
        )


def load_interpreters(session: Session) -> Sequence[Interpreter]:
    """All interpreters of the organisation with their pairs, by name."""
    known = select(Interpreter).where(Interpreter.erased_at.is_(None))
    found = session.scalars(known.options(selectinload(Interpreter.pairs))).all()
    return sorted(found, key=lambda interpreter: interpreter.name.casefold())


def load_interpreter(session: Session, interpreter_id: uuid.UUID, lock: bool = False) -> Interpreter:
    """One of them; `lock` keeps the address as it is until the end of the transaction. Raises InterpreterUnknown."""
    known = select(Interpreter).where(Interpreter.id == interpreter_id, Interpreter.erased_at.is_(None))
    wanted = known.options(selectinload(Interpreter.pairs))
    if lock:
        wanted = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise InterpreterUnknown
    return found


def load_engagements(session: Session, event_id: uuid.UUID) -> Sequence[Engagement]:
    """Everybody who was asked for an event, with pairs, by name."""
    return _read_engagements(session, event_id)


def _read_engagements(session: Session, event_id: uuid.UUID, **options: bool) -> Sequence[Engagement]:
    wanted = select(Engagement).where(Engagement.event_id == event_id).execution_options(**options)
    whole = wanted.options(selectinload(Engagement.interpreter).selectinload(Interpreter.pairs))
    return sorted(session.scalars(whole).all(), key=lambda one: one.interpreter.name.casefold())


def lock_engagements(session: Session, event_id: uuid.UUID) -> Sequence[Engagement]:
    """The same, to be told something: addresses and links are read anew and stay until the end of the transaction."""
    session.flush()
    asked = select(Engagement.interpreter_id).where(Engagement.event_id == event_id)
    # In one order, so that two who lock many of them cannot wait for each other.
    locked = select(Interpreter.id).where(Interpreter.id.in_(asked)).order_by(Interpreter.id)
    session.execute(locked.with_for_update(key_share=True))
    return _read_engagements(session, event_id, populate_existing=True)


def load_engagements_to_come(session: Session, interpreter_id: uuid.UUID) -> Sequence[tuple[Engagement, Event]]:
    """What an interpreter was asked for and has not been yet, with the event, the soonest first."""
    both = select(Engagement, Event).join(Event, Event.id == Engagement.event_id)
    to_come = both.where(
        Engagement.interpreter_id == interpreter_id, Event.ends_at > clock.now(), Event.state != "cancelled"
    )
    return [(one, event) for one, event in session.execute(to_come.order_by(Event.starts_at, Event.id))]


def engage_interpreter(
    session: Session, event: Event, interpreter: Interpreter, rounds: Iterable[int], tell: bool = True
) -> Engagement:
    """Ask an interpreter for an event, for these rounds (numbers from 0); again to change the rounds.

    The first time they are told, with a personal link. Raises NoRounds, RoundUnknown, EventOver.
    """
    chosen = _valid_rounds(event, rounds)
    load_interpreter(session, interpreter.id, lock=True)
    engagement = find_engagement(session, event.id, interpreter.id)
    if engagement is None:
        engagement = Engagement(
            organisation_id=interpreter.organisation_id,
            event_id=event.id,
            interpreter_id=interpreter.id,
            interpreter=interpreter,
            rounds=chosen,
        )
        session.add(engagement)
    engagement.rounds = chosen
    if tell and engagement.invited_at is None:
        _invite(session, event, engagement)
    session.flush()
    return engagement


def find_engagement(session: Session, event_id: uuid.UUID, interpreter_id: uuid.UUID) -> Engagement | None:
    """What was asked of one interpreter for one event; None also of one who was erased."""
    return session.scalar(
        select(Engagement)
        .join(Engagement.interpreter)
        .where(Engagement.event_id == event_id, Engagement.interpreter_id == interpreter_id)
        .where(Interpreter.erased_at.is_(None))
        .options(selectinload(Engagement.interpreter).selectinload(Interpreter.pairs))
    )


def _valid_rounds(event: Event, rounds: Iterable[int]) -> list[int]:
    require_to_come(event)
    chosen = sorted(set(rounds))
    if not chosen:
        raise NoRounds
    if not set(chosen) <= {one.number for one in rounds_of(event)}:
        raise RoundUnknown
    return chosen


def renew_link(session: Session, event: Event, engagement: Engagement) -> None:
    """From now on messages about the engagement carry a new link, with the name and language as they are now."""
    interpreter = engagement.interpreter
    engagement.link_id = issue_link(
        session,
        LinkFor(
            kind="interpreter",
            person_id=interpreter.id,
            person_name=interpreter.name,
            language=interpreter.language,
            organisation_id=interpreter.organisation_id,
            organisation_name=load_organisation_name(session, interpreter.organisation_id),
            path=f"/my/day/{event.id}",
            event_id=event.id,
        ),
        lasts=event.ends_at + LINK_LASTS_AFTER - clock.now(),
    )


def _invite(session: Session, event: Event, engagement: Engagement) -> None:
    """Ask by message, with a link of their own."""
    renew_link(session, event, engagement)
    engagement.invited_at = clock.now()
    record(
        session,
        SendMessage(
            message_id=uuid.uuid4(),
            organisation_id=engagement.organisation_id,
            template="interpreter_invited",
            person=person_of_interpreter(engagement.interpreter),
            event_id=event.id,
            link_id=engagement.link_id,
            link_service="scheduling",
        ),
    )


def answer_engagement(engagement: Engagement, answer: str, rounds: Iterable[int], event: Event) -> None:
    """The interpreter says yes for these rounds, or no. Raises NoRounds, RoundUnknown, EventOver."""
    if answer == "accepted":
        engagement.rounds = _valid_rounds(event, rounds)
    else:
        require_to_come(event)
    engagement.answer, engagement.answered_at = answer, clock.now()


def person_of_interpreter(interpreter: Interpreter) -> Person:
    """Whom to tell."""
    return Person(
        kind="interpreter",
        id=interpreter.id,
        name=interpreter.name,
        language=interpreter.language,
        email=interpreter.email,
        mobile=interpreter.mobile,
    )


def note_undelivered(session: Session, event: MessageFailed) -> None:
    """A message to an interpreter will not arrive: the organiser sees it in the list."""
    if event.person_kind != "interpreter" or event.event_id is None:
        return
    engagement = find_engagement(session, event.event_id, event.person_id)
    if engagement is not None:
        engagement.undelivered = True
