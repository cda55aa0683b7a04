"""Which letters can be printed: those of our own type, and of what else is installed on the machine.

A letter that no font has stops the whole document (a PDF for everybody has no gaps), so we look before we print.
"""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import typst

OWN_FAMILIES = tuple(
    f"Noto Sans {script}"
    for script in ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese", "devanagari")
)
"""As the build of the front end names them (shared/ui/build.mjs)."""
UNKNOWN = "?"


def make_printable(text: str, folder: Path) -> str:
    """The text with a question mark for each letter that cannot be printed here."""
    return "".join(letter if is_printable(letter, folder) else UNKNOWN for letter in text)


@cache
def is_printable(text: str, folder: Path) -> bool:
    """Has some font every letter of the text?"""
    wanted = {ord(letter) for letter in text if not letter.isspace()}
    if wanted <= own_letters(folder):
        return True
    return all(any(code in letters for letters in _installed()) for code in wanted - own_letters(folder))


@cache
def own_letters(folder: Path) -> frozenset[int]:
    """The letters of our own type, whose files are in `folder`."""
    return frozenset().union(*(read_letters(file.read_bytes()) for file in sorted(folder.glob("*-400-normal.ttf"))))


@cache
def _installed() -> tuple[frozenset[int], ...]:
    """The letters of each font of the machine; looked at once, and only for a letter that ours do not have."""
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[])
    paths = sorted({one.path for one in fonts.fonts() if one.path})
    return tuple(read_letters(Path(path).read_bytes()) for path in paths)


def read_letters(font: bytes) -> frozenset[int]:
    """The code points that a font maps to a glyph (OpenType `cmap`, formats 4 and 12); none for what it cannot read."""
    try:
        start = _find_cmap(font)
        count = struct.unpack_from(">H", font, start + 2)[0]
        offsets = [struct.unpack_from(">HHI", font, start + 4 + 8 * index)[2] for index in range(count)]
        return frozenset(code for offset in offsets for code in _read_subtable(font, start + offset))
    except (struct.error, ValueError):
        return frozenset()


def _find_cmap(font: bytes) -> int:
    first = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    for index in range(struct.unpack_from(">H", font, first + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, first + 12 + 16 * index)
        if tag == b"cmap":
            return int(offset)
    raise ValueError


def _read_subtable(font: bytes, at: int) -> Iterator[int]:
    kind = struct.unpack_from(">H", font, at)[0]
    if kind == 4:
        yield from _read_segments(font, at)
    elif kind == 12:
        for index in range(struct.unpack_from(">I", font, at + 12)[0]):
            first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * index)
            yield from range(first, min(last, 0x10FFFF) + 1)


def _read_segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: segments of code points; a glyph 0 inside one is a letter that is missing after all."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts, deltas, jumps = (struct.unpack_from(f">{count}H", font, at + 16 + 2 * count * part) for part in (1, 2, 3))
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if jumps[index]:
                place = at + 16 + 6 * count + 2 * index + jumps[index] + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", font, place)[0]
                if glyph == 0:
                    continue
            if (glyph + deltas[index]) % 65536:
                yield code
