"""How many pages a PDF has, and how large they are: for a file that is printed as it is.

For the command that prints a file and for the choice among queues. It draws nothing and believes
no tree of pages that goes round in circles.
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
"""More than any printer's tray: a count beyond it is not believed."""
MAX_DEPTH = 32
"""Of the tree of pages; writers of PDFs balance it."""
MAX_NODES = 4 * MAX_PAGES
"""Of that tree. Few levels are not few nodes: each may hold the next one many times."""
MM_A_POINT = 25.4 / 72


def page_count(pdf: bytes) -> int | Fault:
    """The number of pages, 1 to ``MAX_PAGES``, or why there is none to be had."""
    return _read(pdf, lambda root: int(root["/Pages"]["/Count"]))


def page_sizes(pdf: bytes) -> tuple[PageSize, ...] | Fault:
    """The size of each page as it is looked at, in their order, or why there is none to be had."""
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
    node: Any, box: Any, turned: int, found: list[PageSize], depth: int, room: Iterator[int]
) -> None:
    """MediaBox and Rotate are inherited (ISO 32000-1 §7.7.3.4). ``room``: an item for each node."""
    if depth > MAX_DEPTH or len(found) > MAX_PAGES or next(room, None) is None:
        raise ValueError("page tree")
    box, turned = value_of(node, "/MediaBox", box), int(value_of(node, "/Rotate", turned))
    if "/Kids" in node:
        for kid in node["/Kids"]:
            _walk(kid.get_object(), box, turned, found, depth + 1, room)
        return
    left, low, right, high = (float(side) for side in box)
    unit = float(value_of(node, "/UserUnit", 1)) * MM_A_POINT
    across, up = abs(right - left) * unit, abs(high - low) * unit
    found.append(PageSize(up, across) if turned % 180 else PageSize(across, up))
