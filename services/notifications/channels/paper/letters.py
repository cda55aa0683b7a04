"""Letters as one PDF to print, with a checklist in front. What people typed travels as data, never as markup."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from services.notifications.channels.letter import Letter
from services.notifications.channels.paper.fonts import OWN_FAMILIES, is_printable, make_printable
from services.notifications.wording.source import Block, Bullets, Button, Facts, Heading, Paragraph, PassPicture

TEMPLATE = Path(__file__).parent / "letters.typ"
FONTS = "print"
"""The folder of our own type, among the built files of the front end."""


@dataclass(frozen=True)
class PaperLetter:
    """A letter, and what stands on the checklist beside its row."""

    letter: Letter
    number: str
    """by which the person is known on the day; empty for none"""
    number_words: str
    """the same in the reader's language: 'Number 112'"""
    readable_name: str
    """the name in Latin letters, for a printer that does not know the person's own"""
    language_name: str


@dataclass(frozen=True)
class Sheet:
    """What stands around the letters, in the organiser's language."""

    title: str
    language: str
    intro: str
    columns: tuple[str, str, str, str, str, str]
    """row, number, name, language, handed over, posted"""
    letter_word: str
    made_at: datetime


def write_letters(letters: Sequence[PaperLetter], sheet: Sheet, static_folder: Path) -> bytes:
    """The PDF, tagged for everybody to read (PDF/UA-1). `letters`: at least one, all of one sender."""
    fonts = static_folder / FONTS
    with tempfile.TemporaryDirectory(prefix="letters-") as name:
        folder = Path(name)
        rows = [_describe(row, one, folder, fonts) for row, one in enumerate(letters, 1)]
        first = letters[0].letter
        words = {"intro": sheet.intro, "columns": list(sheet.columns)}
        data = {
            "title": sheet.title, "language": sheet.language, "words": words, "short_number": sheet.letter_word,
            "sender": first.sender, "return_to": f"{first.sender} · {first.answers_to}",
            "fonts": list(OWN_FAMILIES), "letters": rows,
        }  # fmt: skip
        (folder / "letters.json").write_text(json.dumps(_printable(data, fonts)), encoding="utf-8")
        shutil.copy(TEMPLATE, folder / TEMPLATE.name)
        made: bytes = typst.compile(
            str(folder / TEMPLATE.name),
            root=name,
            font_paths=[str(fonts)],
            format="pdf",
            pdf_standards="ua-1",
            timestamp=int(sheet.made_at.timestamp()),
        )
    return made


def _describe(row: int, one: PaperLetter, folder: Path, fonts: Path) -> dict[str, Any]:
    letter = one.letter
    assert letter.body is not None
    name = letter.reader if is_printable(letter.reader, fonts) else one.readable_name or letter.reader
    picture = f"{row}.png" if letter.picture else ""
    if letter.picture:
        (folder / picture).write_bytes(letter.picture)
    # What stands below a mail (how to answer it, how to end such mails) is not for paper.
    blocks = [_say(block, picture) for block in letter.body.blocks]
    said = {
        "row": row, "number": one.number, "number_words": one.number_words, "name": name,
        "language": letter.language, "language_name": one.language_name, "subject": letter.subject,
        "blocks": [block for block in blocks if block],
    }  # fmt: skip
    return said if name == letter.reader else _replaced(said, letter.reader, name)


def _say(block: Block, picture: str) -> dict[str, Any]:
    """A block as data; nothing for the picture of a letter that has none."""
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Bullets(items):
            return {"kind": "bullets", "items": list(items)}
        case Facts(rows):
            return {"kind": "facts", "rows": [list(row) for row in rows]}
        case Button(words, address):
            return {"kind": "address", "words": words, "text": address}
        case PassPicture(words):
            return {"kind": "picture", "words": words, "file": picture} if picture else {}


def _replaced(data: Any, old: str, new: str) -> Any:
    if isinstance(data, str):
        return data.replace(old, new)
    if isinstance(data, dict):
        return {key: _replaced(value, old, new) for key, value in data.items()}
    return [_replaced(value, old, new) for value in data] if isinstance(data, list) else data


def _printable(data: Any, fonts: Path) -> Any:
    """The same with letters that can be printed only."""
    if isinstance(data, str):
        return make_printable(data, fonts)
    if isinstance(data, dict):
        return {key: _printable(value, fonts) for key, value in data.items()}
    return [_printable(value, fonts) for value in data] if isinstance(data, list) else data
