"""QR codes (ISO/IEC 18004): the matrix of modules, and a PNG of it for messages. `shared.ui.qr` draws it on pages.

The library `qrcode` knows the standard's tables and draws what every code of one size has. What differs with each text,
its bytes, their error correction and where they go, is done here: thousands of invitations need it, and the library
takes ten times as long for that part.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, cycle, islice, zip_longest
from operator import itemgetter
from typing import Literal

from qrcode.base import gexp, glog, rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import BIT_LIMIT_TABLE, length_in_bits, mask_func

QUIET_ZONE = 4
"""Modules of white on each side; scanners need them (ISO/IEC 18004 §6.3.8)."""
MASK = 3
# Trying all eight masks takes longer than all the rest. Our texts are signatures and tokens, random enough for any.
BYTE_MODE: Literal[4] = 4
"""A text as bytes, whatever they are (§7.4.1)."""
PADDING = (0b11101100, 0b00010001)
"""In turn in what a text leaves free (§7.4.10)."""
COMPRESSION = 4
"""Of zlib: what is higher takes three times as long and saves five bytes."""
SIZES = range(1, 41)
"""Versions, as the standard calls them: version 1 has 21 modules a side, each next one four more."""


@dataclass(frozen=True)
class Layout:
    """What all codes of one size share."""

    side: int
    mask: int
    """a bit for each place of the text, 1 where it is turned over"""
    spare: int
    """places at the end that no byte fills"""
    arrange: Callable[[str], Sequence[str]]
    """from the bits of the text in their order, with a 0 and a 1 behind them, to all modules row by row"""


def code_matrix(text: str) -> list[list[bool]]:
    """The modules of the code row by row, True for dark, without quiet zone; 15 % may be damaged (level M).

    Raises DataOverflowError for a text of more than 2331 bytes.
    """
    return [[module == "1" for module in row] for row in _draw(text)]


def code_png(text: str, scale: int = 8) -> bytes:
    """The code of `text` as a black and white PNG, `scale` pixels a module, quiet zone included."""
    rows = _draw(text)
    side = (len(rows) + 2 * QUIET_ZONE) * scale
    pixels = str.maketrans({"0": "1" * scale, "1": "0" * scale})  # in a PNG 0 is black
    margin = "1" * (QUIET_ZONE * scale)
    light = [_pack("1" * side)] * QUIET_ZONE
    lines = [*light, *(_pack(margin + row.translate(pixels) + margin) for row in rows), *light]
    return _write_png(side, b"".join((b"\x00" + line) * scale for line in lines))  # 0: lines as they are (§9.2)


def _draw(text: str) -> list[str]:
    """The rows of the code, 1 for dark."""
    content = text.encode()
    version = _smallest_version(len(content))
    layout, codewords = _lay_out(version), _add_correction(_fill(content, version), version)
    bits = (int.from_bytes(codewords, "big") << layout.spare) ^ layout.mask
    modules = "".join(layout.arrange(f"{bits:0{len(codewords) * 8 + layout.spare}b}01"))
    return [modules[start : start + layout.side] for start in range(0, len(modules), layout.side)]


# ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _smallest_version(length: int) -> int:
    for version in SIZES:
        if 4 + length_in_bits(BYTE_MODE, version) + 8 * length <= BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]:
            return version
    raise DataOverflowError


def _fill(content: bytes, version: int) -> bytes:
    """The text with its mode and length before it and padding behind it (§7.4)."""
    length_bits = length_in_bits(BYTE_MODE, version)
    head = BYTE_MODE << length_bits | len(content)
    # Four bits of mode before, four bits of 0 behind: together they are whole bytes.
    said = (head << 8 * len(content) | int.from_bytes(content, "big")) << 4
    filled = said.to_bytes(1 + length_bits // 8 + len(content), "big")
    room = BIT_LIMIT_TABLE[ERROR_CORRECT_M][version] // 8
    return filled + bytes(islice(cycle(PADDING), room - len(filled)))


def _add_correction(data: bytes, version: int) -> bytes:
    """The bytes in blocks with the correction of each, all blocks' first bytes first (§7.5, §7.6)."""
    blocks, corrections, start = [], [], 0
    for block in rs_blocks(version, ERROR_CORRECT_M):
        blocks.append(data[start : start + block.data_count])
        corrections.append(_correction(blocks[-1], block.total_count - block.data_count))
        start += block.data_count
    in_turn = chain(*zip_longest(*blocks), *zip_longest(*corrections))
    return bytes(byte for byte in in_turn if byte is not None)


def _correction(block: bytes, count: int) -> bytes:
    """The remainder of the block divided by the generator, as the shift register of the standard makes it (§7.5.2)."""
    products, last, register = _generator_products(count), 8 * (count - 1), 0
    for byte in block:
        leaving = register >> last
        register = (register ^ leaving << last) << 8 ^ products[byte ^ leaving]
    return register.to_bytes(count, "big")


@cache
def _generator_products(count: int) -> tuple[int, ...]:
    """The generator polynomial (x + 1)(x + α)(x + α²)… without its first term, times each byte."""
    generator = [1]
    for power in range(count):
        shifted = [0, *(_multiply(one, gexp(power)) for one in generator)]
        generator = [one ^ other for one, other in zip([*generator, 0], shifted, strict=True)]
    return tuple(int.from_bytes(bytes(_multiply(byte, term) for term in generator[1:]), "big") for byte in range(256))


def _multiply(one: int, other: int) -> int:
    """The product in the field of 256 elements."""
    product: int = gexp(glog(one) + glog(other)) if one and other else 0
    return product


# ── places ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Frame(QRCode):  # type: ignore[type-arg]  # it makes no picture
    """A code with the places of its text empty (None)."""

    def map_data(self, data: object, mask_pattern: int) -> None:
        """Put no text in."""


@cache
def _lay_out(version: int) -> Layout:
    frame = _Frame(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    frame.data_cache = []
    frame.makeImpl(False, MASK)
    side, is_masked = len(frame.modules), mask_func(MASK)
    places = list(_free_places(frame.modules))
    number = {place: index for index, place in enumerate(places)}
    zero, one = len(places), len(places) + 1
    sources = [
        number.get((row, column), one if module else zero)
        for row, modules in enumerate(frame.modules)
        for column, module in enumerate(modules)
    ]
    mask = int("".join("1" if is_masked(row, column) else "0" for row, column in places), 2)
    return Layout(side, mask, len(places) % 8, itemgetter(*sources))


def _free_places(modules: Sequence[Sequence[bool | None]]) -> Iterator[tuple[int, int]]:
    """Row and column of what the text fills, in its order: pairs of columns from the right, up and down (§7.7.3)."""
    side = len(modules)
    # Column 6 is no part of a pair: it holds the timing pattern.
    for turn, right in enumerate([*range(side - 1, 6, -2), 5, 3, 1]):
        for row in range(side) if turn % 2 else reversed(range(side)):
            for column in (right, right - 1):
                if modules[row][column] is None:
                    yield row, column


# ── picture ───────────────────────────────────────────────────────────────────────────────────────────────────


def _pack(pixels: str) -> bytes:
    """A row of '0' (dark) and '1' (light) as bytes, eight pixels each, the last one filled up."""
    size = -(-len(pixels) // 8)
    return int(pixels.ljust(size * 8, "1"), 2).to_bytes(size, "big")


def _write_png(side: int, lines: bytes) -> bytes:
    """A square greyscale PNG of one bit a pixel (ISO/IEC 15948 §11.2)."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, COMPRESSION)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
