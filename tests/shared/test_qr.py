"""Our drawing of QR codes, held against the library's own and read by a reader that others wrote."""

import io

import pytest
import qrcode
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, QRData

from shared.qr import MASK, code_matrix, code_png

LONGEST = 2331


def _by_the_library(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    code.make()
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


# The lengths are those at which a larger code begins, where a length takes two bytes, and the longest one.
@pytest.mark.parametrize("length", [0, 1, 14, 15, 26, 27, 62, 119, 122, 123, 180, 181, 213, 214, 1000, LONGEST])
def test_the_library_draws_the_same(length: int) -> None:
    text = "".join(chr(33 + index * 7 % 90) for index in range(length))
    assert code_matrix(text) == _by_the_library(text)


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=120))
@example("Їжакевич-Ґалаґан, O'Brien, 李")
def test_the_library_draws_the_same_whatever_it_says(text: str) -> None:
    assert code_matrix(text) == _by_the_library(text)


@pytest.mark.parametrize("scale", [1, 3, 8])
def test_the_picture_shows_the_matrix_with_white_around(scale: int) -> None:
    text = "https://handdruk.example/door#k3"
    matrix, picture = code_matrix(text), Image.open(io.BytesIO(code_png(text, scale=scale)))
    assert picture.mode == "1"
    assert picture.size == ((len(matrix) + 8) * scale, (len(matrix) + 8) * scale)
    for row in range(-4, len(matrix) + 4):
        for column in range(-4, len(matrix) + 4):
            inside = 0 <= row < len(matrix) and 0 <= column < len(matrix)
            corners = {
                picture.getpixel(((column + 4) * scale + across, (row + 4) * scale + down))
                for across in (0, scale - 1)
                for down in (0, scale - 1)
            }
            assert corners == {0 if inside and matrix[row][column] else 255}


@pytest.mark.parametrize("length", [40, 119, 700])
def test_a_reader_of_others_reads_the_picture(length: int) -> None:
    text = "".join(chr(97 + index * 11 % 26) for index in range(length))
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(code_png(text, scale=4))).convert("L"))
    assert found is not None
    assert found.text == text


def test_a_text_that_fits_in_no_code_is_refused() -> None:
    with pytest.raises(DataOverflowError):
        code_matrix("x" * (LONGEST + 1))
