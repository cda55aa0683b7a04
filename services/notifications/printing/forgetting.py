"""Letters in files are forgotten when their time is over, and when somebody in them is erased; counts stay."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.models import Message
from services.notifications.printing.models import PrintedLetter, PrintRun
from shared.database import ACROSS_ORGANISATIONS


def forget_files(session: Session, now: datetime) -> int:
    """Delete the files whose retention time is over; how many. That and when was printed stays."""
    old = update(PrintRun).where(PrintRun.printed_at < now - KEEP_WORDS, PrintRun.pdf.is_not(None)).values(pdf=None)
    options = {**ACROSS_ORGANISATIONS, "synchronize_session": False}
    return len(session.scalars(old.returning(PrintRun.id).execution_options(**options)).all())


def forget_letters_of(session: Session, person_id: uuid.UUID, mentioned_in: Sequence[uuid.UUID]) -> None:
    """Erasure: the files with a letter to this person, or with one of these messages, go at once."""
    theirs = (
        select(PrintedLetter.run_id)
        .join(Message, Message.id == PrintedLetter.message_id)
        .where(or_(Message.person_id == person_id, Message.id.in_(mentioned_in)))
        .execution_options(**ACROSS_ORGANISATIONS)
    )
    runs = list(session.scalars(theirs))
    if runs:
        gone = update(PrintRun).where(PrintRun.id.in_(runs)).values(pdf=None)
        session.execute(gone.execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))
