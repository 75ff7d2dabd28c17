"""pyHanko's reader of PDF files, quicker where objects lie in object streams.

For `printing.seal`. It must read what pyHanko reads: where anything is out of the ordinary,
pyHanko's own way is taken.
"""

from __future__ import annotations

import contextlib
from io import BytesIO
from typing import Any, NamedTuple

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError
from pyhanko.pdf_utils.reader import PdfFileReader


class _Pack(NamedTuple):
    """An object stream, unpacked: where each object begins, and all of it."""

    places: dict[int, int]
    content: bytes


class QuickReader(PdfFileReader):
    """Reads the head of an object stream once; pyHanko reads it for each object within.

    A fifth of a verification's time went into that. Should pyHanko's method get another name, this
    one is not called any more, and everything is read as before.
    """

    def __init__(self, stream: BytesIO, *, strict: bool) -> None:
        self._packs: dict[int, _Pack | None] = {}
        super().__init__(stream, strict=strict)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        if stmnum not in self._packs:
            self._packs[stmnum] = self._pack(stmnum)
        pack = self._packs[stmnum]
        if pack is not None and idnum in pack.places and 0 <= idx < len(pack.places):
            content = BytesIO(pack.content)
            content.seek(pack.places[idnum])
            tools: Any = generic
            with contextlib.suppress(PdfStreamError, PdfReadError):
                return tools.read_object(content, tools.Reference(idnum, 0, self))
        slow: Any = super()
        return slow._get_object_from_stream(idnum, stmnum, idx)

    def _pack(self, number: int) -> _Pack | None:
        """The object stream of that number; ``None`` when it is not as it should be.

        ISO 32000-1, 7.5.7.
        """
        tools: Any = generic
        stream = tools.Reference(number, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            return None
        content, first = stream.data, int(stream["/First"])
        words = content[:first].split()
        if len(words) != 2 * int(stream["/N"]) or not all(map(bytes.isdigit, words)):
            return None
        numbers = list(map(int, words))
        places = dict(zip(numbers[::2], (first + at for at in numbers[1::2]), strict=True))
        return _Pack(places, content) if len(places) == len(words) // 2 else None
