"""Who interprets is told to candidates and employers: such a name in a message to somebody else, and erasing it."""

import re
import uuid
from collections.abc import Sequence

from sqlalchemy import Text, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from services.notifications.messages.models import Message
from services.notifications.wording.source import clean

FIELD = '"interpreter": '
"""Of a conversation among the values of a message, as PostgreSQL writes it."""
NOBODY = "—"
"""What stands in the place of a name."""


def forget_mentions(session: Session, person_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Take the name of somebody out of messages to others that say who interprets; returns the ids of these messages.

    The name is known from the messages to the person: call it before they are forgotten.
    """
    names = select(Message.person_name).where(Message.person_id == person_id, Message.person_name != "").distinct()
    return [one for name in session.scalars(names).all() for one in _forget_name(session, name)]


def _forget_name(session: Session, name: str) -> Sequence[uuid.UUID]:
    values = cast(Message.values, Text)
    said = func.concat(FIELD, cast(func.to_jsonb(cast(name, Text)), Text))
    found = session.execute(select(Message.id, Message.merged_into).where(func.strpos(values, said) > 0)).all()
    # A letter that carries another message says its words too.
    ids = {one for row in found for one in row if one is not None}
    # Words have a name as one line has it: without double spaces and marks that nobody sees.
    whole_name = rf"(?<!\w){re.escape(clean(name))}(?!\w)"
    blank = {
        "values": cast(func.replace(values, said, f"{FIELD}null"), JSONB),
        "text": func.regexp_replace(Message.text, whole_name, NOBODY, "g"),
    }
    touched = update(Message).where(or_(Message.id.in_(ids), Message.merged_into.in_(ids)))
    session.execute(touched.values(blank).execution_options(synchronize_session=False))
    return sorted(ids)
