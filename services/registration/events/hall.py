"""A ready-made hall, so that a new venue has a floor plan to begin with."""

from typing import Any, NamedTuple

WIDTH, HEIGHT = 640, 400
"""The size of the drawing, in the units that stands are placed in."""


class Place(NamedTuple):
    """Where a stand is drawn."""

    label: str
    x: int
    y: int
    width: int = 104
    height: int = 72


STANDS = (
    Place("1", 28, 28),
    Place("2", 148, 28),
    Place("3", 268, 28),
    Place("4", 388, 28),
    Place("5", 508, 28),
    Place("6", 508, 119),
    Place("7", 508, 209),
    Place("8", 508, 300),
    Place("9", 388, 300),
    Place("10", 268, 300),
    Place("11", 148, 300),
    Place("12", 28, 119),
)
"""Twelve stands along the walls, numbered as one walks past them."""
FEATURES: tuple[dict[str, Any], ...] = (
    {"kind": "area", "label": "waiting", "x": 168, "y": 130, "width": 180, "height": 138},
    {"kind": "area", "label": "interpreters", "x": 364, "y": 130, "width": 108, "height": 138},
    {"kind": "desk", "label": "desk", "x": 28, "y": 238, "width": 76, "height": 30},
    {"kind": "entrance", "label": "entrance", "x": 44, "y": 318, "width": 72, "height": 70},
)
"""What else is drawn. The labels are words that pages translate."""
