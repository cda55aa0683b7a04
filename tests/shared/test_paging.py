"""Where a page stands among all rows."""

from dataclasses import dataclass

import pytest

from shared.paging import PAGE, Paged, page_within


@dataclass(frozen=True)
class Rows(Paged):
    total: int
    page: int


@pytest.mark.parametrize(
    ("total", "wanted", "page", "first", "last"),
    [
        (0, 1, 1, 0, 0),
        (0, 9, 1, 0, 0),
        (1, 1, 1, 1, 1),
        (PAGE, 2, 1, 1, PAGE),
        (PAGE + 1, 2, 2, PAGE + 1, PAGE + 1),
        (PAGE * 3, 100_000, 3, PAGE * 2 + 1, PAGE * 3),
        (PAGE, 0, 1, 1, PAGE),
    ],
)
def test_page_beyond_the_last_one_is_the_last_one(total: int, wanted: int, page: int, first: int, last: int) -> None:
    shown = Rows(total, page_within(wanted, total))
    assert (shown.page, shown.first, shown.last) == (page, first, last)
