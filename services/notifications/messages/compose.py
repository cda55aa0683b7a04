"""From a queued message to a letter: words in the reader's language, with what is true of the event at this moment."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from services.notifications.calendar.file import Occasion, Parties, write_file
from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content, next_sequence, note_written
from services.notifications.channels.letter import CalendarFile, Letter, picture_id
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.catalogue import FRAME, TEMPLATES, WORDS
from services.notifications.messages.models import Message
from services.notifications.messages.moves import what_moved
from services.notifications.people.links import about_address, unsubscribe_address
from services.notifications.wording.render import COLUMNS, write_html, write_text
from services.notifications.wording.source import Wording, put_into_words
from shared.i18n import DEFAULT_LANGUAGE, LANGUAGES
from shared.identity import link_address
from shared.qr import code_png
from shared.settings import Settings

HIDDEN_LINK = "[…]"
"""What is kept in place of a personal link: it opens a door."""


@dataclass(frozen=True)
class Setting:
    """What a message is composed from, beside itself."""

    settings: Settings
    organisation: Organisation
    event: Event | None
    now: datetime


@dataclass(frozen=True)
class Words:
    """A message in words: subject, text and HTML of the same."""

    subject: str
    text: str
    html: str
    unbroken: str
    """the text without line breaks inside its sentences, to be shown on a page or kept"""
    short: str = ""
    """for channels that have no room; empty for what is not worth that"""


def compose(message: Message, setting: Setting, calendar: CalendarFile | None = None) -> Letter:
    """The letter, with subject and text noted on the message. Raises what jinja2 raises for values that are missing."""
    message.mail_id = message.mail_id or _new_mail_id(message, setting.settings)
    link = find_link(message, setting.settings)
    picture = code_png(message.pass_code) if message.pass_code else None
    words = write_words(
        message.template,
        reader_language(message),
        values_for(message, setting, link, calendar is not None),
        picture=f"cid:{picture_id(message.mail_id)}" if picture else "",
    )
    message.subject = words.subject
    message.text = _hide_links(words.unbroken, link, about_address(setting.settings, message.id))
    return Letter(
        mail_id=message.mail_id,
        written_at=setting.now.replace(microsecond=0),
        sender=setting.organisation.name,
        answers_to=setting.organisation.mailbox,
        reader=message.person_name,
        address=message.address or "",
        language=reader_language(message),
        subject=words.subject,
        text=words.text,
        html=words.html,
        picture=picture,
        calendar=calendar,
        short=words.short,
        unsubscribe="" if TEMPLATES[message.template].essential else unsubscribe_address(setting.settings, message.id),
    )


def _hide_links(text: str, *links: str | None) -> str:
    for link in links:
        text = text.replace(link, HIDDEN_LINK) if link else text
    return text


def write_words(template: str, language: str, values: dict[str, Any], picture: str = "") -> Words:
    """Put a template into words. `picture` is the address of the QR picture for the HTML."""
    body = put_into_words(WORDS, template, language, values)
    frame = put_into_words(WORDS, FRAME, language, values)
    footer = Wording("", frame.blocks)
    html = write_html(language, values["organisation"]["name"], body, footer, picture)
    return Words(body.subject, _with_footer(body, footer), html, _with_footer(body, footer, columns=None), body.short)


def _with_footer(body: Wording, footer: Wording, columns: int | None = COLUMNS) -> str:
    """The line of two dashes is where a signature begins: mail programs show the rest smaller (RFC 3676 §4.3)."""
    return f"{write_text(body, columns=columns)}\n-- \n{write_text(footer, columns=columns)}"


def values_for(message: Message, setting: Setting, link: str | None, calendar: bool) -> dict[str, Any]:
    """Everything that a source file may name. What is true of the event never comes from the command.

    `calendar`: is there a file for the reader's calendar with it.
    """
    organisation = setting.organisation
    return {
        **message.values,
        "person": {"name": message.person_name},
        "organisation": {"name": organisation.name, "mailbox": organisation.mailbox},
        **_event_values(setting.event, message.values),
        "link": link,
        "about": about_address(setting.settings, message.id),
        "has_pass": message.pass_code is not None,
        "in_calendar": calendar,
    }


def write_calendar(message: Message, entry: CalendarEntry, content: Content, setting: Setting) -> CalendarFile:
    """The file for the message's calendar entry, with its number noted on the entry and the message."""
    assert setting.event is not None
    sequence = next_sequence(entry, content)
    parties = Parties(
        organisation=setting.organisation.name,
        mailbox=setting.organisation.mailbox,
        person=message.person_name,
        language=reader_language(message),
    )
    link = find_link(message, setting.settings)
    occasion = Occasion(setting.event.name, setting.event.time_zone, link, setting.event.kind)
    file = write_file(entry, content, sequence, parties, occasion)
    note_written(entry, content, sequence)
    message.told = {"sequence": sequence, "content": asdict(content)}
    return file


def reader_language(message: Message) -> str:
    """The person's language, or ours for one that we have no words in."""
    return message.language if message.language in LANGUAGES else DEFAULT_LANGUAGE


def find_link(message: Message, settings: Settings) -> str | None:
    """The address of the personal link, made now and stored nowhere."""
    return link_address(settings, message.link_id, message.link_service) if message.link_id else None


def _event_values(event: Event | None, old: Mapping[str, Any]) -> dict[str, Any]:
    """What a source file may name of the event. `old`: what the command says that it was before."""
    if event is None:
        return {"time_zone": "Europe/Amsterdam"}
    now = {
        "name": event.name,
        "kind": event.kind,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "venue": event.venue,
        "address": event.address,
        "place": event.place,
        "route": event.route,
    }
    return {"time_zone": event.time_zone, "event": now, "moved": what_moved(old, now, event.time_zone)}


def _new_mail_id(message: Message, settings: Settings) -> str:
    return f"{message.id}@{settings.mail_from.rpartition('@')[2]}"
