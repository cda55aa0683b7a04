"""QR codes (ISO/IEC 18004): the matrix of modules, and a PNG of it for messages. `shared.ui.qr` draws it on pages."""

import io

import png
import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4
"""Modules of white on each side; scanners need them (ISO/IEC 18004 §6.3.8)."""
MASK = 3
# Trying all eight masks takes 15 ms a code, one takes 3. Our texts are signatures and tokens, random enough for any.


def code_matrix(text: str) -> list[list[bool]]:
    """The modules of the code row by row, True for dark, without quiet zone; 15 % may be damaged (level M)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text, optimize=0)
    code.make()
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def code_png(text: str, scale: int = 8) -> bytes:
    """The code of `text` as a black and white PNG, `scale` pixels a module, quiet zone included."""
    matrix = code_matrix(text)
    side = (len(matrix) + 2 * QUIET_ZONE) * scale
    light = _pack("1" * side)
    rows = [light] * (QUIET_ZONE * scale)
    margin = "1" * (QUIET_ZONE * scale)
    for modules in matrix:
        pixels = "".join(("0" if dark else "1") * scale for dark in modules)
        rows += [_pack(margin + pixels + margin)] * scale
    file = io.BytesIO()
    # Packed by row and not by pixel: five times as fast, which counts for a thousand invitations.
    png.Writer(side, side, greyscale=True, bitdepth=1).write_packed(file, rows + [light] * (QUIET_ZONE * scale))
    return file.getvalue()


def _pack(pixels: str) -> bytes:
    """A row of '0' (dark) and '1' (light) as bytes, eight pixels each, the last one filled up."""
    size = -(-len(pixels) // 8)
    return int(pixels.ljust(size * 8, "1"), 2).to_bytes(size, "big")
