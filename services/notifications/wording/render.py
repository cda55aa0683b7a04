"""Blocks as a plain text that is worth reading, and as HTML that mail programs show alike."""

import textwrap
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.notifications.wording.source import (
    Block,
    Bullets,
    Button,
    Facts,
    Heading,
    Paragraph,
    PassPicture,
    Wording,
)

COLUMNS = 72
SCHEMES = {"light": "not all", "dark": "all"}
"""When the looks for dark screens hold: never, always; in a mail it is the reader's own choice."""
PICTURE_FILE = "qr.png"
"""The attachment that a text points at in place of the picture."""


def write_text(*parts: Wording, columns: int | None = COLUMNS) -> str:
    """All blocks of the parts below each other as plain text. Lines end before `columns`, None for never."""
    written = [_write_block(block, columns) for part in parts for block in part.blocks]
    return "\n\n".join(text for text in written if text) + "\n"


def _write_block(block: Block, columns: int | None) -> str:
    match block:
        case Paragraph(text):
            return _fill(text, columns)
        case Heading(text, level):
            return f"{text}\n{'-' * min(len(text), COLUMNS)}" if level == 2 else text
        case Bullets(items):
            return "\n".join(_fill(item, columns, "- ", "  ") for item in items)
        case Facts(rows):
            return "\n".join(_fill(value, columns, f"{label}: ", "  ") for label, value in rows)
        case Button(words, address):
            return f"{words}{'' if words.endswith('?') else ':'}\n{address}"
        case PassPicture(words):
            return f"{words}: {PICTURE_FILE}"


def _fill(text: str, columns: int | None, first: str = "", rest: str = "") -> str:
    if columns is None:
        return first + text
    return textwrap.fill(
        text, columns, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def write_html(language: str, sender: str, body: Wording, footer: Wording, picture: str = "") -> str:
    """A whole HTML page for a mail. `sender` is the region's name; `picture` the address of the QR picture."""
    return _page().render(
        language=language,
        sender=sender,
        subject=body.subject,
        blocks=[(type(block).__name__, block) for block in body.blocks],
        footer=[(type(block).__name__, block) for block in footer.blocks],
        picture=picture,
    )


def show_in(scheme: str, html: str) -> str:
    """A mail's HTML as a reader sees it who chose this scheme, one of SCHEMES."""
    return html.replace("@media (prefers-color-scheme: dark)", f"@media {SCHEMES[scheme]}")


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")
