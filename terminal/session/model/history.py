"""What the journal reports to the maintenance page: the last faults, and the totals.

For that page and the diagnostic report. It holds no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PastFault:
    """A fault from the journal, for the maintenance page. ``at`` is ISO 8601 local time."""

    at: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Total:
    """How often one item was printed or copied in a period.

    ``jobs`` are the print jobs that may have used paper, ``sheets`` the sheets that they used,
    ``copies`` the copies for phones, ``reprints`` how many of the jobs were reprints.
    """

    item: str
    jobs: int
    sheets: int
    copies: int
    reprints: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals by item since midnight and of the last 30 days, the busiest item first."""

    today: tuple[Total, ...] = ()
    month: tuple[Total, ...] = ()


NO_TOTALS = Totals()
"""The totals before they are loaded."""
