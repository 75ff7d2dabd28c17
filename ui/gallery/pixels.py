"""Measures the colours of a picture at a place: the background of a text, and the text on it.

Used for the gallery's contrast figures. It uses only the pixels, not the colours of the theme.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from ..look.theme import contrast
from .findings import Box

SPECKS = 5
"""A colour with fewer pixels than this is a smoothed edge, not the colour of the text."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The most frequent colour of a place, and the colour with the most contrast to it."""

    ground: str
    ink: str
    ratio: float


def sample(picture: QImage, box: Box, ink: str = "") -> Sample | None:
    """Measure ``box`` of the picture; return ``None`` if it has no pixel.

    ``ink`` is the colour that the text should have. It is never taken for the background, even if
    it covers most of the place.
    """
    rect = QRect(box.x, box.y, box.w, box.h).intersected(picture.rect())
    if rect.isEmpty():
        return None
    part = picture.copy(rect).convertToFormat(QImage.Format.Format_RGB32)
    counts = Counter(memoryview(part.constBits()).cast("I"))
    colours = [(f"#{value & 0xFFFFFF:06X}", count) for value, count in counts.most_common()]
    ground = next((colour for colour, _ in colours if colour != ink.upper()), colours[0][0])
    strongest, ratio = ground, 1.0
    for colour, count in colours:
        if count < SPECKS:
            break
        against = contrast(colour, ground)
        if against > ratio:
            strongest, ratio = colour, against
    return Sample(ground, strongest, ratio)
