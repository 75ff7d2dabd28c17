"""Paper by its PWG name (PWG 5101.1), which tells its size: `iso_a4_210x297mm`.

For the choice among a terminal's queues and for the configuration. A name whose size cannot be
read is no paper; nothing here guesses. The editions of a document are here too, because the session
and the platform's messages name them, and printing.documents is slow to import.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

A4 = "iso_a4_210x297mm"
"""The paper that a printer has unless it is set otherwise."""
MEDIA_NAME = r"^[a-z0-9.-]+_[a-z0-9.-]+_[0-9.]+x[0-9.]+(mm|in)\Z"
"""A self-describing size (PWG 5101.1 §5)."""
TOLERANCE_MM = 1.5
"""Programs round a page to whole points, names to whole millimetres or hundredths of an inch."""
_SIZE = re.compile(r"_([0-9]{1,4}(?:\.[0-9]{1,3})?)x([0-9]{1,4}(?:\.[0-9]{1,3})?)(mm|in)\Z")
_ROLL = "roll_"
_MM = {"mm": 1.0, "in": 25.4}


class Edition(StrEnum):
    """Which setting of the same content."""

    STANDARD = "standard"
    LARGE = "large"
    """Large print: body 15.7 pt, nothing below 11 pt, on A4 across."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """In millimetres, as the page is looked at: its rotation is applied."""

    width_mm: float
    height_mm: float

    @property
    def landscape(self) -> bool:
        """Whether it is wider than high."""
        return self.width_mm > self.height_mm


def media_size(name: str) -> PageSize | None:
    """Width and height in millimetres, as the name has them; ``None`` where it tells none."""
    found = _SIZE.search(name)
    if found is None:
        return None
    width, height = (float(found[side]) * _MM[found[3]] for side in (1, 2))
    return PageSize(width, height) if width > 0 and height > 0 else None


def media_of(page: PageSize) -> str:
    """The name of the paper that is as large as the page: A4's own, or one made of the size."""
    if fits([page], A4):
        return A4
    width, height = _sides(page)
    return f"custom_page_{width:.1f}x{height:.1f}mm"


def is_roll(media: str) -> bool:
    """Whether it is paper of any length up to the one that is named."""
    return media.startswith(_ROLL)


def strip_of(pages: Sequence[PageSize]) -> str:
    """The name of as much of a roll as the longest page takes (one at least): all of the roll's
    named length would come out, blank behind a short strip."""
    width, length = (
        max(getattr(page, side) for page in pages) for side in ("width_mm", "height_mm")
    )
    return f"custom_strip_{width:.1f}x{length:.1f}mm"


def same_size(one: PageSize, other: PageSize) -> bool:
    """Whether they are one size of paper, whichever way up a page is looked at."""
    pairs = zip(_sides(one), _sides(other), strict=True)
    return all(abs(mine - yours) <= TOLERANCE_MM for mine, yours in pairs)


def fits(pages: Sequence[PageSize], media: str) -> bool:
    """Whether every page is of this paper's size; a roll is as wide as a page, and as long or
    longer (``roll_max_80x297mm``, PWG 5101.1 §5.1)."""
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
