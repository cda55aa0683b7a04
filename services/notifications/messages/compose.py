"""From a queued message to a letter: words in the reader's language, with what is true of the event at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from services.notifications.calendar.file import Occasion, Parties, write_file
from services.notifications.calendar.models import CalendarEntry
from services.notifications.calendar.rules import Content, content_of, next_sequence, note_written
from services.notifications.channels.letter import CalendarFile, Letter, picture_id
from services.notifications.events.models import Event, Organisation
from services.notifications.messages.catalogue import FRAME, MERGED, TEMPLATES, WHY, WORDS
from services.notifications.messages.models import Message
from services.notifications.messages.moves import what_moved
from services.notifications.people.links import about_address, unsubscribe_address
from services.notifications.wording.joining import join_wordings
from services.notifications.wording.render import COLUMNS, write_html, write_text
from services.notifications.wording.rules import OwnWords
from services.notifications.wording.source import SHORT, Wording, put_into_words
from shared.i18n import DEFAULT_LANGUAGE, LANGUAGES
from shared.identity import link_address
from shared.qr import code_png
from shared.settings import Settings

DEFAULT_ZONE = "Europe/Amsterdam"
LONGEST_SHORT = 300
"""Letters of several short messages together; beyond that one sentence says that there is more than one."""
HIDDEN_LINK = "[…]"
"""What is kept in place of a personal link: it opens a door."""


@dataclass(frozen=True)
class Setting:
    """What a message is composed from, beside itself."""

    settings: Settings
    organisation: Organisation
    event: Event | None
    now: datetime
    own: OwnWords
    """what organisations say in their own words, in the place of our files"""


@dataclass(frozen=True)
class Part:
    """One message of a letter, the values of its words, and the calendar entry that it tells of."""

    message: Message
    values: Mapping[str, Any]
    entry: CalendarEntry | None = None


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
    footer: Wording | None = None


def compose(parts: Sequence[Part], setting: Setting, language: str, perhaps_sent: bool = False) -> Letter:
    """The letter that says all parts, the first one's; what each says is noted on its message.

    `perhaps_sent`: nobody knows whether it arrived at an earlier attempt. Raises what jinja2 raises for values that
    are missing.
    """
    carrier, newest = parts[0].message, max((part.message for part in parts), key=lambda one: one.queued_at)
    carrier.mail_id = carrier.mail_id or new_mail_id(carrier, setting.settings)
    language = known_language(language)
    calendar, tells = _write_calendars(parts, setting, language)
    pass_code = next((part.message.pass_code for part in reversed(parts) if part.message.pass_code), None)
    picture = code_png(pass_code) if pass_code else None
    each = [_word_part(part, setting, language, part is tells) for part in parts]
    link, about = find_link(newest, setting.settings), about_address(setting.settings, carrier.id)
    values = {**values_for(newest, newest.values, setting, link, calendar is not None), "about": about}
    body = each[0] if len(each) == 1 else _join(parts, each, language, values)
    below = setting.own.put_into_words(setting.organisation.id, FRAME, language, values, headed=False)
    words = frame_words(body, language, values, f"cid:{picture_id(carrier.mail_id)}" if picture else "", below)
    carrier.subject = _without_links(words.subject, parts, setting.settings)
    carrier.text = _without_links(words.unbroken, parts, setting.settings)
    return Letter(
        mail_id=carrier.mail_id,
        written_at=setting.now.replace(microsecond=0),
        sender=setting.organisation.name,
        answers_to=setting.organisation.mailbox,
        reader=newest.person_name,
        address=carrier.address or "",
        language=language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        picture=picture,
        calendar=calendar,
        short=words.short,
        mobile=carrier.mobile or "",
        body=body,
        footer=words.footer,
        perhaps_sent=perhaps_sent,
        unsubscribe=_unsubscribe(parts, setting.settings),
    )


def _unsubscribe(parts: Sequence[Part], settings: Settings) -> str:
    """The address that ends such messages; none for a letter that says what a person cannot do without."""
    if any(TEMPLATES[part.message.template].essential for part in parts):
        return ""
    return unsubscribe_address(settings, parts[0].message.id)


def _word_part(part: Part, setting: Setting, language: str, in_calendar: bool) -> Wording:
    """One message in words, noted on it."""
    message = part.message
    link = find_link(message, setting.settings)
    values = values_for(message, part.values, setting, link, in_calendar)
    own = setting.own.put_into_words(setting.organisation.id, message.template, language, values)
    wording = own or put_into_words(WORDS, message.template, language, values)
    message.subject = _without_links(wording.subject, [part], setting.settings)
    message.text = _without_links(write_text(wording, columns=None), [part], setting.settings)
    return wording


def _join(parts: Sequence[Part], each: Sequence[Wording], language: str, values: dict[str, Any]) -> Wording:
    """Several messages as one, under a heading each; in a sentence or two where that is enough."""
    urgent = (place for place, part in enumerate(parts) if TEMPLATES[part.message.template].urgent)
    news = each[next(urgent, 0)].subject
    opening = put_into_words(WORDS, MERGED, language, {**values, "news": news})
    joined = join_wordings(opening, each, values["person"]["name"])
    shorts = [wording.short for wording in each if wording.short]
    if not shorts:
        return replace(joined, short="")
    link = values["link"]
    # One link is enough: the last one.
    before = [short.replace(link, "").strip() if link else short for short in shorts[:-1]]
    together = " ".join([*before, shorts[-1]])
    return replace(joined, short=together if len(together) <= LONGEST_SHORT else joined.short)


def _without_links(text: str, parts: Sequence[Part], settings: Settings) -> str:
    """What is kept of a text: no address that opens something, wherever an organisation's own words name one."""
    for message in (part.message for part in parts):
        for address in (find_link(message, settings), about_address(settings, message.id)):
            text = text.replace(address, HIDDEN_LINK) if address else text
    return text


