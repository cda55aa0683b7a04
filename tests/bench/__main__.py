"""Runs every measurement and prints one table. On a quiet machine the ratios say more than the figures.

python -m tests.bench [name of a module …]
"""

import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Sequence

from tests import bench
from tests.bench import Row

HEADS = ("", "per second", "p50 ms", "p99 ms", "CPU ms", "compared to", "per second", "CPU")


def main(wanted: Sequence[str]) -> None:
    """Print the table of the modules that were named, or of all."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}", flush=True)
    rows: list[Row] = []
    for module in sorted(one.name for one in pkgutil.iter_modules(bench.__path__)):
        if module.startswith("_") or (wanted and module not in wanted):
            continue
        run = getattr(importlib.import_module(f"tests.bench.{module}"), "run", None)
        if run is not None:
            print(f"measuring {module.replace('_', ' ')} …", file=sys.stderr, flush=True)
            rows += run()
    print_table([HEADS, *(line_of(row, rows) for row in rows)])


def line_of(row: Row, rows: Sequence[Row]) -> tuple[str, ...]:
    """The cells of a row; the last ones hold it against the row that it is compared to."""
    base = next((one for one in rows if one.name == row.compared_to), None)
    throughput = f"{row.per_second / base.per_second:.2f} ×" if base else ""
    cpu = f"{row.cpu_ms / base.cpu_ms:.1f} ×" if base and row.cpu_ms and base.cpu_ms else ""
    spent = f"{row.cpu_ms:.2f}" if row.cpu_ms is not None else ""
    figures = (f"{row.per_second:.0f}", f"{row.p50_ms:.2f}", f"{row.p99_ms:.2f}", spent)
    return (row.name, *figures, row.compared_to or "", throughput, cpu)


def print_table(lines: Sequence[tuple[str, ...]]) -> None:
    """Columns as wide as their widest cell; words to the left, figures to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    for line in lines:
        cells = [
            cell.ljust(width) if column in {0, 5} else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
