"""What the gallery writes down: texts, controls, and what is wrong with them.

For whoever reads ``gallery.json``. Sizes are millimetres on the real screen; places are pixels of
the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

CONTRAST = 7.0
"""WCAG 2.2, 1.4.6 (AAA)."""
LINE_EM = 40.0
"""Longest line, in em: 40 Chinese characters (WCAG 2.2, 1.4.8)."""
ROUNDING_MM = 0.15
"""What whole pixels may take from a length in millimetres (half a pixel on each side)."""


class Kind(StrEnum):
    """What can be wrong."""

    CLIPPED = "clipped"
    """Text that goes beyond the room it has."""
    OUTSIDE = "outside"
    """A part that reaches out of what holds it, or out of the window."""
    OVERLAP = "overlap"
    """Two parts on the same place."""
    SMALL_TEXT = "small_text"
    """Text under the minimum of its mode."""
    LOW_CONTRAST = "low_contrast"
    """Text that does not stand out from its real ground."""
    NOT_PAINTED = "not_painted"
    """Text that a widget says it shows, and the picture does not have."""
    SMALL_TARGET = "small_target"
    """A control smaller than a finger."""
    CLOSE_TARGETS = "close_targets"
    """Two controls with less than the minimum between them."""
    NO_GLYPH = "no_glyph"
    """A character that no font has: a box instead of it."""
    LONG_LINE = "long_line"
    """A line longer than can be read with ease."""
    UNNAMED = "unnamed"
    """A control that a screen reader cannot name."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture in pixels."""

    x: int
    y: int
    w: int
    h: int

    def meets(self, other: Box, slack: int = 1) -> bool:
        """Whether both cover a common place, by more than ``slack`` pixels each way."""
        return (
            min(self.x + self.w, other.x + other.w) - max(self.x, other.x) > slack
            and min(self.y + self.h, other.y + other.h) - max(self.y, other.y) > slack
        )

    def distance(self, other: Box) -> float:
        """Pixels between the two at their nearest; 0 where they touch or meet."""
        across = max(other.x - (self.x + self.w), self.x - (other.x + other.w), 0)
        down = max(other.y - (self.y + self.h), self.y - (other.y + other.h), 0)
        return float((across**2 + down**2) ** 0.5)

    def within(self, other: Box, slack: int = 1) -> bool:
        """Whether it lies inside ``other``, but for ``slack`` pixels."""
        return (
            self.x >= other.x - slack
            and self.y >= other.y - slack
            and self.x + self.w <= other.x + other.w + slack
            and self.y + self.h <= other.y + other.h + slack
        )


@dataclass(frozen=True, slots=True)
class TextSeen:
    """One line of text: its em, and its contrast with the ground that the picture has there."""

    text: str
    widget: str
    em_mm: float
    contrast: float
    ink: str
    ground: str
    box: Box


@dataclass(frozen=True, slots=True)
class ControlSeen:
    """One control."""

    name: str
    text: str
    enabled: bool
    width_mm: float
    height_mm: float
    box: Box


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: what, where, and the figures (``measured`` against ``limit``)."""

    kind: Kind
    where: str
    what: str
    measured: float | None = None
    limit: float | None = None


@dataclass(slots=True)
class Seen:
    """Everything seen in one picture."""

    texts: list[TextSeen] = field(default_factory=list)
    controls: list[ControlSeen] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
