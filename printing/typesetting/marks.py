"""Drawings on a page: the watermark of samples, the tear line."""

from __future__ import annotations

import math

from .font_chain import FontChain
from .sheet import Align, Sheet, outline_path

_PALE = 0.93
"""Gray level of the watermark: visible on white, and pale enough to read text over it."""
_TILT = math.radians(32)


def watermark(sheet: Sheet, chain: FontChain, part: float = 1.0) -> None:
    """Draw 样张 diagonally across the page, below everything else, as a drawing and not as text.

    ``part``: size relative to A4, for smaller paper.
    """
    turn = (math.cos(_TILT), math.sin(_TILT))
    path = f"{_PALE:g} g " + outline_path(chain, "样张", spacing=1150)
    # The two characters are 114 mm long and are centred on the page.
    x = sheet.width / 2 + (12 - 57 * turn[0]) * part
    y = sheet.height / 2 + (57 * turn[1] + 18) * part
    sheet.figure(path, x, y, 0.15 * part, turn)


def tear_line(sheet: Sheet, x: float, y: float, width: float, words: str, size: float) -> None:
    """Draw a dashed line with ``words`` in its middle."""
    gap = sheet.typeface.width(words, size) * 25.4 / 72 + 6
    side = (width - gap) / 2
    for start in (x, x + side + gap):
        sheet.dashed(start, y, side)
    sheet.text(x + width / 2, y + size * 0.12, words, size, Align.CENTRE, gray=0.25)
