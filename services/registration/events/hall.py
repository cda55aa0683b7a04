"""A ready-made hall, so that a new venue has a floor plan to begin with."""

from typing import Any, NamedTuple

WIDTH, HEIGHT = 616, 376
"""The size of the drawing, in the units that stands are placed in."""


class Place(NamedTuple):
    """Where a stand is drawn."""

    label: str
    x: int
    y: int
    width: int = 104
    height: int = 72


STANDS = (
    Place("1", 16, 16),
    Place("2", 136, 16),
    Place("3", 256, 16),
    Place("4", 376, 16),
    Place("5", 496, 16),
    Place("6", 496, 107),
    Place("7", 496, 197),
    Place("8", 496, 288),
    Place("9", 376, 288),
    Place("10", 256, 288),
    Place("11", 136, 288),
    Place("12", 16, 107),
)
"""Twelve stands along the walls, numbered as one walks past them."""
FEATURES: tuple[dict[str, Any], ...] = (
    {"kind": "area", "label": "waiting", "x": 156, "y": 118, "width": 180, "height": 138},
    {"kind": "area", "label": "interpreters", "x": 352, "y": 118, "width": 108, "height": 138},
    {"kind": "desk", "label": "desk", "x": 16, "y": 226, "width": 76, "height": 30},
    {"kind": "entrance", "label": "", "x": 68, "y": 376, "width": 72, "height": 0},
)
"""What else is drawn; an entrance by its middle on the wall. Pages translate these labels (drawing.py)."""
