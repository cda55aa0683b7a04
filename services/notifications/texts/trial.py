"""A text with sample data: as everybody would get it, and as a test to the organiser's own address."""

from dataclasses import dataclass, replace
from uuid import uuid4

import structlog
from flask_babel import gettext

from services.notifications.calendar.file import WORDS as CALENDAR_WORDS
from services.notifications.channels.channel import Channel, is_pushed
from services.notifications.channels.errors import AddressRefused, NotHandedOver
from services.notifications.channels.letter import Letter, picture_id
from services.notifications.channels.registry import make_channels
from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.compose import Words, frame_words
from services.notifications.messages.samples import PASS_CODE, READERS, VALUES, sample_picture, sample_values
from services.notifications.texts.errors import ChannelMissing, TrialNotTaken, TrialRefused
from services.notifications.wording.own import put_own_into_words
from services.notifications.wording.source import Paragraph, Wording, put_into_words
from shared import clock
from shared.qr import code_png
from shared.settings import Settings

log = structlog.get_logger()
PURPOSES = {"contact": "stand", "interpreter": "interpreting", "candidate": "visit"}
"""What the calendar of each kind of reader holds."""


@dataclass(frozen=True)
class Sender:
    """The region that the samples come from."""

    name: str
    mailbox: str


def write_sample(name: str, language: str, source: str, sender: Sender) -> Words:
    """The words of a source with sample data. Raises what `put_own_into_words` does for one that was not checked."""
    values = sample_values(name, sender.name, sender.mailbox)
    return frame_words(put_own_into_words(source, language, values), language, values, sample_picture())


def write_calendar_sample(name: str, language: str, sender: Sender) -> Wording | None:
    """What the calendar entry says that goes with a message; None for a message without one."""
    template = TEMPLATES[name]
    if "calendar" not in template.carries:
        return None
    values = {**VALUES, **sample_values(name, sender.name, sender.mailbox)}
    return put_into_words(CALENDAR_WORDS, PURPOSES[template.kinds[0]], language, values)


def send_trial(settings: Settings, name: str, language: str, source: str, sender: Sender, address: str) -> None:
    """Send the text with sample data to `address`, a mobile number (E.164) for an SMS, through the channel itself.

    It says that it is a test. Nothing of it is kept. Raises ChannelMissing, TrialRefused or TrialNotTaken.
    """
    letter = _write_letter(name, language, source, sender, address)
    channel_name = "email" if "@" in address else "sms"
    channel = make_channels(settings).get(channel_name)
    if channel is None or (channel_name == "sms" and not letter.short):
        raise ChannelMissing
    try:
        _hand_over(channel, letter)
    except AddressRefused as fault:
        raise TrialRefused from fault
    except NotHandedOver as fault:
        log.warning("trial_not_taken", kind=fault.kind, code=fault.code)
        raise TrialNotTaken from fault


def _hand_over(channel: Channel, letter: Letter) -> None:
    if not is_pushed(channel):
        raise ChannelMissing
    with channel.connect() as connection:
        connection.send(letter)


def _write_letter(name: str, language: str, source: str, sender: Sender, address: str) -> Letter:
    values = sample_values(name, sender.name, sender.mailbox)
    mail_id = f"test-{uuid4()}@{sender.mailbox.rpartition('@')[2]}"
    picture = code_png(PASS_CODE) if values["has_pass"] else None
    body = _marked(put_own_into_words(source, language, values))
    words = frame_words(body, language, values, f"cid:{picture_id(mail_id)}" if picture else "")
    return Letter(
        mail_id=mail_id,
        written_at=clock.now().replace(microsecond=0),
        sender=sender.name,
        answers_to=sender.mailbox,
        reader=READERS[TEMPLATES[name].kinds[0]],
        address=address if "@" in address else "",
        language=language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        picture=picture,
        short=words.short,
        mobile="" if "@" in address else address,
    )


def _marked(body: Wording) -> Wording:
    """The words with the sign that this is a test, in the organiser's language: nobody is to think it real."""
    note = gettext("This is a test of a message text. The name, the event, the link and the code are not real.")
    return replace(
        body,
        subject=gettext("Test: %(subject)s", subject=body.subject),
        blocks=(Paragraph(note), *body.blocks),
        short=gettext("Test: %(subject)s", subject=body.short) if body.short else "",
    )
