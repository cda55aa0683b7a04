"""What differs between two sources is shown line by line and word by word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.wording.diff import GONE, NEW, SAME, Piece, compare

LINES = st.lists(st.text("ab \n", max_size=12), max_size=12).map("\n".join)


def test_changed_word_is_marked_in_both_lines() -> None:
    assert [(row.sign, row.number, row.pieces) for row in compare("a\nWij komen nu\nc", "a\nWij gaan nu\nc")] == [
        (SAME, 1, (Piece("a"),)),
        (GONE, 2, (Piece("Wij "), Piece("komen", True), Piece(" nu"))),
        (NEW, 2, (Piece("Wij "), Piece("gaan", True), Piece(" nu"))),
        (SAME, 3, (Piece("c"),)),
    ]


def test_added_and_removed_lines_are_marked_whole() -> None:
    assert [(row.sign, row.pieces) for row in compare("a", "a\nb")][1:] == [(NEW, (Piece("b", True),))]
    assert [(row.sign, row.pieces) for row in compare("a\nb", "a")][1:] == [(GONE, (Piece("b", True),))]


def test_same_source_has_no_difference() -> None:
    assert {row.sign for row in compare("a\nb", "a\nb ")} == {SAME}


def test_long_line_is_compared_as_a_whole() -> None:
    gone, new = compare("a " * 500, "a " * 499 + "b")
    assert (len(gone.pieces), len(new.pieces)) == (1, 1)


@settings(deadline=None)
@given(LINES, LINES)
def test_both_sources_can_be_read_back(before: str, after: str) -> None:
    rows = compare(before, after)
    texts = {
        sign: "\n".join("".join(piece.text for piece in row.pieces) for row in rows if row.sign in {SAME, sign})
        for sign in (GONE, NEW)
    }
    assert texts == {GONE: before.strip(), NEW: after.strip()}
