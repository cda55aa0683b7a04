"""A text with sample data: as everybody would get it, and as a test to the organiser's own address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from services.notifications.calendar.file import WORDS as CALENDAR_WORDS
from services.notifications.channels.registry import make_channels
from services.notifications.messages.catalogue import FRAME, TEXTS, WORDS
from services.notifications.messages.compose import Words, frame_words
from services.notifications.messages.models import Message
from services.notifications.messages.samples import VALUES, sample_picture, sample_values
from services.notifications.messages.trials import SLOT, Trial, queue_trial
from services.notifications.texts.check import check_text
from services.notifications.texts.errors import ChannelMissing
from services.notifications.texts.rules import default_source
from services.notifications.wording.own import put_own_into_words
from services.notifications.wording.rules import Writer
from services.notifications.wording.source import Wording, put_into_words
from shared.settings import Settings

PURPOSES = {"contact": "stand", "interpreter": "interpreting", "candidate": "visit"}
"""What the calendar of each kind of reader holds."""
SHOWN_ABOVE = "candidate_waits"
"""The message below which the words are shown and tried that stand below every message."""


@dataclass(frozen=True)
class Sender:
    """The region that the samples come from."""

    name: str
    mailbox: str
    below: Mapping[str, str] = field(default_factory=dict)
    """language → what it says itself below every message"""


@dataclass(frozen=True)
class Draft:
    """What somebody typed for a text."""

    name: str
    language: str
    source: str


def write_sample(name: str, language: str, source: str, sender: Sender) -> Words:
    """The words of a source with sample data. Raises what `put_own_into_words` does for one that was not checked.

    What stands below every message is shown below one.
    """
    values = sample_values(SHOWN_ABOVE if name == FRAME else name, sender.name, sender.mailbox)
    if name == FRAME:
        body = put_into_words(WORDS, SHOWN_ABOVE, language, values)
        below: Wording | None = put_own_into_words(source, language, values, headed=False)
    else:
        body = put_own_into_words(source, language, values)
        below = _say_below(sender, language, values)
    return frame_words(body, language, values, sample_picture(), below)


def _say_below(sender: Sender, language: str, values: dict[str, Any]) -> Wording | None:
    """What the region itself says below its messages, if it says something that can be sent."""
    source = sender.below.get(language)
    try:
        return put_own_into_words(source, language, values, headed=False) if source else None
    except Exception:
        return None  # the default goes out then, as `OwnWords` does it


def write_calendar_sample(name: str, language: str, sender: Sender) -> Wording | None:
    """What the calendar entry says that goes with a message; None for a message without one."""
    template = TEXTS[name]
    if "calendar" not in template.carries:
        return None
    values = {**VALUES, **sample_values(name, sender.name, sender.mailbox)}
    return put_into_words(CALENDAR_WORDS, PURPOSES[template.kinds[0]], language, values)


def ask_trial(session: Session, settings: Settings, draft: Draft, writer: Writer, address: str) -> Message:
    """Queue a test of what was typed to `address`, a mobile number (E.164) for an SMS.

    Raises TextRefused for what cannot be sent, and ChannelMissing.
    """
    words = check_text(draft.name, draft.language, draft.source)
    channel = "email" if "@" in address else "sms"
    if channel not in make_channels(settings) or (channel == "sms" and not words.short):
        raise ChannelMissing
    return queue_trial(
        session,
        Trial(
            template=SHOWN_ABOVE if draft.name == FRAME else draft.name,
            language=draft.language,
            source=default_source(SHOWN_ABOVE, draft.language) if draft.name == FRAME else draft.source,
            below=draft.source if draft.name == FRAME else None,
            address=address,
            writer_id=writer.id,
            writer_name=writer.name,
            note=gettext("This is a test of a message text. The name, the event, the link and the code are not real."),
            title=gettext("Test: %(subject)s", subject=SLOT),
        ),
    )
