"""Counts queries, so that a list costs the same however long it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.service_under_test import ServiceUnderTest


def count_queries(service: ServiceUnderTest, address: str, *roles: str) -> int:
    """How many statements the page at `address` sends to the database; it must answer 200."""
    client = service.signed_in(*roles)
    with queries_of(service) as statements:
        assert client.get(address).status_code == 200
    return len(statements)


@contextmanager
def queries_of(service: ServiceUnderTest) -> Iterator[list[str]]:
    """The statements that this thread sends to the service's database while the block runs; not the relay's."""
    statements: list[str] = []
    here = threading.get_ident()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.get_ident() == here:
            statements.append(statement)

    engine = service.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