def frame_words(
    body: Wording, language: str, values: dict[str, Any], picture: str = "", below: Wording | None = None
) -> Words:
    """A message in words with what stands below every message.

    `picture`: the address of the QR code for the HTML; `below`: what an organisation says itself of who it is.
    """
    below = below or put_into_words(WORDS, FRAME, language, values)
    footer = Wording("", below.blocks + put_into_words(WORDS, WHY, language, values).blocks)
    html = write_html(language, values["organisation"]["name"], body, footer, picture)
    text, unbroken = _with_footer(body, footer), _with_footer(body, footer, columns=None)
    return Words(body.subject, text, html, unbroken, body.short, footer)


@cache
def has_short(template: str) -> bool:
    """Are there words of this template for channels that have no room?"""
    lines = (WORDS / template / f"{DEFAULT_LANGUAGE}.txt").read_text().splitlines()
    return len(lines) > 1 and lines[1].startswith(SHORT)


def _with_footer(body: Wording, footer: Wording, columns: int | None = COLUMNS) -> str:
    """The line of two dashes is where a signature begins: mail programs show the rest smaller (RFC 3676 §4.3)."""
    return f"{write_text(body, columns=columns)}\n-- \n{write_text(footer, columns=columns)}"


def values_for(
    message: Message, own: Mapping[str, Any], setting: Setting, link: str | None, calendar: bool
) -> dict[str, Any]:
    """Everything that a source file may name. What is true of the event never comes from the command.

    `own`: what the command brought; `calendar`: is there a file for the reader's calendar with it.
    """
    organisation = setting.organisation
    return {
        **own,
        "person": {"name": message.person_name},
        "organisation": {"name": organisation.name, "mailbox": organisation.mailbox},
        **_event_values(setting.event, own),
        "link": link,
        "about": about_address(setting.settings, message.id),
        "has_pass": message.pass_code is not None,
        "in_calendar": calendar,
    }


def _write_calendars(parts: Sequence[Part], setting: Setting, language: str) -> tuple[CalendarFile | None, Part | None]:
    """The one calendar file of the letter, and the part whose words say that it is there: the newest about the entry.

    None to cancel what never stood in a calendar.
    """
    about = [part for part in parts if part.entry is not None]
    for part in about:
        part.message.told = None
    if not about or setting.event is None:
        return None, None
    newest = max(about, key=lambda part: part.message.queued_at)
    entry = newest.entry
    assert entry is not None
    if entry.cancelled and (entry.told is None or entry.starts_at is None):
        newest.message.told = {"sequence": entry.sequence or 0, "content": {"cancelled": True}}
        return None, None
    content = content_of(entry, setting.event, newest.message.address or "")
    return write_calendar(newest.message, entry, content, setting, language), newest


def write_calendar(
    message: Message, entry: CalendarEntry, content: Content, setting: Setting, language: str
) -> CalendarFile:
    """The file for the message's calendar entry, with its number noted on the entry and the message."""
    assert setting.event is not None
    sequence = next_sequence(entry, content)
    parties = Parties(
        organisation=setting.organisation.name,
        mailbox=setting.organisation.mailbox,
        person=message.person_name,
        language=language,
    )
    link = find_link(message, setting.settings)
    occasion = Occasion(setting.event.name, setting.event.time_zone, link, setting.event.kind)
    file = write_file(entry, content, sequence, parties, occasion)
    note_written(entry, content, sequence)
    message.told = {"sequence": sequence, "content": asdict(content)}
    return file


def known_language(language: str) -> str:
    """The person's language, or ours for one that we have no words in."""
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def find_link(message: Message, settings: Settings) -> str | None:
    """The address of the personal link, made now and stored nowhere."""
    return link_address(settings, message.link_id, message.link_service) if message.link_id else None


def _event_values(event: Event | None, old: Mapping[str, Any]) -> dict[str, Any]:
    """What a source file may name of the event. `old`: what the command says that it was before."""
    if event is None:
        return {"time_zone": DEFAULT_ZONE}
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


def new_mail_id(message: Message, settings: Settings) -> str:
    """The Message-ID of a message, without brackets: the same however often it is made."""
    return f"{message.id}@{settings.mail_from.rpartition('@')[2]}"
