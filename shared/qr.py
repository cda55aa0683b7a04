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
    margin, above = [1] * (QUIET_ZONE * scale), [[1] * side] * (QUIET_ZONE * scale)
    rows = list(above)
    for modules in matrix:
        rows += [margin + [0 if dark else 1 for dark in modules for _ in range(scale)] + margin] * scale
    file = io.BytesIO()
    png.Writer(side, side, greyscale=True, bitdepth=1).write(file, rows + above)
    return file.getvalue()
