"""Measurements: `make bench`. Every module here with a function `run() -> list[Row]` is collected by `__main__`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. What is not measured stays None."""

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float | None = None
    """processor time of the serving processes for one request"""
    compared_to: str | None = None
    """the name of the row that this one is held against"""
