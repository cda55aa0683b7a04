"""Source files of messages: Jinja for what varies, a few signs at the start of a line for what a line is.

    subject: Uw stand op {{ event.name }}         the first line
    sms: Uw stand is geboekt. {{ link }}          the second line, for a text message; missing where none is worth it
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
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifications.wording.filters import FILTERS

SUBJECT, SHORT = "subject:", "sms:"
"""The signs of the lines on top."""
SIGNS = "#-:[]()!"
_HIDE = {ord(sign): 0xE000 + ord(sign) for sign in SIGNS}
_SHOW = {hidden: sign for sign, hidden in _HIDE.items()}
_END = re.compile(r"(?<![+-])%\}$")
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
    """A line above what belongs together; below another such line on level 3."""

    text: str
    level: int = 2


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
    """What a source file says for one reader: a subject, blocks from top to bottom, and the same in short."""

    subject: str
    blocks: tuple[Block, ...]
    short: str = ""
    """for a text message (SMS); empty when it says nothing worth one"""


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
    subject, rest = _take_head(text.strip(), SUBJECT)
    short, rest = _take_head(rest, SHORT)
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", rest.strip()):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        blocks.extend(_read_chunk(lines))
    return Wording(_shown(subject), tuple(_merged(blocks)), _shown(short))


def _take_head(text: str, sign: str) -> tuple[str, str]:
    """What the first line says behind its sign, and the text below it; all of the text when it has no such line."""
    first, _, rest = text.partition("\n")
    return (" ".join(first.removeprefix(sign).split()), rest) if first.startswith(sign) else ("", text)


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
    if line.startswith("![") and line.endswith("](pass)"):
        return PassPicture(_shown(line[2:-7]))
    if line.startswith("[") and line.endswith(")") and "](" in line:
        words, _, address = line[1:-1].rpartition("](")
        return Button(_shown(words), _shown(address))
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
def make_environment(folder: Path | None = None) -> ImmutableSandboxedEnvironment:
    """Jinja for source files, of `folder` when there is one: it knows the filters, and hides signs inside values."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder) if folder else None,
        extensions=[_LinesOnTop],
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: str(value).translate(_HIDE),
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.globals.clear()
    return environment


class _LinesOnTop(Extension):
    """The lines on top stay lines: Jinja takes the line break away behind a line that ends in `%}`."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja gives them
        """The source with `+%}` at the end of such a line on top, which keeps the line break."""
        top, rest = source.split("\n", 2)[:2], source.split("\n", 2)[2:]
        kept = [_END.sub("+%}", line) if line.startswith((SUBJECT, SHORT)) else line for line in top]
        return "\n".join([*kept, *rest])
