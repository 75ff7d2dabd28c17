"""Divide rows over pages, so that no row and no closing block is alone on a page."""

from __future__ import annotations

from collections.abc import Sequence


def plan(heights: Sequence[float], first: float, further: float, reserve: float) -> list[int]:
    """Return the number of rows on each page.

    ``first`` and ``further``: height for rows on the first page and on each later page.
    ``reserve``: height that must stay free below the last row. A single row is alone on a page only
    if this cannot be avoided. The first page may get no row at all if fewer than two fit.
    """
    counts: list[int] = []
    at, available = 0, first
    while True:
        used, count = 0.0, 0
        while at + count < len(heights) and used + heights[at + count] <= available:
            used += heights[at + count]
            count += 1
        left = len(heights) - at - count
        if left == 0:
            if used + reserve <= available:
                return [*counts, count]
            # The rows fit, but the reserve does not: move the last two rows to the next page.
            count -= min(2, count)
            if count == 1:
                count = 0
        elif left == 1:
            count = count - 1 if count > 2 else 0
        if count == 1 and not counts:
            count = 0
        if not count and counts:
            count = 1  # set at least one row, even if it is higher than a page
        counts.append(count)
        at += count
        available = further
        if at == len(heights):
            return counts
