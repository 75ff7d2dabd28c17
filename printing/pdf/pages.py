"""Count and measure the pages of a PDF that is printed unchanged.

For the command that prints a file, and to choose a print queue. A page tree with a cycle is
refused.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from devices.health import Fault

from ..faults import NOT_A_PDF
from ..media import PageSize
from .limits import MAX_BYTES
from .objects import value_of

MAX_PAGES = 1000
"""Greatest number of pages: more than any printer tray holds."""
MAX_DEPTH = 32
"""Greatest depth of the page tree. PDF writers balance it, so it is much less."""
MAX_NODES = 4 * MAX_PAGES
"""Greatest number of nodes of the page tree. `MAX_DEPTH` alone does not limit it: each node may
contain the next one many times."""
MM_A_POINT = 25.4 / 72


def page_count(pdf: bytes) -> int | Fault:
    """Return the number of pages, 1 to ``MAX_PAGES``, or ``NOT_A_PDF``."""
    return _read(pdf, lambda root: int(root["/Pages"]["/Count"]))


def page_sizes(pdf: bytes) -> tuple[PageSize, ...] | Fault:
    """Return the size of each page as displayed, with its rotation, or ``NOT_A_PDF``."""
    found: list[PageSize] = []

    def collect(root: Any) -> int:
        _walk(root["/Pages"], None, 0, found, 0, iter(range(MAX_NODES)))
        return len(found)

    counted = _read(pdf, collect)
    return counted if isinstance(counted, Fault) else tuple(found)


def _read(pdf: bytes, ask: Callable[[Any], int]) -> int | Fault:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from .parse_errors import PARSE_ERRORS

    if len(pdf) > MAX_BYTES:
        return NOT_A_PDF.with_detail(f"{len(pdf)} bytes, {MAX_BYTES} are accepted")
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        if reader.encrypted:
            return NOT_A_PDF.with_detail("encrypted")
        count = ask(reader.root)
    except PARSE_ERRORS as error:
        return NOT_A_PDF.with_detail(type(error).__name__)
    if not 1 <= count <= MAX_PAGES:
        return NOT_A_PDF.with_detail(f"{count} pages")
    return count


def _walk(
    node: Any, box: Any, turned: int, found: list[PageSize], depth: int, budget: Iterator[int]
) -> None:
    """Add the sizes of the pages below ``node`` to ``found``.

    ``box`` and ``turned``: MediaBox and Rotate of the parent, which nodes inherit (ISO 32000-1
    §7.7.3.4). ``budget``: has one item for each node that may still be read.
    """
    if depth > MAX_DEPTH or len(found) > MAX_PAGES or next(budget, None) is None:
        raise ValueError("page tree")
    box, turned = value_of(node, "/MediaBox", box), int(value_of(node, "/Rotate", turned))
    if "/Kids" in node:
        for kid in node["/Kids"]:
            _walk(kid.get_object(), box, turned, found, depth + 1, budget)
        return
    left, low, right, high = (float(side) for side in box)
    unit = float(value_of(node, "/UserUnit", 1)) * MM_A_POINT
    across, up = abs(right - left) * unit, abs(high - low) * unit
    found.append(PageSize(up, across) if turned % 180 else PageSize(across, up))
