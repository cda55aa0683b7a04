"""Correcting what is known of an interpreter, and what follows from it for their links, messages and calendar."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from services.scheduling.interpreters.models import Interpreter
from services.scheduling.interpreters.rules import (
    change_interpreter,
    load_engagements_to_come,
    load_interpreter,
    person_of_interpreter,
    renew_link,
)
from services.scheduling.timetable.roster import tell_at_new_address
from shared.events import Person
from shared.identity import revoke_links


def correct_interpreter(session: Session, interpreter_id: uuid.UUID, details: dict[str, Any]) -> Interpreter:
    """Put these details (`change_interpreter`'s) in the place of what was known.

    With another address the links that went to the old one work no more, and for each event to come the new address
    is told what the old one was; nobody is told anything that they knew. Raises InterpreterUnknown, InterpreterKnown.
    """
    interpreter = load_interpreter(session, interpreter_id, lock=True)
    before = person_of_interpreter(interpreter)
    change_interpreter(session, interpreter, **details)
    if _mailbox(before) != _mailbox(person_of_interpreter(interpreter)):
        _move(session, interpreter, before)
    elif (before.name, before.language) != (interpreter.name, interpreter.language):
        _rename_links(session, interpreter)
    session.flush()
    return interpreter


def _mailbox(person: Person) -> str:
    """Where mail arrives: no mail server in use tells capital from small letters."""
    return (person.email or "").lower()


def _move(session: Session, interpreter: Interpreter, before: Person) -> None:
    revoke_links(session, interpreter.id)
    for engagement, event in load_engagements_to_come(session, interpreter.id):
        if engagement.invited_at is None:
            continue
        engagement.undelivered = False
        renew_link(session, event, engagement)
        tell_at_new_address(session, event, engagement, before)


def _rename_links(session: Session, interpreter: Interpreter) -> None:
    """A link says the name and the language; those that were sent keep working with the old ones."""
    for engagement, event in load_engagements_to_come(session, interpreter.id):
        if engagement.link_id is not None:
            renew_link(session, event, engagement)
