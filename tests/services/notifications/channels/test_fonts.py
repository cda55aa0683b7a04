"""Which letters the fonts have: looked at in the files themselves."""

from pathlib import Path

import pytest

from services.notifications.channels.paper.fonts import own_letters, read_letters
from shared.settings import STATIC_FOLDER

OUR_TYPE = STATIC_FOLDER / "print"


def test_our_own_type_has_what_names_are_written_with() -> None:
    letters = own_letters(OUR_TYPE)
    assert {ord(letter) for letter in "Їжакевич-Ґалаґан O'Brien Ёлкина Şahin Łukasz ’"} - {32} <= letters
    assert ord("李") not in letters


@pytest.mark.parametrize("content", [b"", b"no font", b"\x00\x01\x00\x00\xff\xff" + b"\x00" * 40, b"ttcf\x00\x01"])
@pytest.mark.parametrize("suffix", [".ttf", ".ttc"])
def test_what_is_no_font_has_no_letters(tmp_path: Path, content: bytes, suffix: str) -> None:
    file = tmp_path / f"broken{suffix}"
    file.write_bytes(content)
    assert read_letters(file) == frozenset()


def test_a_font_that_is_away_has_no_letters(tmp_path: Path) -> None:
    assert read_letters(tmp_path / "away.ttf") == frozenset()
