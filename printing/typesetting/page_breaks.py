"""How rows spread over pages: none alone, and never the last words without company."""

from __future__ import annotations

from collections.abc import Sequence


def plan(heights: Sequence[float], first: float, further: float, reserve: float) -> list[int]:
    """How many rows stand on each page.

    ``first`` and ``further`` are the room for rows on the first and on each further page,
    ``reserve`` what must stay free under the last row. No page but one that cannot help it holds
    a single row beside others; a page may hold none when there is no room for two.
    """
    counts: list[int] = []
    at, room = 0, first
    while True:
        used, count = 0.0, 0
        while at + count < len(heights) and used + heights[at + count] <= room:
            used += heights[at + count]
            count += 1
        left = len(heights) - at - count
        if left == 0:
            if used + reserve <= room:
                return [*counts, count]
            # The rows fit, what follows them does not: take the last rows along to it.
            count -= min(2, count)
            if count == 1:
                count = 0
        elif left == 1:
            count = count - 1 if count > 2 else 0
        if count == 1 and not counts:
            count = 0
        if not count and counts:
            count = 1  # a row higher than a page: it is set all the same
        counts.append(count)
        at += count
        room = further
        if at == len(heights):
            return counts
