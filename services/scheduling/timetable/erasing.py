"""Erasing an interpreter: who it was goes, here and in notifications; plans and counts stay (domain rule 7).

Somebody who asks to be forgotten need not wait for a new plan. At events to come they say no, as a candidate who is
erased does: the plan's page shows the conversations that have no interpreter any more, and no new plan uses them.
Nothing more is sent to them (docs/decisions/0015).
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.scheduling.events.erasing import NOBODY
from services.scheduling.events.models import Event
from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import load_engagements_to_come, load_interpreter
from services.scheduling.timetable.models import RosterBlock
from shared import clock
from shared.events import InterpreterErased
from shared.identity import forget_links, revoke_links
from shared.outbox import forget_mention, forget_person, record


def erase_interpreter(session: Session, interpreter_id: uuid.UUID) -> None:
    """Delete who an interpreter is. Raises InterpreterUnknown, also for one who was erased before."""
    interpreter = load_interpreter(session, interpreter_id, lock=True)
    revoke_links(session, interpreter.id)
    forget_links(session, interpreter.id)
    forget_person(session, interpreter.id)
    # Candidates and employers were told who interprets for them.
    forget_mention(session, interpreter.organisation_id, "interpreter", interpreter.name)
    _say_no(session, interpreter)
    _forget(interpreter)
    said = update(RosterBlock).where(RosterBlock.interpreter_id == interpreter.id)
    session.execute(said.values(comment=""))
    session.flush()
    record(session, InterpreterErased(interpreter.organisation_id, "interpreter", interpreter.id))


def find_plans_to_come(session: Session, interpreter: Interpreter) -> Sequence[Event]:
    """The events to come at which the interpreter was told to have work, the soonest first."""
    told = select(RosterBlock.event_id).where(
        RosterBlock.interpreter_id == interpreter.id, RosterBlock.withdrawn.is_(False)
    )
    events = set(session.scalars(told))
    return [event for _, event in load_engagements_to_come(session, interpreter.id) if event.id in events]


def _say_no(session: Session, interpreter: Interpreter) -> None:
    to_come = load_engagements_to_come(session, interpreter.id)
    for engagement, _ in to_come:
        engagement.answer, engagement.answered_at, engagement.rounds = "declined", clock.now(), []
    blocks = update(RosterBlock).where(
        RosterBlock.interpreter_id == interpreter.id,
        RosterBlock.event_id.in_([event.id for _, event in to_come]),
        RosterBlock.withdrawn.is_(False),
    )
    # Answers that are still on their way are about this version: they count no more.
    no = {"answer": "declined", "answered_at": clock.now(), "asked": RosterBlock.version}
    session.execute(blocks.values(no))


def _forget(interpreter: Interpreter) -> None:
    interpreter.name, interpreter.mobile, interpreter.register_number = NOBODY, None, ""
    # One mailbox, one interpreter: each erased one needs an address of its own, which no mail reaches (RFC 6761 §6.4).
    interpreter.email = f"{interpreter.id}@erased.invalid"
    interpreter.erased_at = clock.now()
