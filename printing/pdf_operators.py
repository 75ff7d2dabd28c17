"""The operators of a page or form, compared with their grammar (ISO 32000-1, annex A).

For `printing.seal_drawing`. Readers disagree about operators that break the grammar: some go on,
some stop, some forget what was saved. So nothing but known operators with their operands passes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from .pdf_syntax import MalformedPdfError

MAX_INLINE_PIXELS = 1_000_000
"""Pixels of an image within operators; the standard asks for 4 kB at most."""
MAX_INLINE_ENTRIES = 400
"""Bytes of the entries of such an image."""
MAX_SAVED = 256
"""Graphics states saved within each other: the standard lets a reader stop at 28, few do."""

_W = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*+)"
_END = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
_NUMBER = rb"(?:[+-]?+(?:\d++\.?+\d*+|\.\d++)" + _END + _W + rb"*+)"
_NAME = rb"(?:/[^\0\t\n\f\r ()<>\[\]{}/%]*+" + _W + rb"*+)"
_TEXT = rb"(?:[^()\\]|\\.)*+"
_INNER = rb"\((?:[^()\\]|\\.|\(" + _TEXT + rb"\))*+\)"
_STRING = (
    rb"(?:\((?:[^()\\]|\\.|" + _INNER + rb")*+\)" + _W + rb"*+|<[0-9A-Fa-f\0\t\n\f\r ]*+>" + _W
    + rb"*+)"
)  # fmt: skip
_SIMPLE = (
    rb"(?:"
    + _NUMBER
    + rb"|"
    + _NAME
    + rb"|"
    + _STRING
    + rb"|(?:true|false|null)"
    + _END
    + _W
    + rb"*+)"
)
_ARRAY = rb"(?:\[" + _W + rb"*+(?:" + _SIMPLE + rb")*+\]" + _W + rb"*+)"
_ENTRY = _NAME + rb"(?:" + _SIMPLE + rb"|" + _ARRAY + rb")"
_DICTIONARY = rb"(?:<<" + _W + rb"*+(?:" + _ENTRY + rb")*+>>" + _W + rb"*+)"


def _numbers(count: int) -> bytes:
    return _NUMBER + b"{%d}+" % count


def _run(operation: bytes, more: bytes = b"") -> bytes:
    """One of these operations, and any number of these and of ``more``."""
    first = rb"(?:" + operation + rb")" + _END + _W + rb"*+"
    return first + rb"(?:(?:" + operation + more + rb")" + _END + _W + rb"*+)*+"


_ANYWHERE = (
    _numbers(3) + rb"(?:rg|RG)"
    + rb"|" + _numbers(4) + rb"(?:k|K)"
    + rb"|" + _numbers(1) + rb"(?:w|J|j|M|i|g|G|Tc|Tw|Tz|TL|Ts|Tr)"
    + rb"|(?:BX|EX|EMC)"
    + rb"|" + _NUMBER + rb"{1,32}+(?:scn|SCN|sc|SC)"
    + rb"|" + _ARRAY + _NUMBER + rb"d"
    + rb"|" + _NAME + rb"(?:BMC|MP|ri|(?:" + _DICTIONARY + rb"|" + _NAME + rb")(?:BDC|DP))"
)  # fmt: skip
_IN_TEXT = (
    _numbers(2) + rb"(?:Td|TD)"
    + rb"|" + _numbers(6) + rb"Tm"
    + rb"|(?:" + _STRING + rb"(?:Tj|')|" + _ARRAY + rb"TJ|" + _numbers(2) + _STRING + rb'")'
    + rb"|T\*"
)  # fmt: skip
_OUTSIDE = (
    _numbers(2) + rb"(?:m|l|d0)"
    + rb"|" + _numbers(4) + rb"(?:re|v|y)"
    + rb"|" + _numbers(6) + rb"(?:cm|c|d1)"
    + rb"|(?:f\*|B\*|b\*|W\*|[hnfFBbsSW])"
)  # fmt: skip
_OPERATIONS = re.compile(
    _W + rb"*+(?:"
    + _run(_ANYWHERE)
    + rb"|(?P<outside>" + _run(_OUTSIDE, rb"|" + _ANYWHERE) + rb")"
    + rb"|(?P<within>" + _run(_IN_TEXT, rb"|" + _ANYWHERE) + rb")"
    + rb"|(?P<begin>BT)" + _END
    + rb"|(?P<end>ET)" + _END
    + rb"|(?P<save>q)" + _END
    + rb"|(?P<restore>Q)" + _END
    + rb"|/(?P<name>[^\0\t\n\f\r ()<>\[\]{}/%]*+)" + _W + rb"*+"
    rb"(?:(?P<draw>Do|sh)|(?P<use>gs|cs|CS)|" + _NUMBER + rb"(?P<font>Tf))" + _END
    + rb"|" + _NUMBER + rb"{0,32}+/(?P<pattern>[^\0\t\n\f\r ()<>\[\]{}/%]*+)" + _W
    + rb"*+(?:scn|SCN)" + _END
    + rb"|(?P<image>BI)" + _END
    + rb")",
    re.DOTALL,
)  # fmt: skip
_NOT_IN_TEXT = frozenset({"outside", "begin", "save", "restore", "draw", "image"})
_REST = re.compile(_W + rb"*+\Z", re.DOTALL)
_IMAGE = re.compile(rb"(.{0,%d}?)[\0\t\n\f\r ]ID[\0\t\n\f\r ]" % MAX_INLINE_ENTRIES, re.DOTALL)
_IMAGE_END = re.compile(rb"[\0\t\n\f\r ]EI" + _END)
_SIDE = re.compile(rb"/(?:W|Width|H|Height)[\0\t\n\f\r ]+(\d{1,10})" + _END)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_GROUPS = {
    b"Do": "/XObject", b"gs": "/ExtGState", b"sh": "/Shading", b"cs": "/ColorSpace",
    b"CS": "/ColorSpace",
}  # fmt: skip


@dataclass(slots=True)
class Uses:
    """What operators use, and how often: the kind of resource, and its name."""

    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    inline_pixels: int = 0


def read_operators(data: bytes) -> Uses:
    """What ``data`` uses.

    :raises MalformedPdfError: an operator is unknown, has other operands than the standard asks
        for, or restores more graphics states than were saved.
    """
    uses, at, saved, in_text = Uses(), 0, 0, False
    while found := _OPERATIONS.match(data, at):
        at = found.end()
        kind = found.lastgroup
        if kind is None:
            continue
        if (in_text and kind in _NOT_IN_TEXT) or (not in_text and kind in ("within", "end")):
            raise MalformedPdfError("operators that do not belong into a text, or only there")
        if kind == "begin" or kind == "end":
            in_text = kind == "begin"
        elif kind == "save":
            saved += 1
            if saved > MAX_SAVED:
                raise MalformedPdfError(f"more than {MAX_SAVED} graphics states saved")
        elif kind == "restore":
            saved -= 1
            if saved < 0:
                raise MalformedPdfError("a graphics state restored that was not saved")
        elif kind in ("draw", "use"):
            uses.names[_GROUPS[found[kind]], _name(found["name"])] += 1
        elif kind == "font":
            uses.names["/Font", _name(found["name"])] += 1
        elif kind == "pattern":
            uses.names["/Pattern", _name(found["pattern"])] += 1
        elif kind == "image":
            at = _inline_image(data, at, uses)
    if in_text or _REST.match(data, at) is None:
        raise MalformedPdfError("operators that are not as the standard has them")
    return uses


def _inline_image(data: bytes, at: int, uses: Uses) -> int:
    """Skip an image within operators; answers where it ends."""
    head = _IMAGE.match(data, at)
    tail = _IMAGE_END.search(data, head.end()) if head is not None else None
    if head is None or tail is None:
        raise MalformedPdfError("an image within operators without its end")
    sides = [int(side) for side in _SIDE.findall(head[1])]
    if len(sides) != 2 or sides[0] * sides[1] > MAX_INLINE_PIXELS:
        raise MalformedPdfError(
            f"an image within operators of more than {MAX_INLINE_PIXELS} pixels"
        )
    uses.inline_pixels += sides[0] * sides[1]
    return tail.end()


def _name(raw: bytes) -> str:
    if b"#" in raw:
        raw = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return "/" + raw.decode("latin-1")
