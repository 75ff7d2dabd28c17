"""Dates as cards write them: YYYYMMDD, blank, or 长期.

For card profiles. A date that does not exist is told apart from one that is not there; nothing
here guesses what a damaged date may have been.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from ...identity import LONG_TERM, PartialDate


class DateProblem(Enum):
    """Why a text is not a date."""

    IMPOSSIBLE = "date-impossible"
    """Not eight digits, or a day that no calendar has."""


def parse_date(text: str) -> date | DateProblem | None:
    """Read ``YYYYMMDD``; ``长期`` gives ``LONG_TERM``, blank (or all 0 or F) gives ``None``."""
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
    """Read ``YYYYMMDD`` in which month or day may be ``00`` for unknown; the year must be known."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return DateProblem.IMPOSSIBLE
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    try:
        if month and day:
            return date(year, month, day)
        # A leap year and a long month stand in for what is unknown: they refuse least.
        date(year, month or 1, 1)
        date(2000, month or 1, day or 1)
    except ValueError:
        return DateProblem.IMPOSSIBLE
    return PartialDate(year, month or None, day or None)


def local_today() -> date:
    """Today in the station's own time zone (a card's last day ends at local midnight)."""
    return datetime.now().astimezone().date()
