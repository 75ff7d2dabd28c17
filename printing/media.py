"""Paper by its PWG name (PWG 5101.1), which contains its size: `iso_a4_210x297mm`.

Used to choose among a terminal's queues and to check the configuration. A name without a readable
size is refused; sizes are never guessed. The editions of a document are here too, because the
session and the platform's messages name them, and printing.documents is slow to import.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

A4 = "iso_a4_210x297mm"
"""The default paper of a printer."""
MEDIA_NAME = r"^[a-z0-9.-]+_[a-z0-9.-]+_[0-9.]+x[0-9.]+(mm|in)\Z"
"""A self-describing size (PWG 5101.1 §5)."""
TOLERANCE_MM = 1.5
"""Largest difference between equal sizes. Programs round a page to whole points, and names round to
whole millimetres or hundredths of an inch."""
_SIZE = re.compile(r"_([0-9]{1,4}(?:\.[0-9]{1,3})?)x([0-9]{1,4}(?:\.[0-9]{1,3})?)(mm|in)\Z")
_ROLL = "roll_"
_MM = {"mm": 1.0, "in": 25.4}


class Edition(StrEnum):
    """The edition of a document. Both editions have the same content."""

    STANDARD = "standard"
    LARGE = "large"
    """Large print on A4 landscape: body text 15.7 pt, no text below 11 pt."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page's size in millimetres, its rotation applied."""

    width_mm: float
    height_mm: float

    @property
    def landscape(self) -> bool:
        """Whether the page is wider than high."""
        return self.width_mm > self.height_mm


def media_size(name: str) -> PageSize | None:
    """Return the size that the name contains, in millimetres; ``None`` if it contains none."""
    found = _SIZE.search(name)
    if found is None:
        return None
    width, height = (float(found[side]) * _MM[found[3]] for side in (1, 2))
    return PageSize(width, height) if width > 0 and height > 0 else None


def media_of(page: PageSize) -> str:
    """Return the name of paper of the page's size: A4's, or a custom name with the size."""
    if fits([page], A4):
        return A4
    width, height = _sides(page)
    return f"custom_page_{width:.1f}x{height:.1f}mm"


def is_roll(media: str) -> bool:
    """Whether the paper is a roll: any length up to the one in its name."""
    return media.startswith(_ROLL)


def strip_of(pages: Sequence[PageSize]) -> str:
    """Return the name of a piece of a roll that is as long as the longest page (at least one page).

    With the roll's own name, its full length would come out, with blank paper after a short page.
    """
    width, length = (
        max(getattr(page, side) for page in pages) for side in ("width_mm", "height_mm")
    )
    return f"custom_strip_{width:.1f}x{length:.1f}mm"


def same_size(one: PageSize, other: PageSize) -> bool:
    """Whether two pages have the same size; portrait and landscape are equal."""
    pairs = zip(_sides(one), _sides(other), strict=True)
    return all(abs(mine - yours) <= TOLERANCE_MM for mine, yours in pairs)


def fits(pages: Sequence[PageSize], media: str) -> bool:
    """Whether every page has this paper's size.

    A page fits a roll if it is as wide as the roll and at most as long (``roll_max_80x297mm``,
    PWG 5101.1 §5.1).
    """
    size = media_size(media)
    if size is None:
        return False
    if is_roll(media):
        return all(
            abs(page.width_mm - size.width_mm) <= TOLERANCE_MM
            and page.height_mm <= size.height_mm + TOLERANCE_MM
            for page in pages
        )
    return all(same_size(page, size) for page in pages)


def _sides(size: PageSize) -> tuple[float, float]:
    return min(size.width_mm, size.height_mm), max(size.width_mm, size.height_mm)
