"""What the gallery records: texts, controls, and what is wrong with them.

The records are written to ``gallery.json``. Sizes are millimetres on the real screen; places are
pixels of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

LINE_EM = 40.0
"""Longest line, in em: 40 Chinese characters (WCAG 2.2, 1.4.8)."""
ROUNDING_MM = 0.15
"""Tolerance for lengths in millimetres: rounding to whole pixels may take half a pixel on each
side."""


class Kind(StrEnum):
    """Kinds of findings."""

    CLIPPED = "clipped"
    """Text that does not fit into its widget."""
    OUTSIDE = "outside"
    """A part that extends beyond its parent or the window."""
    OVERLAP = "overlap"
    """Two parts in the same place."""
    SMALL_TEXT = "small_text"
    """Text smaller than the minimum of its mode."""
    LOW_CONTRAST = "low_contrast"
    """Text with less contrast to the background in the picture than its theme promises."""
    NOT_PAINTED = "not_painted"
    """Text that a widget reports but the picture does not show."""
    SMALL_TARGET = "small_target"
    """A control smaller than the minimum touch target."""
    CLOSE_TARGETS = "close_targets"
    """Two controls that are closer to each other than the minimum."""
    TREMOR = "tremor"
    """A control beside which a trembling finger presses another one too often."""
    OUT_OF_REACH = "out_of_reach"
    """A control too high or too low for a person in a wheelchair, on a screen set up for low
    reach."""
    NO_GLYPH = "no_glyph"
    """A character that no font has; a box is shown instead."""
    LONG_LINE = "long_line"
    """A line that is too long to read with ease."""
    UNNAMED = "unnamed"
    """A control without a name for screen readers."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture in pixels."""

    x: int
    y: int
    w: int
    h: int

    def meets(self, other: Box, slack: int = 1) -> bool:
        """Return whether the two overlap by more than ``slack`` pixels in both directions."""
        return (
            min(self.x + self.w, other.x + other.w) - max(self.x, other.x) > slack
            and min(self.y + self.h, other.y + other.h) - max(self.y, other.y) > slack
        )

    def distance(self, other: Box) -> float:
        """Return the distance of the two in pixels; 0 if they touch or overlap."""
        across = max(other.x - (self.x + self.w), self.x - (other.x + other.w), 0)
        down = max(other.y - (self.y + self.h), self.y - (other.y + other.h), 0)
        return float((across**2 + down**2) ** 0.5)

    def within(self, other: Box, slack: int = 1) -> bool:
        """Return whether this box is inside ``other``, with a tolerance of ``slack`` pixels."""
        return (
            self.x >= other.x - slack
            and self.y >= other.y - slack
            and self.x + self.w <= other.x + other.w + slack
            and self.y + self.h <= other.y + other.h + slack
        )


@dataclass(frozen=True, slots=True)
class TextSeen:
    """One line of text: its em, and its contrast to the background in the picture."""

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
    """One defect: its kind, its place, and the figures (``measured`` against ``limit``)."""

    kind: Kind
    where: str
    what: str
    measured: float | None = None
    limit: float | None = None


@dataclass(slots=True)
class Seen:
    """All records of one picture."""

    texts: list[TextSeen] = field(default_factory=list)
    controls: list[ControlSeen] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
