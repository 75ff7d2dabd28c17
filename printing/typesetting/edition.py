"""The sizes of type and paper: the two editions of every document, and the printed guides."""

from __future__ import annotations

from dataclasses import dataclass

from ..media import Edition


@dataclass(frozen=True, slots=True)
class Style:
    """The measures of an edition: lengths in mm, type sizes in points.

    Everything is multiplied by ``scale``, except the paper and the place for the seal.
    """

    page: tuple[float, float]
    margin: float
    scale: float
    top: float
    footer: float
    """Height of the footer, from its rule to the edge of the paper."""
    code: float
    """Side of the QR code."""
    emphasis: float = 1.0
    """Type size of the headings of sections, as a multiple of body text."""

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
        """Position of the footer's rule, from the top."""
        return self.page[1] - self.footer

    @property
    def bottom(self) -> float:
        """Lower limit of the content, from the top."""
        return self.footer_top - 2.5

    @property
    def further_top(self) -> float:
        """Upper limit of the content on the second and later pages, below the running head."""
        return self.top + 5.7 * self.scale

    @property
    def title(self) -> float:
        """Type size of the title."""
        return 21 * self.scale

    @property
    def body(self) -> float:
        """Type size of values, headings and the name of the office."""
        return 10 * self.scale

    @property
    def heading(self) -> float:
        """Type size of the headings of sections."""
        return self.body * self.emphasis

    @property
    def cell(self) -> float:
        """Type size of table cells and of the names of values."""
        return 9 * self.scale

    @property
    def note(self) -> float:
        """Type size of notes."""
        return 8.5 * self.scale

    @property
    def small(self) -> float:
        """Type size of the address and the numbers in the footer."""
        return 7.5 * self.scale

    @property
    def leading(self) -> float:
        """Distance between the baselines of body text."""
        return 4.4 * self.scale

    @property
    def cell_leading(self) -> float:
        """Distance between the baselines in a table cell."""
        return 3.7 * self.scale

    @property
    def note_leading(self) -> float:
        """Distance between the baselines of notes."""
        return 4.3 * self.scale

    @property
    def small_leading(self) -> float:
        """Distance between the baselines of the smallest text."""
        return 3.4 * self.scale

    @property
    def padding(self) -> float:
        """Space above and below the text of a cell."""
        return 0.8 * self.scale

    @property
    def label(self) -> float:
        """Width of the column for the name of a value."""
        return 27 * self.scale


STYLES = {
    Edition.STANDARD: Style((210.0, 297.0), 20.0, 1.0, 15.0, 28.0, 18.0),
    # 267 mm are 1.57 times the 170 mm of the standard edition, so lines break in the same places.
    Edition.LARGE: Style((297.0, 210.0), 15.0, 267 / 170, 13.0, 35.0, 24.0),
}

NO_CODE = 0.0
"""Guides have no QR code."""
POSTER = Style((297.0, 420.0), 20.0, 2.6, 15.0, 22.0, NO_CODE, emphasis=1.35)
"""A3 portrait, read from a metre away: body text 26 pt, no text below 19.5 pt. At that distance
26 pt look as large as 10 pt at arm's length."""
LEAFLET = Style((210.0, 297.0), 17.0, 1.7, 17.0, 26.0, NO_CODE, emphasis=1.3)
"""A4 portrait in large print: body text 17 pt, no text below 12.7 pt. Guidelines for large print
ask for 16 to 18 pt."""
STAFF_GUIDE = Style((210.0, 297.0), 17.0, 1.15, 15.0, 18.5, NO_CODE, emphasis=1.4)
"""A4 portrait, for reading at a desk: body text 11.5 pt."""
