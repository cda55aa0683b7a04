"""Lists in pages: which rows are on one, and where they stand among all."""

PAGE = 25
"""Rows on a page."""


class Paged:
    """A page of a list that says which rows it shows. `total`: rows in all; `page`: its number, from 1."""

    total: int
    page: int

    @property
    def first(self) -> int:
        """The number of the first row on this page; 0 in an empty list."""
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of the last one."""
        return min(self.page * PAGE, self.total)


def page_within(wanted: int, total: int) -> int:
    """The page to show: a page beyond the last one is the last one."""
    return max(1, min(wanted, -(-total // PAGE)))
