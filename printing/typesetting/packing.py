"""Write ReportLab's objects into a small file: object streams and a cross-reference stream.

ReportLab itself writes each object uncompressed, and a cross-reference table. The tags of a long
table are hundreds of tiny objects. In object streams (PDF 1.5) they take a twentieth of the bytes.
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
"""zlib compression level. Compared with the default 6, files are half a per cent smaller and take
a twentieth more time. Level 9 takes half as long again."""
_PACK = 500
"""Objects per object stream. A reader must unpack the whole stream to read one of them."""


class TreeRoot(pdfdoc.PDFObject):
    """Reserves the object number of the StructTreeRoot.

    Its body is written last, when the numbers of all other objects are known.
    """

    __RefOnly__ = 1

    def __init__(self, root: Element) -> None:
        self.root = root


class Stream(pdfdoc.PDFStream):
    """A PDF stream. ``clear``: not compressed, for programs that cannot read PDF."""

    def __init__(self, content: bytes, *, clear: bool = False, **entries: object) -> None:
        """``entries``: entries of the dictionary, as ReportLab objects or in PDF syntax."""
        if not clear:
            content = zlib.compress(content, LEVEL)
            entries["Filter"] = "/FlateDecode"
        super().__init__(pdfdoc.PDFDictionary(entries | {"Length": len(content)}), content)

    def format(self, document: Any) -> bytes:
        """Return the bytes for the file, without the object number.

        Overridden because ReportLab would add its own filters.
        """
        entries = [
            b"/%s %s" % (key.encode(), pdfdoc.format(value, document))
            for key, value in self.dictionary.dict.items()
        ]
        return b"<<%s>>\nstream\n%sendstream\n" % (b"".join(entries), self.content)


class FieldDictionary(pdfdoc.PDFDictionary):
    """The document's form field. `PackedDocument` finds it by this class to number the tags."""


class PackedDocument(pdfdoc.PDFDocument):
    """A ReportLab document written with object streams."""

    def format(self) -> bytes:
        """Return the bytes of the file.

        Writing one object may create further objects, as in ReportLab; the loop writes them too.
        """
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
    """Return the bytes of the file; ``number`` is the first free object number."""
    # Type; offset or object stream; generation or index in the stream (ISO 32000-1, 7.5.8).
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    parts, length = [_HEADER], len(_HEADER)

    def add(object_number: int, body: bytes) -> None:
        nonlocal length
        entries[object_number] = (1, length, 0)
        written = b"%d 0 obj\n%s\nendobj\n" % (object_number, body)
        parts.append(written)
        length += len(written)

    for each, body in loose:
        # ReportLab omits the line end before "endstream". If the content ends with a carriage
        # return, "\n" alone would join it to one line end, and the length would be ambiguous.
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
