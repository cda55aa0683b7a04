"""Interpreters: who they are, asking them for an event, and what they answer."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_organisation_name, require_to_come, rounds_of
from services.scheduling.interpreters.errors import InterpreterKnown, InterpreterUnknown, NoRounds, RoundUnknown
from services.scheduling.interpreters.models import Engagement, Interpreter, LanguagePair
from shared import clock
from shared.database import acting_for
from shared.events import MessageFailed, Person, SendMessage
from shared.identity import LinkFor, issue_link
from shared.outbox import record

LINK_LASTS_AFTER = timedelta(days=2)
"""How long an interpreter's link works after the event."""
Pair = tuple[str, str, str]
"""first language, second language, level"""


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
    _refuse_known(session, email)
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
    session.add(interpreter)
    session.flush()
    _put_pairs(interpreter, pairs)
    session.flush()
    return interpreter


def _refuse_known(session: Session, email: str) -> None:
    known = select(Interpreter.id).where(func.lower(Interpreter.email) == email.lower())
    if session.scalar(known) is not None:
        raise InterpreterKnown


def _put_pairs(interpreter: Interpreter, pairs: Iterable[Pair]) -> None:
    ordered = {tuple(sorted((first, second))): level for first, second, level in pairs}
    for (first, second), level in sorted(ordered.items()):
        interpreter.pairs.append(
            LanguagePair(organisation_id=interpreter.organisation_id, first=first, second=second, level=level)
        )


def load_interpreters(session: Session) -> Sequence[Interpreter]:
    """All interpreters of the organisation with their pairs, by name."""
    found = session.scalars(select(Interpreter).options(selectinload(Interpreter.pairs))).all()
    return sorted(found, key=lambda interpreter: interpreter.name.casefold())


def load_interpreter(session: Session, interpreter_id: uuid.UUID) -> Interpreter:
    """One of them. Raises InterpreterUnknown."""
    found = session.scalar(
        select(Interpreter).where(Interpreter.id == interpreter_id).options(selectinload(Interpreter.pairs))
    )
    if found is None:
        raise InterpreterUnknown
    return found


def load_engagements(session: Session, event_id: uuid.UUID) -> Sequence[Engagement]:
    """Everybody who was asked for an event, with pairs, by name."""
    wanted = select(Engagement).where(Engagement.event_id == event_id)
    whole = wanted.options(selectinload(Engagement.interpreter).selectinload(Interpreter.pairs))
    return sorted(session.scalars(whole).all(), key=lambda one: one.interpreter.name.casefold())


def engage_interpreter(
    session: Session, event: Event, interpreter: Interpreter, rounds: Iterable[int], tell: bool = True
) -> Engagement:
    """Ask an interpreter for an event, for these rounds (numbers from 0); again to change the rounds.

    The first time they are told, with a personal link. Raises NoRounds, RoundUnknown, EventOver.
    """
    chosen = _valid_rounds(event, rounds)
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
    """What was asked of one interpreter for one event."""
    return session.scalar(
        select(Engagement)
        .where(Engagement.event_id == event_id, Engagement.interpreter_id == interpreter_id)
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


def _invite(session: Session, event: Event, engagement: Engagement) -> None:
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
    engagement.invited_at = clock.now()
    record(
        session,
        SendMessage(
            message_id=uuid.uuid4(),
            organisation_id=interpreter.organisation_id,
            template="interpreter_invited",
            person=person_of_interpreter(interpreter),
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
