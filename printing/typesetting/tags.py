"""The tags of a document, for screen readers: titles, lists, tables (ISO 32000-1, 14.7).

The layouts assign each text to an element; the writer puts the tree of elements into the file. Text
that belongs to no element is an artifact, such as a page number, and is not read out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Standard structure types."""

    DOCUMENT = "Document"
    TITLE = "H1"
    HEADING = "H2"
    SUBHEADING = "H3"
    PARAGRAPH = "P"
    TABLE = "Table"
    ROW = "TR"
    HEAD_CELL = "TH"
    CELL = "TD"
    LIST = "L"
    LIST_ITEM = "LI"
    LIST_BODY = "LBody"
    FIGURE = "Figure"
    SPAN = "Span"
    FORM = "Form"


_KEPT_IF_EMPTY = frozenset({Role.HEAD_CELL, Role.CELL})
"""Empty cells are written too: without them the next cell would be read under the wrong head."""


@dataclass(frozen=True, slots=True)
class Field:
    """The document's form field. The parent element determines when it is read out."""

    page: int


class Element:
    """One element of the tree.

    Its kids are other elements, pieces of text (page index, number on the page), or the field.
    """

    __slots__ = ("attributes", "kids", "number", "parent", "role")

    def __init__(self, role: Role, parent: Element | None, attributes: str = "") -> None:
        """``attributes``: further entries of the element's dictionary, in PDF syntax."""
        self.role = role
        self.attributes = attributes
        self.parent = parent
        self.kids: list[Element | Field | tuple[int, int]] = []
        self.number = 0
        if parent is not None:
            parent.kids.append(self)

    @property
    def is_written(self) -> bool:
        """Whether the element is written to the file: it has kids or is a table cell."""
        return bool(self.kids) or self.role in _KEPT_IF_EMPTY


class Structure:
    """The tree of elements, and the ``current`` element of the text (``None``: an artifact)."""

    def __init__(self) -> None:
        self.root = Element(Role.DOCUMENT, None)
        self.current: Element | None = None

    @contextmanager
    def within(
        self, role: Role, attributes: str = "", parent: Element | None = None
    ) -> Iterator[Element]:
        """Assign the text set inside to a new element, under ``parent`` or the current element."""
        outer = self.current
        self.current = element = Element(role, parent or outer or self.root, attributes)
        try:
            yield element
        finally:
            self.current = outer

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark the text set inside as an artifact, which is not read out."""
        outer = self.current
        self.current = None
        try:
            yield
        finally:
            self.current = outer


def of_cell(entries: str) -> str:
    """Return the ``attributes`` of a table cell (ISO 32000-1, table 349)."""
    return f"/A<</O/Table{entries}>>" if entries else ""


def of_figure(words: str, box: Sequence[float]) -> str:
    """Return the ``attributes`` of a figure: its text for screen readers, and its place.

    ``box``: rectangle on its page, in points.
    """
    alternative = words.encode("utf-16-be").hex().upper()
    corners = " ".join([f"{value:.2f}" for value in box])
    return f"/Alt<FEFF{alternative}>/A<</O/Layout/BBox[{corners}]>>"


def serialized(
    root: Element, number: int, first: int, pages: list[int], field: int
) -> tuple[bytes, list[bytes]]:
    """Return the tree as PDF objects: the body of the StructTreeRoot, and those of its elements.

    ``number``: object number of the StructTreeRoot. ``first``: that of the first element; the
    others follow. ``pages``: those of the pages, whose /StructParents is their index. ``field``:
    that of the form field, or 0 if there is none; its /StructParent is the number of pages.
    """
    order = _numbered(root, first)
    parents: list[dict[int, int]] = [{} for _ in pages]
    bodies = []
    for element in order:
        above = number if element.parent is None else element.parent.number
        head = f"<</S/{element.role}/P {above} 0 R"
        if element.attributes:
            head += element.attributes
        kids = element.kids
        if len(kids) == 1 and isinstance(kids[0], tuple):  # most elements: a cell with one text
            at, mark = kids[0]
            parents[at][mark] = element.number
            bodies.append(f"{head}/Pg {pages[at]} 0 R/K {mark}>>")
        elif not kids:
            bodies.append(head + ">>")
        else:
            bodies.append(head + _kids(element, pages, parents, field))
    entries = " ".join(
        f"{at} [{' '.join([f'{marks[mark]} 0 R' for mark in sorted(marks)])}]"
        for at, marks in enumerate(parents)
    )
    if field:
        form = next(each for each in order if each.role is Role.FORM)
        entries += f" {len(pages)} {form.number} 0 R"
    tree = (
        f"<</Type/StructTreeRoot/K {first} 0 R/ParentTreeNextKey {len(pages) + 1}"
        f"/ParentTree<</Nums[{entries}]>>>>"
    )
    return tree.encode("ascii"), [body.encode("ascii") for body in bodies]


def _numbered(root: Element, first: int) -> list[Element]:
    """Return the elements to write, each before its kids, and number them from ``first``."""
    order: list[Element] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.is_written:
            element.number = first + len(order)
            order.append(element)
            waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]
    return order


def _kids(element: Element, pages: list[int], parents: list[dict[int, int]], field: int) -> str:
    """Return /Pg and /K of an element with several kids, and add its texts to ``parents``."""
    page: int | None = None
    kids = []
    for kid in element.kids:
        if isinstance(kid, Element):
            if kid.is_written:
                kids.append(f"{kid.number} 0 R")
            continue
        if isinstance(kid, Field):
            kids.append(f"<</Type/OBJR/Obj {field} 0 R/Pg {pages[kid.page]} 0 R>>")
            continue
        at, mark = kid
        parents[at][mark] = element.number
        if page is None:
            page = at
        if at == page:
            kids.append(str(mark))
        else:  # a text that continues on the next page
            kids.append(f"<</Type/MCR/Pg {pages[at]} 0 R/MCID {mark}>>")
    shown = "" if page is None else f"/Pg {pages[page]} 0 R"
    return f"{shown}/K[{' '.join(kids)}]>>"
