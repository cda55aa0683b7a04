"""Source files of messages: Jinja for what varies, a few signs at the start of a line for what a line is.

    subject: Uw stand op {{ event.name }}         the first line
    A paragraph, over as many lines as it needs.  an empty line ends it
    ## A heading
    - an item of a list
    Label:: value                                 a row of facts
    [Words on a button]({{ link }})
    ![Words for who cannot see it](pass)          the QR picture

What people typed can never be such a sign: signs inside values are hidden while the file is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.i18n import date_long, language_name, time_of

SIGNS = "#-:[]()!"
_HIDE = {ord(sign): 0xE000 + ord(sign) for sign in SIGNS}
_SHOW = {hidden: sign for sign, hidden in _HIDE.items()}
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


class WordsMissing(Exception):
    """There is no source file for this name and language."""


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A line above what belongs together."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Rows of a label and what it says."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Button:
    """The one thing to do."""

    words: str
    address: str


@dataclass(frozen=True)
class PassPicture:
    """The place of the QR picture."""

    words: str


Block = Paragraph | Heading | Bullets | Facts | Button | PassPicture


@dataclass(frozen=True)
class Wording:
    """What a source file says for one reader: a subject, and blocks from top to bottom."""

    subject: str
    blocks: tuple[Block, ...]
    short: str = ""
    """the same in one sentence, for channels that have no room; empty for what is not worth that"""


def clean(value: Any) -> Any:
    """What people typed as one line: no line breaks, control characters or marks that turn the writing direction."""
    if isinstance(value, str):
        return _BREAKS.sub(" ", _TURNS.sub("", _PRIVATE.sub("", value))).strip()
    if isinstance(value, Mapping):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


def put_into_words(folder: Path, name: str, language: str, values: Mapping[str, Any]) -> Wording:
    """Read `<folder>/<name>/<language>.txt` with these values.

    `values` must hold `time_zone`, on whose clock the filters `day`, `clock`, `dates` and `times` write. Raises
    WordsMissing when there is no such file, and jinja2's UndefinedError when it asks for a value that is not there.
    """
    try:
        template = make_environment(folder).get_template(f"{name}/{language}.txt")
    except TemplateNotFound as fault:
        raise WordsMissing(f"{name}/{language}") from fault
    return read_source(template.render(**clean(dict(values)), language=language))


def read_source(text: str) -> Wording:
    """The blocks of a rendered source file, with hidden signs shown again."""
    first, _, rest = text.strip().partition("\n")
    subject = first.removeprefix("subject:").strip()
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", rest.strip()):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        blocks.extend(_read_chunk(lines))
    return Wording(_shown(subject), tuple(_merged(blocks)))


def _read_chunk(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    running: list[str] = []
    for line in lines:
        block = _read_line(line)
        if block is None:
            running.append(_shown(line))
            continue
        if running:
            found.append(Paragraph(" ".join(running)))
            running = []
        found.append(block)
    return [*found, Paragraph(" ".join(running))] if running else found


def _read_line(line: str) -> Block | None:
    """The block that a line is by its sign; None for running text."""
    if line.startswith("## "):
        return Heading(_shown(line[3:]))
    if line.startswith("- "):
        return Bullets((_shown(line[2:]),))
    if picture := re.fullmatch(r"!\[(.+)\]\(pass\)", line):
        return PassPicture(_shown(picture[1]))
    if button := re.fullmatch(r"\[(.+)\]\((.+)\)", line):
        return Button(_shown(button[1]), _shown(button[2]))
    label, sign, value = line.partition("::")
    return Facts(((_shown(label.strip()), _shown(value.strip())),)) if sign else None


def _merged(blocks: list[Block]) -> list[Block]:
    """Items and rows that follow each other are one list, one table."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if isinstance(block, Bullets) and isinstance(last, Bullets):
            merged[-1] = Bullets(last.items + block.items)
        elif isinstance(block, Facts) and isinstance(last, Facts):
            merged[-1] = Facts(last.rows + block.rows)
        else:
            merged.append(block)
    return merged


def _shown(text: str) -> str:
    return text.translate(_SHOW)


@cache
def make_environment(folder: Path) -> ImmutableSandboxedEnvironment:
    """Jinja for the source files in `folder`: it knows the filters, and hides signs inside values."""
    # Sandboxed, since organisers will come to word their own messages.
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: str(value).translate(_HIDE),
        auto_reload=False,
    )
    environment.filters.update(day=_day, clock=_clock, dates=_dates, times=_times, languages=_languages)
    return environment


@pass_context
def _day(context: Context, moment: str | datetime) -> str:
    return date_long(_moment(moment), context["time_zone"], context["language"])


@pass_context
def _clock(context: Context, moment: str | datetime) -> str:
    return time_of(_moment(moment), context["time_zone"], context["language"])


@pass_context
def _dates(context: Context, event: Mapping[str, datetime]) -> str:
    """The day of an event, or its first and last day."""
    first, last = (_day(context, event[name]) for name in ("starts_at", "ends_at"))
    return first if first == last else f"{first} – {last}"


@pass_context
def _times(context: Context, event: Mapping[str, datetime]) -> str:
    """'13:00–16:30'."""
    return f"{_clock(context, event['starts_at'])}–{_clock(context, event['ends_at'])}"


@pass_context
def _languages(context: Context, codes: list[str]) -> str:
    """Language codes as names in the reader's language."""
    return ", ".join(language_name(code, context["language"]) for code in codes)


def _moment(given: str | datetime) -> datetime:
    return datetime.fromisoformat(given) if isinstance(given, str) else given
