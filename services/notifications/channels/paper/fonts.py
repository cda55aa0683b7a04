"""Which letters can be printed: those of our own type, and of what else is installed on the machine.

A letter that no font has stops the whole document (a PDF for everybody has no gaps), so we look before we print.
"""

from functools import cache
from pathlib import Path
from unicodedata import category

import typst
from fontTools.ttLib import TTCollection, TTFont, TTLibError

OWN_FAMILIES = tuple(
    f"Noto Sans {script}"
    for script in ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese", "devanagari")
)
"""As the build of the front end names them (shared/ui/build.mjs)."""
UNKNOWN = "?"
_FORBIDDEN = dict.fromkeys((0x0000, 0xFEFF))
"""No PDF for everybody may hold these, though fonts have glyphs for them (PDF/UA-1 §7.21.7)."""


def make_printable(text: str, folder: Path) -> str:
    """The text with a question mark for each letter that cannot be printed here, and without marks of no width."""
    return "".join(letter if is_printable(letter, folder) else UNKNOWN for letter in text.translate(_FORBIDDEN))


def is_printable(text: str, folder: Path) -> bool:
    """Has some font every letter of the text? What Unicode has not assigned is none, whatever a font says."""
    if any(category(letter) == "Cn" for letter in text):
        return False
    wanted = {ord(letter) for letter in text if not letter.isspace()}
    if wanted <= own_letters(folder):
        return True
    return all(any(code in letters for letters in _installed()) for code in wanted - own_letters(folder))


@cache
def own_letters(folder: Path) -> frozenset[int]:
    """The letters of our own type, whose files are in `folder`."""
    return frozenset().union(*(read_letters(file) for file in sorted(folder.glob("*-400-normal.ttf"))))


@cache
def _installed() -> tuple[frozenset[int], ...]:
    """The letters of each font of the machine; looked at once, and only for a letter that ours do not have."""
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[])
    return tuple(read_letters(Path(path)) for path in sorted({one.path for one in fonts.fonts() if one.path}))


def read_letters(file: Path) -> frozenset[int]:
    """The code points that a font file has a glyph for; none for what is no font."""
    try:
        collection = TTCollection(str(file), lazy=True) if file.suffix.lower() in {".ttc", ".otc"} else None
        fonts = collection.fonts if collection else [TTFont(str(file), lazy=True)]
        return frozenset().union(*(font.getBestCmap() or {} for font in fonts))
    except (TTLibError, OSError):
        return frozenset()
