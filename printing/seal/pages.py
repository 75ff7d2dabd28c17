"""Read the page tree of a sealed PDF, and the size of each page.

For `printing.seal.content`. Some readers use the stated counts, some follow the /Parent entries,
some follow the /Kids entries from the root. A page tree in which they would find different pages
is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from devices.health import Fault

from ..faults import ACTIVE_CONTENT, NOT_A_PDF
from ..media import PageSize
from ..pdf.file import PdfFile
from ..pdf.syntax import MalformedPdfError, Ref, Value

MAX_PAGES = 100
"""Greatest number of pages of one document; a list of 240 months takes ten."""
MAX_DEPTH = 16
"""Greatest depth of a page tree: writers balance it, so even four levels are rare."""
_POINT_MM = 25.4 / 72
_ACCEPTED_SIDE_MM = (40.0, 450.0)
"""Shortest and longest accepted side of a page: from a card to A3."""
_SAME_BOX_POINTS = 1.0
"""Greatest difference between two boxes that counts as a rounding error."""
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


@dataclass(frozen=True, slots=True)
class Page:
    """One page with its entries, including inherited ones."""

    ref: Ref
    entries: dict[str, Value]


@dataclass(slots=True)
class _Tree:
    file: PdfFile
    nodes: set[Ref] = field(default_factory=set)
    pages: int = 0

    def below(
        self, ref: Value, parent: Ref | None, inherited: dict[str, Value], depth: int
    ) -> Iterator[Page]:
        """Yield the pages of the subtree ``ref``; ``inherited``: entries from its parents."""
        node = self.file.resolve(ref)
        if not isinstance(ref, Ref) or not isinstance(node, dict) or ref in self.nodes:
            raise MalformedPdfError("a page missing from the page tree or listed twice")
        if depth > MAX_DEPTH:
            raise MalformedPdfError(f"a page tree of more than {MAX_DEPTH} levels")
        self.nodes.add(ref)
        if node.get("/Parent") != parent:
            raise MalformedPdfError("a page whose /Parent is not its parent in the tree")
        own = {**inherited, **{key: node[key] for key in _INHERITED if key in node}}
        if "/Kids" not in node:
            self.pages += 1
            if self.pages > MAX_PAGES:
                raise MalformedPdfError(f"more than {MAX_PAGES} pages")
            yield Page(ref, {**own, **node})
            return
        before = self.pages
        for kid in self.file.resolve(node["/Kids"]):
            yield from self.below(kid, ref, own, depth + 1)
        if self.file.resolve(node.get("/Count")) != self.pages - before:
            raise MalformedPdfError("a page tree with a wrong /Count")


def pages(file: PdfFile, root: Value) -> list[Page]:
    """Return the pages below ``root``, in order.

    :raises MalformedPdfError: the page tree is malformed.
    """
    return list(_Tree(file).below(root, None, {}, 0))


def sizes(file: PdfFile, found: list[Page]) -> tuple[PageSize, ...] | Fault:
    """Return the size of each page as displayed, with its rotation, or a fault."""
    measured = []
    for page in found:
        size = _size(file, page.entries)
        if isinstance(size, Fault):
            return size
        measured.append(size)
    return tuple(measured) if measured else NOT_A_PDF.with_detail("no pages")


def _size(file: PdfFile, page: dict[str, Value]) -> PageSize | Fault:
    media = _box(file, page, "/MediaBox")
    if media is None:
        return NOT_A_PDF.with_detail("a page without a size")
    for key in ("/CropBox", "/TrimBox"):
        box = _box(file, page, key) or media
        if any(abs(a - b) > _SAME_BOX_POINTS for a, b in zip(box, media, strict=True)):
            # The screen shows only the crop box. CUPS centres the trim box on the paper, and also
            # prints content outside of both boxes.
            return ACTIVE_CONTENT.with_detail(f"{key} of a page cuts part of it off")
    width, height = ((media[i + 2] - media[i]) * _POINT_MM for i in (0, 1))
    shortest, longest = _ACCEPTED_SIDE_MM
    if not (shortest <= min(width, height) and max(width, height) <= longest):
        return NOT_A_PDF.with_detail(f"a page of {width:.0f} × {height:.0f} mm")
    if int(file.resolve(page.get("/Rotate")) or 0) % 180:
        width, height = height, width
    return PageSize(round(width, 1), round(height, 1))


def _box(file: PdfFile, page: dict[str, Value], key: str) -> tuple[float, ...] | None:
    """Return the box as left, bottom, right, top; ``None`` if the page does not have it."""
    box = file.resolve(page.get(key))
    if box is None:
        return None
    left, bottom, right, top = (float(side) for side in box)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)
