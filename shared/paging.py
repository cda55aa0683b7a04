"""Lists in pages: which rows are on one, and where they stand among all."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")
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


def load_page(session: Session, rows: Select[Row], wanted: int) -> tuple[Sequence[Row], int, int]:
    """The rows of a page, how many there are in all, and which page it is. Two queries. `rows` are in their order."""
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    page = page_within(wanted, total)
    return session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE)).all(), total, page


def count_states(
    session: Session, state: InstrumentedAttribute[str], states: Iterable[str], *where: ColumnElement[bool]
) -> dict[str, int]:
    """How many rows are in each state; every state is named. One query."""
    found: dict[str, int] = dict(session.execute(select(state, func.count()).where(*where).group_by(state)).all())
    return {one: found.get(one, 0) for one in states}
