"""Counts the queries of a page, so that a list costs the same however long it is."""

from typing import Any

from sqlalchemy import event

from tests.service_under_test import ServiceUnderTest


def count_queries(service: ServiceUnderTest, address: str, *roles: str) -> int:
    """How many statements the page at `address` sends to the database; it must answer 200."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = service.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert service.signed_in(*roles).get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)
