"""Who is writing, and for which region."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.events.models import Organisation
from services.notifications.messages.catalogue import FRAME
from services.notifications.messages.samples import MAILBOX
from services.notifications.texts.trial import Sender
from services.notifications.wording.rules import Writer, find_own_texts
from shared.identity import require_identity
from shared.limits import limiter


def current_writer() -> Writer:
    """The organiser who is signed in."""
    identity = require_identity()
    return Writer(identity.subject_id, identity.display_name)


def of_writer() -> str:
    """Whom a test send counts for."""
    return f"trial:{require_identity().subject_id}"


limit_trials = limiter.shared_limit("5 per minute; 30 per hour", scope="trials", key_func=of_writer)
"""Test sends of one organiser, on pages and through the API together: enough to try a text out, too few to write to
people with."""


def current_sender(session: Session) -> Sender:
    """The reader's own region as the sender of samples; an invented mailbox until we have heard of the real one."""
    identity = require_identity()
    mailbox = session.scalar(select(Organisation.mailbox).where(Organisation.id == identity.organisation_id))
    own = find_own_texts(session)
    below = {language: text.source for (name, language), text in own.items() if name == FRAME and text.source}
    return Sender(identity.organisation_name, mailbox or MAILBOX, below)
