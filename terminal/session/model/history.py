"""What the journal tells the maintenance page: the last faults, and what was given out.

For that page and the diagnostic report. Nothing of a person stands in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PastFault:
    """A fault as the journal has it, for the maintenance page. ``at`` is ISO 8601 local time."""

    at: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Total:
    """What was given out of one item in a time: print jobs that may have left paper, the sheets
    they took, copies for phones, and how many of the jobs were reprints."""

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
"""Before they are loaded."""
