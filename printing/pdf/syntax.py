"""Read the values of a PDF file strictly (ISO 32000-1, 7.2 and 7.3).

For `printing.pdf.file`. Readers understand a value that breaks the standard in different ways. So
this reader refuses a duplicate key, a malformed number or a malformed escape, and never guesses.
Time and memory are proportional to the bytes that are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias, cast

MAX_DEPTH = 32
"""Greatest depth of arrays, dictionaries, and brackets in strings. Ordinary files need about six.
"""
_MAX_DIGITS = 18
"""Greatest number of digits of an integer: a file offset takes eight."""

Value: TypeAlias = Any
"""A name is a `str` with its slash, a string is `bytes`, an array a `list`, null is `None`."""


class MalformedPdfError(ValueError):
    """The bytes break the standard or a limit."""


class Ref(NamedTuple):
    """A reference to another object."""

    number: int
    generation: int


_BLANK = rb"[\0\t\n\f\r ]"
_END = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
_SPACE = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
"""Blanks and comments."""
match_space = cast("Callable[..., re.Match[bytes]]", _SPACE.match)
"""``_SPACE.match``, which always finds a match: the pattern also matches the empty string."""
_TOKEN = re.compile(
    rb"(?:/([^\0\t\n\f\r ()<>\[\]{}/%]*)"  # 1: name
    rb"|(\d{1,10})" + _BLANK + rb"+(\d{1,5})" + _BLANK + rb"+R" + _END +  # 2, 3: reference
    rb"|([+-]?\d+)" + _END +  # 4: whole number
    rb"|(<<)|(>>)|(\[)|(\])"  # 5, 6, 7, 8
    rb"|\(([^()\\\r]*)\)"  # 9: a string without escapes
    rb"|<([0-9A-Fa-f\0\t\n\f\r ]*)>"  # 10: hexadecimal
    rb"|([+-]?(?:\d+\.\d*|\.\d+))" + _END +  # 11: fraction
    rb"|(true|false|null)" + _END +  # 12
    rb"|(\())"  # 13: any other string
)  # fmt: skip
_NAME, _REF, _WHOLE, _OPEN, _CLOSE, _BEGIN, _FINISH = 1, 3, 4, 5, 6, 7, 8
_STRING, _HEX, _FRACTION, _WORD = 9, 10, 11, 12
_WORDS: dict[bytes, Value] = {b"true": True, b"false": False, b"null": None}

_ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})?")
_IN_STRING = re.compile(rb"[^()\\]+|\\(?s:.)|[()]")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|(.))|\r\n?", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_value(data: bytes, at: int, end: int) -> tuple[Value, int]:
    """Return the value at ``at`` and the offset of its end; read only the bytes before ``end``.

    :raises MalformedPdfError: there is no valid value.
    """
    # Open arrays and dictionaries, outermost first. The keys and values of a dictionary are
    # collected in one list.
    outer: list[tuple[list[Value], bool]] = []
    items: list[Value] = []
    in_array = True
    token = _TOKEN.match
    while True:
        found = token(data, at, end)
        if found is None:
            found = token(data, match_space(data, at, end).end(), end)
            if found is None:
                raise MalformedPdfError("no value")
        at = found.end()
        kind = found.lastindex
        value: Value
        if kind == _NAME:
            value = _name(found[1])
        elif kind == _REF:
            value = Ref(int(found[2]), int(found[3]))
        elif kind == _WHOLE:
            if len(found[4]) > _MAX_DIGITS:
                raise MalformedPdfError("a number with too many digits")
            value = int(found[4])
        elif kind in (_OPEN, _BEGIN):
            if len(outer) == MAX_DEPTH:
                raise MalformedPdfError("values nested too deep")
            outer.append((items, in_array))
            items, in_array = [], kind == _BEGIN
            continue
        elif kind in (_CLOSE, _FINISH):
            if in_array is not (kind == _FINISH) or not outer:
                raise MalformedPdfError("mismatched brackets")
            value = items if in_array else _dictionary(items)
            items, in_array = outer.pop()
        elif kind == _STRING:
            value = found[9]
        elif kind == _HEX:
            value = _hexadecimal(found[10])
        elif kind == _FRACTION:
            value = float(found[11])
        elif kind == _WORD:
            value = _WORDS[found[12]]
        else:
            value, at = _string(data, at, end)
        if not outer:
            return value, at
        items.append(value)


def _name(raw: bytes) -> str:
    if b"#" in raw:
        raw = _ESCAPED_NAME.sub(_unescaped_name, raw)
    return "/" + raw.decode("latin-1")


def _unescaped_name(found: re.Match[bytes]) -> bytes:
    if found[1] is None or found[1] == b"00":
        raise MalformedPdfError("a number sign in a name")
    return bytes([int(found[1], 16)])


def _dictionary(items: list[Value]) -> dict[str, Value]:
    keys = items[::2]
    if len(items) % 2 or not all(type(key) is str for key in keys):
        raise MalformedPdfError("a dictionary whose keys are not names")
    found = dict(zip(keys, items[1::2], strict=True))
    if len(found) != len(keys):
        # Some readers use the first value, some the last.
        raise MalformedPdfError("a duplicate key")
    return found


def _hexadecimal(raw: bytes) -> bytes:
    digits = raw if raw.isalnum() else b"".join(raw.split()).replace(b"\0", b"")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _string(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Return the string whose opening bracket is before ``at``, and the offset of its end."""
    begin, depth = at, 1
    for part in _IN_STRING.finditer(data, at, end):
        if part.start() != at:
            break
        at = part.end()
        if part[0] == b"(":
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedPdfError("values nested too deep")
        elif part[0] == b")":
            depth -= 1
            if depth == 0:
                return _ESCAPE.sub(_unescaped, data[begin : at - 1]), at
    raise MalformedPdfError("a string without an end")


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, line_end, letter = found.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if line_end is not None:
        return b""
    if letter is not None:
        return _LETTERS.get(letter, letter)
    return b"\n"


def text_of(string: bytes) -> str:
    """Decode a text string (ISO 32000-2, 7.9.2.2). PDFDocEncoding is read as Latin-1."""
    if string.startswith(b"\xfe\xff"):
        return string[2:].decode("utf-16-be")
    if string.startswith(b"\xff\xfe"):
        return string[2:].decode("utf-16-le")
    if string.startswith(b"\xef\xbb\xbf"):
        return string[3:].decode("utf-8")
    return string.decode("latin-1")
