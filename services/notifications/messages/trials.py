"""Test sends: a text with sample data to an organiser's own address, through the queue that everything goes through."""

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.channels.letter import Letter, picture_id
from services.notifications.messages.catalogue import FRAME
from services.notifications.messages.compose import HIDDEN_LINK, Setting, frame_words, known_language, new_mail_id
from services.notifications.messages.errors import MessageUnknown
from services.notifications.messages.models import Message
from services.notifications.messages.rules import SEND_JOB
from services.notifications.messages.samples import PASS_CODE, SAMPLE_LINK, sample_values
from services.notifications.wording.own import put_own_into_words
from services.notifications.wording.source import Paragraph, Wording
from shared import clock
from shared.database import acting_for
from shared.outbox import ask_for_job
from shared.qr import code_png

SLOT = "{}"
"""Where the subject stands in `Trial.title`."""


@dataclass(frozen=True)
class Trial:
    """What is to be tried out, and by whom."""

    template: str
    language: str
    source: str
    below: str | None
    """the source of what stands below every message, where that is what is tried out"""
    address: str
    """an e-mail address, or a mobile number (E.164)"""
    writer_id: uuid.UUID
    writer_name: str
    note: str
    """that this is a test, in the writer's language: nobody is to think it real"""
    title: str
    """the same around a subject, whose place is SLOT"""


def queue_trial(session: Session, trial: Trial) -> Message:
    """Queue a test; it is sent as soon as any other message."""
    now, by_mail = clock.now(), "@" in trial.address
    message = Message(
        id=uuid.uuid4(),
        organisation_id=acting_for(session),
        is_trial=True,
        template=trial.template,
        person_kind="staff",
        person_id=trial.writer_id,
        person_name=trial.writer_name,
        language=trial.language,
        address=trial.address if by_mail else None,
        mobile=None if by_mail else trial.address,
        values={"source": trial.source, "below": trial.below, "note": trial.note, "title": trial.title},
        queued_at=now,
        asked_at=now,
        due_at=now,
    )
    session.add(message)
    session.flush()
    ask_for_job(session, SEND_JOB)
    return message


def load_trial(session: Session, message_id: uuid.UUID) -> Message:
    """A test of the session's organisation. Raises MessageUnknown."""
    message = session.scalar(select(Message).where(Message.id == message_id, Message.is_trial))
    if message is None:
        raise MessageUnknown
    return message


def write_trial(message: Message, setting: Setting) -> Letter:
    """The letter of a test, noted on it. Raises what `put_own_into_words` does."""
    language, organisation = known_language(message.language), setting.organisation
    values = sample_values(message.template, organisation.name, organisation.mailbox)
    message.mail_id = message.mail_id or new_mail_id(message, setting.settings)
    picture = code_png(PASS_CODE) if values["has_pass"] else None
    body = _marked(put_own_into_words(message.values["source"], language, values), message)
    if message.values["below"] is not None:
        below: Wording | None = put_own_into_words(message.values["below"], language, values, headed=False)
    else:
        below = setting.own.put_into_words(organisation.id, FRAME, language, values, headed=False)
    words = frame_words(body, language, values, f"cid:{picture_id(message.mail_id)}" if picture else "", below)
    # Kept as it is of every message: without the link, which would also be wider than a telephone.
    message.subject, message.text = words.subject, words.unbroken.replace(SAMPLE_LINK, HIDDEN_LINK)
    return Letter(
        mail_id=message.mail_id,
        written_at=setting.now.replace(microsecond=0),
        sender=organisation.name,
        answers_to=organisation.mailbox,
        reader=values["person"]["name"],
        address=message.address or "",
        language=language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        picture=picture,
        short=words.short,
        mobile=message.mobile or "",
        body=body,
        footer=words.footer,
    )


def _marked(body: Wording, message: Message) -> Wording:
    """The words with the sign that this is a test."""
    note, title = message.values["note"], message.values["title"]
    return replace(
        body,
        subject=title.replace(SLOT, body.subject),
        blocks=(Paragraph(note), *body.blocks),
        short=title.replace(SLOT, body.short) if body.short else "",
    )
