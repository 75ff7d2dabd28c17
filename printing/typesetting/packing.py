"""ReportLab's objects in a small file: object streams and a cross-reference stream (PDF 1.5 on).

ReportLab writes each object in clear, with a table of their places. The tags of a long table are
hundreds of tiny objects; packed, they take a twentieth of the room.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase import pdfdoc

from .tags import Element, serialized

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
LEVEL = 7
"""Of compression: half a per cent smaller than zlib's 6 for a twentieth more time; 9 takes half as
long again."""
_PACK = 500
"""Objects in one object stream: readers unpack a whole stream for one of them."""


class TreeRoot(pdfdoc.PDFObject):
    """Holds the number of the StructTreeRoot; its body is made when all numbers are known."""

    __RefOnly__ = 1

    def __init__(self, root: Element) -> None:
        self.root = root


class Stream(pdfdoc.PDFStream):
    """A stream, compressed unless it shall be read by those who do not read PDF."""

    def __init__(self, content: bytes, *, clear: bool = False, **entries: object) -> None:
        """``entries`` of its dictionary, as ReportLab's objects or written as PDF has them."""
        if not clear:
            content = zlib.compress(content, LEVEL)
            entries["Filter"] = "/FlateDecode"
        super().__init__(pdfdoc.PDFDictionary(entries | {"Length": len(content)}), content)

    def format(self, document: Any) -> bytes:
        """As it stands in the file, but for its number; ReportLab would state its filters anew."""
        entries = [
            b"/%s %s" % (key.encode(), pdfdoc.format(value, document))
            for key, value in self.dictionary.dict.items()
        ]
        return b"<<%s>>\nstream\n%sendstream\n" % (b"".join(entries), self.content)


class FieldDictionary(pdfdoc.PDFDictionary):
    """The document's form field, known by its class when the tags are numbered."""


class PackedDocument(pdfdoc.PDFDocument):
    """A ReportLab document that is written packed."""

    def format(self) -> bytes:
        """The file. Objects come into being while others are written, as in ReportLab."""
        this: Any = self
        catalog = this.Reference(this.Catalog).format(self)
        info = this.Reference(this.info).format(self)
        loose: list[tuple[int, bytes]] = []
        packed: list[tuple[int, bytes]] = []
        tree: tuple[int, TreeRoot] | None = None
        pages = []
        number, field = 1, 0
        while number in this.numberToId:
            body = this.idToObject[this.numberToId[number]]
            if isinstance(body, TreeRoot):
                tree = number, body
            else:
                if isinstance(body, pdfdoc.PDFPage):
                    pages.append(number)
                elif isinstance(body, FieldDictionary):
                    field = number
                written = pdfdoc.format(body, self, 1)
                (loose if isinstance(body, pdfdoc.PDFStream) else packed).append((number, written))
            number += 1
        if tree is not None:
            at, body = tree
            root, nodes = serialized(body.root, at, number, pages, field)
            packed.append((at, root))
            packed += enumerate(nodes, number)
            number += len(nodes)
        return _file(loose, packed, number, b"/Root " + catalog + b"/Info " + info, this.ID())


def _file(
    loose: Sequence[tuple[int, bytes]],
    packed: Sequence[tuple[int, bytes]],
    number: int,
    trailer: bytes,
    identity: bytes,
) -> bytes:
    """The bytes; ``number`` is the first that is free."""
    # Type, place or stream, generation or place within it (ISO 32000-1, 7.5.8).
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    parts, length = [_HEADER], len(_HEADER)

    def add(object_number: int, body: bytes) -> None:
        nonlocal length
        entries[object_number] = (1, length, 0)
        written = b"%d 0 obj\n%s\nendobj\n" % (object_number, body)
        parts.append(written)
        length += len(written)

    for each, body in loose:
        # ReportLab leaves out the line end before it. After a carriage return of the content's own
        # it must be a whole one: else nobody can say where the content ends.
        content = body.rstrip(b"\n").removesuffix(b"endstream")
        add(each, content + (b"\r\nendstream" if content.endswith(b"\r") else b"\nendstream"))
    for start in range(0, len(packed), _PACK):
        group = packed[start : start + _PACK]
        places, offset = [], 0
        for index, (each, body) in enumerate(group):
            entries[each] = (2, number, index)
            places.append(b"%d %d" % (each, offset))
            offset += len(body) + 1
        first = b" ".join(places) + b"\n"
        content = zlib.compress(first + b"\n".join(body for _, body in group), LEVEL)
        head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (
            len(group), len(first), len(content),
        )  # fmt: skip
        add(number, head + b"\nstream\n" + content + b"\r\nendstream")
        number += 1
    entries[number] = (1, length, 0)
    row = struct.Struct(">BHH" if length <= 0xFFFF else ">BIH")
    table = b"".join([row.pack(*entries[each]) for each in range(number + 1)])
    content = zlib.compress(table, LEVEL)
    ids = identity[: identity.index(b"]") + 1].strip()
    head = b"<</Type/XRef/Size %d/W[1 %d 2]/ID %s%s/Filter/FlateDecode/Length %d>>" % (
        number + 1, row.size - 3, ids, trailer, len(content),
    )  # fmt: skip
    start = length
    add(number, head + b"\nstream\n" + content + b"\r\nendstream")
    parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
    return b"".join(parts)
