"""Check the operators of a page or form against their grammar (ISO 32000-1, annex A).

For `printing.seal.drawing`. Readers treat operators that break the grammar differently: some
continue, some stop, some lose the saved graphics state. So only known operators with their
operands are accepted.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field

from .filters import unpacked
from .syntax import MalformedPdfError, Value, read_value

MAX_INLINE_PIXELS = 1_000_000
"""Greatest number of pixels of an inline image; the standard advises at most 4 kB."""
MAX_INLINE_ENTRIES = 400
"""Greatest length of the entries of an inline image, in bytes."""
_PACKING = 1024
"""Number of bytes by which the encoded data may be longer than the image."""
MAX_SAVED = 256
"""Greatest depth of saved graphics states. The standard allows readers to stop at 28; few do."""

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
    """Return a pattern for one ``operation``, followed by any number of these or of ``more``."""
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
_IMAGE = re.compile(
    rb"(.{0,%d}?)(?<=[\0\t\n\f\r \])>])ID[\0\t\n\f\r ]" % MAX_INLINE_ENTRIES, re.DOTALL
)
_IMAGE_END = re.compile(rb"[\0\t\n\f\r ]{1,2}EI" + _END)
_LONG_KEYS = {
    "/BPC": "/BitsPerComponent", "/CS": "/ColorSpace", "/D": "/Decode", "/DP": "/DecodeParms",
    "/F": "/Filter", "/H": "/Height", "/IM": "/ImageMask", "/I": "/Interpolate", "/W": "/Width",
}  # fmt: skip
_BLANKS = b"\0\t\n\f\r "
_IMAGE_KEYS = frozenset(_LONG_KEYS.values()) - {"/DecodeParms"} | {"/Intent"}
_COMPONENTS = {
    "/G": 1, "/DeviceGray": 1, "/RGB": 3, "/DeviceRGB": 3, "/CMYK": 4, "/DeviceCMYK": 4,
}  # fmt: skip
_ODD_COLOURS = "an inline image with colours that are not accepted"
_FLATE = ("/Fl", "/FlateDecode")
_END_MARKS = {"/AHx": b">", "/ASCIIHexDecode": b">", "/A85": b"~>", "/ASCII85Decode": b"~>"}
_LONG_FILTERS = {"/AHx": "/ASCIIHexDecode", "/A85": "/ASCII85Decode"}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_GROUPS = {
    b"Do": "/XObject", b"gs": "/ExtGState", b"sh": "/Shading", b"cs": "/ColorSpace",
    b"CS": "/ColorSpace",
}  # fmt: skip


@dataclass(slots=True)
class Uses:
    """The resources that operators use, by kind and name, and how often each is used."""

    names: Counter[tuple[str, str]] = field(default_factory=Counter)
    inline_pixels: int = 0


def read_operators(data: bytes) -> Uses:
    """Return the resources that the operators in ``data`` use.

    :raises MalformedPdfError: an operator is unknown, has other operands than the standard
        requires, or restores more graphics states than were saved.
    """
    uses, at, saved, in_text = Uses(), 0, 0, False
    while found := _OPERATIONS.match(data, at):
        at = found.end()
        kind = found.lastgroup
        if kind is None:
            continue
        if (in_text and kind in _NOT_IN_TEXT) or (not in_text and kind in ("within", "end")):
            raise MalformedPdfError("operators misplaced inside or outside a text object")
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
        raise MalformedPdfError("operators that break the grammar")
    return uses


def _inline_image(data: bytes, at: int, uses: Uses) -> int:
    """Skip an inline image; return the offset of its end.

    Some readers search for ``EI``, which image data may contain; others count bytes, or decode
    them. So the data must have the length that the entries state, and ``EI`` must follow it.
    """
    head = _IMAGE.match(data, at)
    if head is None:
        raise MalformedPdfError("an inline image without its end")
    entries = _image_entries(head[1])
    width, height = entries.get("/Width"), entries.get("/Height")
    if type(width) is not int or type(height) is not int or width * height > MAX_INLINE_PIXELS:
        raise MalformedPdfError(f"an inline image of more than {MAX_INLINE_PIXELS} pixels")
    uses.inline_pixels += width * height
    row_bits = width * _pixel_bits(entries)
    end = _data_end(data, head.end(), height * ((row_bits + 7) // 8), entries.get("/Filter"))
    tail = _IMAGE_END.match(data, end)
    if tail is None:
        raise MalformedPdfError("an inline image without its end")
    return tail.end()


def _image_entries(head: bytes) -> dict[str, Value]:
    """Return the entries of an inline image, with their long names as keys (8.9.7)."""
    written = b"<<" + head + b">>"
    found, end = read_value(written, 0, len(written))
    entries = {_LONG_KEYS.get(key, key): value for key, value in found.items()}
    if end != len(written) or len(entries) != len(found) or not entries.keys() <= _IMAGE_KEYS:
        raise MalformedPdfError("an inline image with other entries than are accepted")
    if entries.get("/Interpolate"):
        raise MalformedPdfError("an inline image with interpolation")
    return entries


def _pixel_bits(entries: dict[str, Value]) -> int:
    """Return the bits per pixel; check the entries that map values to colours."""
    is_mask = entries.get("/ImageMask") is True
    bits = 1 if is_mask else entries.get("/BitsPerComponent")
    space = "/G" if is_mask else entries.get("/ColorSpace")
    decode = entries.get("/Decode") or []
    if bits not in (1, 2, 4, 8) or not isinstance(decode, list):
        raise MalformedPdfError(_ODD_COLOURS)
    if isinstance(space, list):
        components, limit = 1, (1 << bits) - 1
        _check_palette(space, limit)
    else:
        components, limit = _COMPONENTS.get(str(space), 0), 1
    if not components or len(decode) not in (0, 2 * components):
        raise MalformedPdfError(_ODD_COLOURS)
    if any(type(value) not in (int, float) or not 0 <= value <= limit for value in decode):
        raise MalformedPdfError(_ODD_COLOURS)
    return int(bits * components)


def _check_palette(space: list[Value], limit: int) -> None:
    """Check the palette of an indexed colour space; ``limit``: greatest value of a pixel."""
    if len(space) != 4 or space[0] not in ("/I", "/Indexed") or space[1] not in _COMPONENTS:
        raise MalformedPdfError(_ODD_COLOURS)
    last, palette = space[2:]
    if type(last) is not int or not isinstance(palette, bytes) or not 0 <= last <= limit:
        raise MalformedPdfError(_ODD_COLOURS)
    if len(palette) < (last + 1) * _COMPONENTS[space[1]]:
        raise MalformedPdfError("an inline image with a palette that is too short")


def _data_end(data: bytes, at: int, expected: int, filters: Value) -> int:
    """Return the end of the image data at ``at``, which must decode to ``expected`` bytes."""
    names = filters if isinstance(filters, list) else [] if filters is None else [filters]
    if not names:
        return at + expected
    end = at
    for number, name in enumerate(names):
        plain, used = _unfiltered(data, at, name, expected)
        if number == 0:
            end = at + used
        elif data[used:].strip(_BLANKS):
            raise MalformedPdfError("an inline image without its end")
        data, at = plain, 0
    if len(data) != expected:
        raise MalformedPdfError("an inline image of another size than stated")
    return end


def _unfiltered(data: bytes, at: int, name: Value, limit: int) -> tuple[bytes, int]:
    """Decode one filter of the data at ``at``; return the result and the number of bytes read."""
    if name in _FLATE:
        packer = zlib.decompressobj()
        packed = data[at : at + 2 * limit + _PACKING]
        try:
            plain = packer.decompress(packed, 2 * limit + _PACKING)
        except zlib.error as error:
            raise MalformedPdfError("a damaged inline image") from error
        if not packer.eof:
            raise MalformedPdfError("an inline image without its end")
        return plain, len(packed) - len(packer.unused_data)
    mark = _END_MARKS.get(name)
    end = -1 if mark is None else data.find(mark, at)
    if mark is None or end < 0:
        raise MalformedPdfError("an inline image without its end")
    end += len(mark)
    plain = unpacked(data[at:end], _LONG_FILTERS.get(name, name), {}, limit=2 * limit + _PACKING)
    return plain, end - at


def _name(raw: bytes) -> str:
    if b"#" in raw:
        raw = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return "/" + raw.decode("latin-1")
