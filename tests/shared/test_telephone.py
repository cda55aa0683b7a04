"""Telephone numbers: as people type them, and what is none."""

import pytest

from shared.telephone import read_telephone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12345678", "+31612345678"),
        ("030-1234567", "+31301234567"),
        ("+380 50 123 45 67", "+380501234567"),
        ("0031612345678", "+31612345678"),
    ],
)
def test_number_is_kept_with_its_country(typed: str, kept: str) -> None:
    assert read_telephone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "nobody", "+999 1234567", "06 123456789012", "李"])
def test_what_nobody_can_call_is_none(typed: str) -> None:
    assert read_telephone(typed) is None
