"""An address of an interpreter was corrected where a message failed on it."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.scheduling.interpreters.models import Engagement, Interpreter
from shared.events import AddressMended


def mend_interpreter(session: Session, event: AddressMended) -> None:
    """Take the address over where the old one still stands. Nothing is sent from here."""
    if event.person_kind != "interpreter":
        return
    wanted = select(Interpreter).where(Interpreter.id == event.person_id, Interpreter.erased_at.is_(None))
    interpreter = session.scalar(wanted.with_for_update())
    if interpreter is None:
        return
    if event.channel == "sms":
        interpreter.mobile = event.new if interpreter.mobile == event.old else interpreter.mobile
    elif interpreter.email.casefold() == (event.old or "").casefold() and not _is_taken(session, event.new):
        interpreter.email = event.new
    said = update(Engagement).where(Engagement.interpreter_id == interpreter.id)
    session.execute(said.values(undelivered=False))


def _is_taken(session: Session, address: str) -> bool:
    """Has another interpreter this mailbox? Then a person must look which of the two stays."""
    others = select(Interpreter.id).where(func.lower(Interpreter.email) == address.lower())
    return session.scalar(others.limit(1)) is not None
