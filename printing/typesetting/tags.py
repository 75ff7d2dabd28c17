"""The structure of a document for those who hear it: titles, lists, tables (ISO 32000-1, 14.7).

The layouts name what they set; the writer puts the tree into the file. Everything that is set
under no name is page furniture (an artifact) and is not read out.
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
    PARAGRAPH = "P"
    TABLE = "Table"
    ROW = "TR"
    HEAD_CELL = "TH"
    CELL = "TD"
    LIST = "L"
    LIST_ITEM = "LI"
    LIST_BODY = "LBody"
    FIGURE = "Figure"
    FORM = "Form"


_PLACES = frozenset({Role.HEAD_CELL, Role.CELL})
"""An empty cell is one all the same: without it the next would be read under the wrong head."""


@dataclass(frozen=True, slots=True)
class Field:
    """The document's form field, as a kid of the node that tells where it is read."""

    page: int


class Element:
    """One node; its kids are further nodes, pieces of text by page and number on it, the field."""

    __slots__ = ("attributes", "kids", "number", "parent", "role")

    def __init__(self, role: Role, parent: Element | None, attributes: str = "") -> None:
        """``attributes``: further entries of the node, as PDF names and values."""
        self.role = role
        self.attributes = attributes
        self.parent = parent
        self.kids: list[Element | Field | tuple[int, int]] = []
        self.number = 0
        if parent is not None:
            parent.kids.append(self)

    @property
    def stands(self) -> bool:
        """Whether it stands in the file: it holds anything, or keeps its place in a row."""
        return bool(self.kids) or self.role in _PLACES


class Structure:
    """The tree while it grows, and the node that text belongs to now (``None``: furniture)."""

    def __init__(self) -> None:
        self.root = Element(Role.DOCUMENT, None)
        self.current: Element | None = None

    @contextmanager
    def within(
        self, role: Role, attributes: str = "", parent: Element | None = None
    ) -> Iterator[Element]:
        """Text set inside belongs to a new node, under ``parent`` or the current one."""
        outer = self.current
        self.current = element = Element(role, parent or outer or self.root, attributes)
        try:
            yield element
        finally:
            self.current = outer

    @contextmanager
    def furniture(self) -> Iterator[None]:
        """Text set inside is not read out."""
        outer = self.current
        self.current = None
        try:
            yield
        finally:
            self.current = outer


def of_cell(entries: str) -> str:
    """The attributes of a table's cell (ISO 32000-1, table 349) as entries of its node."""
    return f"/A<</O/Table{entries}>>" if entries else ""


def of_figure(words: str, box: Sequence[float]) -> str:
    """What a figure says to those who do not see it, and where it stands, as entries of its node.

    ``box`` in points on its page.
    """
    said = words.encode("utf-16-be").hex().upper()
    corners = " ".join([f"{value:.2f}" for value in box])
    return f"/Alt<FEFF{said}>/A<</O/Layout/BBox[{corners}]>>"


def serialized(
    root: Element, number: int, first: int, pages: list[int], field: int
) -> tuple[bytes, list[bytes]]:
    """The tree as PDF objects: the StructTreeRoot's body, and the bodies of its nodes.

    ``number`` is the root object's own, ``first`` that of the first node; the others follow.
    ``pages`` are the object numbers of the pages, whose /StructParents is their index; ``field``
    is that of the form field, whose /StructParent is the next (0: there is none).
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
        if len(kids) == 1 and isinstance(kids[0], tuple):  # most are: a cell and its text
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
    """The nodes that stand in the file, each before its kids, numbered from ``first``."""
    order: list[Element] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.stands:
            element.number = first + len(order)
            order.append(element)
            waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]
    return order


def _kids(element: Element, pages: list[int], parents: list[dict[int, int]], field: int) -> str:
    """/Pg and /K of a node with several kids, and the node's place in the parent tree."""
    page: int | None = None
    kids = []
    for kid in element.kids:
        if isinstance(kid, Element):
            if kid.stands:
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
        else:  # a text that goes on on the next page
            kids.append(f"<</Type/MCR/Pg {pages[at]} 0 R/MCID {mark}>>")
    shown = "" if page is None else f"/Pg {pages[page]} 0 R"
    return f"{shown}/K[{' '.join(kids)}]>>"
