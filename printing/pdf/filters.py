"""The filters of PDF streams that hold text and tables (ISO 32000-1, 7.4).

For `printing.pdf.file`. Damaged data is refused: readers disagree about how much of it they show.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping

from .syntax import MalformedPdfError, Value

MAX_PREDICTED = 6 * 1024 * 1024
"""Most bytes with a predictor, which is undone row by row: 50,000 objects take 0.4 MB."""
_MAX_COLUMNS = 4096
"""Bytes of a predictor's row: a row of a cross-reference table has four to eight."""


def unpacked(data: bytes, name: Value, settings: Mapping[str, Value], *, most: int) -> bytes:
    """Return ``data`` without the filter ``name``, or a little more than ``most`` bytes of it.

    :raises MalformedPdfError: the data is damaged, or the filter is not for text.
    """
    if name == "/FlateDecode":
        return _unpredicted(_inflated(data, most), settings)
    if settings:
        raise MalformedPdfError("parameters of a filter that has none")
    if name == "/ASCIIHexDecode":
        digits = b"".join(data.partition(b">")[0].split())
        if not re.fullmatch(rb"[0-9A-Fa-f]*", digits):
            raise MalformedPdfError("a damaged stream")
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    if name == "/ASCII85Decode":
        if 4 * data.count(b"z") > most:
            raise MalformedPdfError("a stream that unpacks to too much")
        try:
            return base64.a85decode(data.partition(b"~>")[0], ignorechars=b"\0\t\n\f\r ")
        except ValueError as error:
            raise MalformedPdfError("a damaged stream") from error
    if name == "/RunLengthDecode":
        return _run_lengths(data, most)
    raise MalformedPdfError("a filter that is not for text")


def _inflated(data: bytes, most: int) -> bytes:
    if not data:
        return b""  # qpdf writes an empty stream without anything packed
    packer = zlib.decompressobj()
    try:
        plain = packer.decompress(data, most)
    except zlib.error as error:
        raise MalformedPdfError("a damaged stream") from error
    if not packer.eof and len(plain) < most:
        raise MalformedPdfError("a damaged stream")
    return plain


def _unpredicted(data: bytes, settings: Mapping[str, Value]) -> bytes:
    """``data`` before a PNG predictor was applied to it (ISO 32000-1, 7.4.4.4)."""
    predictor, columns = settings.get("/Predictor", 1), settings.get("/Columns", 1)
    if predictor == 1:
        return data
    if (
        predictor not in range(10, 16)
        or settings.get("/Colors", 1) != 1
        or settings.get("/BitsPerComponent", 8) != 8
        or type(columns) is not int
        or not 1 <= columns <= _MAX_COLUMNS
        or len(data) > MAX_PREDICTED
    ):
        raise MalformedPdfError("a predictor that is not for text")
    row_bytes = columns + 1
    if len(data) % row_bytes:
        raise MalformedPdfError("a damaged stream")
    above, rows = bytes(columns), []
    for begin in range(0, len(data), row_bytes):
        row = data[begin + 1 : begin + row_bytes]
        if data[begin] == 2:
            row = bytes([(a + b) & 0xFF for a, b in zip(row, above, strict=True)])
        elif data[begin]:
            row = _filtered(data[begin], row, above)
        rows.append(row)
        above = row
    return b"".join(rows)


def _run_lengths(data: bytes, most: int) -> bytes:
    plain, at = bytearray(), 0
    while at < len(data) and data[at] != 128 and len(plain) <= most:
        if data[at] < 128:
            plain += data[at + 1 : at + 2 + data[at]]
            at += 2 + data[at]
        else:
            plain += data[at + 1 : at + 2] * (257 - data[at])
            at += 2
    return bytes(plain)


def _filtered(kind: int, row: bytes, above: bytes) -> bytes:
    """One row of PNG's filters Sub, Average and Paeth (ISO/IEC 15948, 9.2), one byte a pixel."""
    if kind not in (1, 3, 4):
        raise MalformedPdfError("a damaged stream")
    out = bytearray()
    left = corner = 0
    for value, up in zip(row, above, strict=True):
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            by_left, by_up, by_corner = (
                abs(up - corner),
                abs(left - corner),
                abs(left + up - 2 * corner),
            )
            guess = (
                left if by_left <= min(by_up, by_corner) else up if by_up <= by_corner else corner
            )
        left, corner = (value + guess) & 0xFF, up
        out.append(left)
    return bytes(out)
