"""How long an SMS is, and what remains of one that is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.channels.sms.segments import EXTENDED, MOST_SEGMENTS, count_segments, fit_text

LINK = "https://handdruk.example/l/" + "x" * 60


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two places each
        ("€" * 81, 2),
        ("é" * 160, 1),
        ("ë" * 70, 1),  # not in the alphabet: UCS-2
        ("ë" * 71, 2),
        ("і" * 70, 1),
        ("і" * 134, 2),
        ("і" * 135, 3),
        ("😀" * 35, 1),  # a pair of surrogates each
        ("😀" * 36, 2),
        ("a" * 159 + "і", 3),
    ],
)
def test_segments_are_counted_in_the_alphabet_that_the_text_needs(text: str, segments: int) -> None:
    assert count_segments(text) == segments


def test_extension_takes_an_escape() -> None:
    assert all(count_segments(letter * 81) == 2 for letter in EXTENDED)


def test_short_text_stays_as_it_is() -> None:
    assert fit_text("Їжакевич-Ґалаґан: 13:00, зал 4") == "Їжакевич-Ґалаґан: 13:00, зал 4"


def test_typographic_signs_do_not_make_a_dutch_text_twice_as_dear() -> None:
    said = fit_text("‘Meet & Greet’ – 13:00–16:30… „Tot ziens”\u00a0in het café")
    assert said == "'Meet & Greet' - 13:00-16:30... \"Tot ziens\" in het café"
    assert count_segments(said) == 1


@pytest.mark.parametrize("word", ["woord", "слово", "x" * 400, "😀"])
def test_long_text_is_shortened_and_keeps_its_link(word: str) -> None:
    said = fit_text(f"{word} " * 200 + f"Uw QR-code: {LINK}. Tot ziens")
    assert count_segments(said) <= MOST_SEGMENTS
    assert LINK in said
    assert not said.startswith(" ")


def test_long_text_without_a_link_is_cut_at_a_word() -> None:
    said = fit_text("woord " * 200)
    assert said.endswith("woord...")
    assert count_segments(said) == MOST_SEGMENTS


@given(st.text(max_size=1500), st.booleans())
def test_whatever_is_said_fits(text: str, with_link: bool) -> None:
    said = fit_text(f"{text} {LINK}" if with_link else text)
    assert count_segments(said) <= MOST_SEGMENTS or len(said.split(" ")) == 1
    if with_link:
        assert said.endswith(LINK) or count_segments(said) <= MOST_SEGMENTS
