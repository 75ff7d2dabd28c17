"""The rows of the table, in groups of situations, each pair named.

Read them as the terminal's behaviour. A row is a step, or the reason why nothing happens. Late
touches (a finger still on the page before) and late answers (to a question that a page before
asked) are named pair by pair as well, with the reason made from the pair.
"""

from __future__ import annotations

from . import around, everywhere, home, maintenance, visit
from .row import TABLE, Handled, Ignored, Row

__all__ = [
    "TABLE",
    "Handled",
    "Ignored",
    "Row",
    "around",
    "everywhere",
    "home",
    "maintenance",
    "visit",
]
