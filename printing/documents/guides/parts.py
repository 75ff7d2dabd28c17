"""Parts that several guides share: pictures in a box, the number of a step, lists of services."""

from __future__ import annotations

from collections.abc import Sequence

from ...typesetting.colours import GREEN, WHITE
from ...typesetting.layout import Layout
from ...typesetting.png import png_size
from ...typesetting.sheet import MEDIUM, MM, Align, Colour
from ...typesetting.tags import Element, Role
from .data import Picture

_CAPITAL = 0.35
"""Half the height of a digit, as a multiple of the type size."""
_LEADING = 1.4
"""Distance between baselines of running text, as a multiple of the type size."""


def leading(size: float) -> float:
    """Return the distance between baselines in mm, for a type ``size`` in points."""
    return size * _LEADING / MM


def is_portrait(pictures: Sequence[Picture]) -> bool:
    """Whether the pictures are higher than wide."""
    width, height = png_size(pictures[0].png)
    return height > width


def fitted(picture: Picture, width: float, height: float) -> tuple[float, float]:
    """Return the size in mm of the picture, as large as it can be in this box."""
    width_px, height_px = png_size(picture.png)
    scale = min(width / width_px, height / height_px)
    return width_px * scale, height_px * scale


def number(layout: Layout, x: float, y: float, side: float, text: str) -> None:
    """Set the number of a step in white on a green square, with its top left corner at x, y.

    The text belongs to the current element.
    """
    size = side * 0.68 * MM
    layout.sheet.panel(x, y, side, side, GREEN, side / 5)
    base = y + side / 2 + size * _CAPITAL / MM
    layout.sheet.text(x + side / 2, base, text, size, Align.CENTRE, bold=True, colour=WHITE)


def lines(
    layout: Layout,
    parent: Element,
    role: Role,
    at: tuple[float, float],
    wrapped: Sequence[str],
    size: float,
    *,
    colour: Colour | None = None,
    bold: bool = False,
    weight: float = MEDIUM,
) -> float:
    """Set the lines of one element, the first below ``at``; return the bottom in mm."""
    x, y = at
    with layout.structure.within(role, parent=parent):
        for line in wrapped:
            y += leading(size)
            layout.sheet.text(
                x, y - leading(size) * 0.24, line, size, bold=bold, colour=colour, weight=weight
            )
    return y
