"""Counting the queries of a block, to show that a list asks as often for sixty rows as for three."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.service_under_test import ServiceUnderTest


@contextmanager
def counted_queries(service: ServiceUnderTest) -> Iterator[list[str]]:
    """The statements that the service sends to its database while the block runs."""
    statements: list[str] = []
    engine: Engine = service.sessions.kw["bind"]

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
