"""Parse the dates of cards: YYYYMMDD, blank, or 长期.

For card profiles. An impossible date and a missing one give different results. A damaged date is
never corrected.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from ...identity import LONG_TERM, PartialDate


class DateProblem(Enum):
    """Why a text is not a date."""

    IMPOSSIBLE = "date-impossible"
    """Not eight digits, or a day that does not exist."""


def parse_date(text: str) -> date | DateProblem | None:
    """Parse ``YYYYMMDD``; ``长期`` gives ``LONG_TERM``, blank (or all 0 or F) gives ``None``."""
    text = text.strip(" \0")
    if text == "长期":
        return LONG_TERM
    if not text or set(text) == {"0"} or set(text.upper()) == {"F"}:
        return None
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return DateProblem.IMPOSSIBLE
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return DateProblem.IMPOSSIBLE


def parse_birth(text: str) -> date | PartialDate | DateProblem:
    """Parse ``YYYYMMDD``, in which month or day may be ``00`` (unknown). The year must be known."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return DateProblem.IMPOSSIBLE
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    try:
        if month and day:
            return date(year, month, day)
        # Unknown parts are replaced by values that allow most dates: a leap year, a long month.
        date(year, month or 1, 1)
        date(2000, month or 1, day or 1)
    except ValueError:
        return DateProblem.IMPOSSIBLE
    return PartialDate(year, month or None, day or None)


def local_today() -> date:
    """Return today's date in the station's time zone. A card's last day ends at local midnight."""
    return datetime.now().astimezone().date()
