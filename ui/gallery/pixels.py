"""What a picture really has at a place: the ground behind a text, and the ink on it.

For the gallery's contrast figures. It looks at pixels alone and believes no palette.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from ..look.theme import contrast
from .findings import Box

SPECKS = 5
"""Fewer pixels of a colour than this are the edge of something, not ink."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The commonest colour of a place, and the one that stands out most from it."""

    ground: str
    ink: str
    ratio: float


def sample(picture: QImage, box: Box, ink: str = "") -> Sample | None:
    """Look at ``box`` of the picture; ``None`` where it has no pixel.

    ``ink`` is the colour that the text claims: it is never taken for the ground, however much of
    the place it covers.
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
