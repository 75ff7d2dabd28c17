"""The two editions of every document: the ordinary one, and large print for people to keep."""

from __future__ import annotations

from dataclasses import dataclass

from ..media import Edition


@dataclass(frozen=True, slots=True)
class Style:
    """Geometry in mm, type sizes in points; everything but seal and paper grows with ``scale``."""

    page: tuple[float, float]
    margin: float
    scale: float
    top: float
    footer: float
    """Height of the footer, from its rule to the paper's edge."""
    code: float
    """Side of the QR code."""

    @property
    def left(self) -> float:
        """Left edge of the content."""
        return self.margin

    @property
    def right(self) -> float:
        """Right edge of the content."""
        return self.page[0] - self.margin

    @property
    def width(self) -> float:
        """Width of the content."""
        return self.page[0] - 2 * self.margin

    @property
    def footer_top(self) -> float:
        """Where the footer's rule lies."""
        return self.page[1] - self.footer

    @property
    def bottom(self) -> float:
        """Where content ends."""
        return self.footer_top - 2.5

    @property
    def further_top(self) -> float:
        """Where content begins on further pages, under the running head."""
        return self.top + 5.7 * self.scale

    @property
    def title(self) -> float:
        """The title."""
        return 21 * self.scale

    @property
    def body(self) -> float:
        """Values, headings, the office's name."""
        return 10 * self.scale

    @property
    def cell(self) -> float:
        """Cells of tables and names of values."""
        return 9 * self.scale

    @property
    def note(self) -> float:
        """Notes and small statements."""
        return 8.5 * self.scale

    @property
    def small(self) -> float:
        """Address and numbers in the footer."""
        return 7.5 * self.scale

    @property
    def leading(self) -> float:
        """From line to line of body text."""
        return 4.4 * self.scale

    @property
    def cell_leading(self) -> float:
        """From line to line within a cell."""
        return 3.7 * self.scale

    @property
    def note_leading(self) -> float:
        """From line to line of notes."""
        return 4.3 * self.scale

    @property
    def small_leading(self) -> float:
        """From line to line of the smallest text."""
        return 3.4 * self.scale

    @property
    def padding(self) -> float:
        """Above and below a cell's text."""
        return 0.8 * self.scale

    @property
    def label(self) -> float:
        """Width of a value's name."""
        return 27 * self.scale


STYLES = {
    Edition.STANDARD: Style((210.0, 297.0), 20.0, 1.0, 15.0, 28.0, 18.0),
    # 267 mm are 1.57 times the 170 mm of the ordinary edition: lines break in the same places.
    Edition.LARGE: Style((297.0, 210.0), 15.0, 267 / 170, 13.0, 35.0, 24.0),
}
