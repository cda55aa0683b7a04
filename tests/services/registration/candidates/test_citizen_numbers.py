"""Citizen numbers are found in free text, and other numbers left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.candidates.citizen_numbers import has_citizen_number, passes_eleven_test


@pytest.mark.parametrize(
    "text",
    [
        "123456782",
        "BSN 1234.56.782.",
        "111 222 333",
        "nummer: 111222333, graag bellen",
        "werkte 2019-2021, 123456782",
        "123456782 2019",
        "x123456782y",
        "10000008",
        "١٢٣٤٥٦٧٨٢",
    ],
)
def test_a_citizen_number_is_found(text: str) -> None:
    assert has_citizen_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789",
        "000000000",
        "+31 6 12345678",
        "+31611122233",
        "0031 612345678",
        "06 12345678",
        "0611122233",
        "2019-2021 en 2022-2024",
        "1234567820",
        "12345678, 2",
        "3511 AB 12",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not has_citizen_number(text)


@settings(deadline=None)
@given(st.integers(10_000_000, 999_999_999))
def test_one_digit_typed_wrong_never_passes(number: int) -> None:
    digits = f"{number:09d}"
    if passes_eleven_test(digits):
        wrong = str((int(digits[4]) + 1) % 10)
        assert not passes_eleven_test(digits[:4] + wrong + digits[5:])


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert has_citizen_number(text) in {True, False}
