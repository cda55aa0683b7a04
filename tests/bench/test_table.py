"""What `make bench` prints, without measuring anything."""

import pytest

from tests.bench import Row
from tests.bench.__main__ import HEADS, line_of, print_table
from tests.bench.load import make_row, run_at_once

BASE = Row("bare", per_second=4000, p50_ms=1.5, p99_ms=9, cpu_ms=0.2)
OURS = Row("ours", per_second=400, p50_ms=12, p99_ms=40, cpu_ms=2.5, compared_to="bare")


def test_row_is_held_against_its_base() -> None:
    assert line_of(OURS, [BASE, OURS]) == ("ours", "400", "12.00", "40.00", "2.50", "bare", "0.10 ×", "12.5 ×")


def test_row_without_base_or_processor_time() -> None:
    assert line_of(Row("sql", 100, 1, 2), [BASE]) == ("sql", "100", "1.00", "2.00", "", "", "", "")


def test_columns_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([HEADS, *(line_of(row, [BASE, OURS]) for row in (BASE, OURS))])
    heads, bare, ours = capsys.readouterr().out.splitlines()
    assert bare.index("4000") + 4 == ours.index("400 ") + 3 == heads.index("per second") + len("per second")


def test_percentiles_and_shares() -> None:
    row = make_row("x", [number / 1000 for number in range(1, 101)], seconds=2, cpu=0.1, compared_to=None)
    assert (row.per_second, row.p50_ms, row.p99_ms, row.cpu_ms) == (50, 51, 100, 1)


def test_fault_of_a_job_is_raised() -> None:
    def fail() -> None:
        raise AssertionError("not a 200")

    with pytest.raises(AssertionError, match="not a 200"):
        run_at_once([[fail], [lambda: None]])
