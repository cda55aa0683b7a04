"""A QR code as one SVG path: small, sharp at every size, no picture to fetch."""

from collections.abc import Sequence


def draw_path(modules: Sequence[Sequence[bool]]) -> str:
    """The dark modules as a path of horizontal runs, a unit a module, without the quiet zone.

    `modules` is the matrix without border. Draw it with the macro `qr` of ui/qr.html: stroke-width 1, quiet zone 4
    (ISO/IEC 18004 asks for four light modules on every side).
    """
    runs: list[str] = []
    for y, row in enumerate(modules):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}.5h{x - start}")
            x += 1
    return "".join(runs)
