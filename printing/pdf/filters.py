"""Decode the filters of PDF streams that contain text and tables (ISO 32000-1, 7.4).

For `printing.pdf.file`. Damaged data is refused, because readers show different parts of it.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping

from .syntax import MalformedPdfError, Value

MAX_PREDICTED = 6 * 1024 * 1024
"""Greatest size of data with a predictor, which is decoded row by row: 50,000 objects take 0.4 MB.
"""
_MAX_COLUMNS = 4096
"""Greatest row of a predictor, in bytes: a row of a cross-reference table has four to eight."""


def unpacked(data: bytes, name: Value, settings: Mapping[str, Value], *, limit: int) -> bytes:
    """Decode ``data`` with the filter ``name``; stop a little after ``limit`` bytes.

    :raises MalformedPdfError: the data is damaged, or the filter is not for text.
    """
    if name == "/FlateDecode":
        return _unpredicted(_inflated(data, limit), settings)
    if settings:
        raise MalformedPdfError("parameters of a filter that has none")
    if name == "/ASCIIHexDecode":
        digits = b"".join(data.partition(b">")[0].split())
        if not re.fullmatch(rb"[0-9A-Fa-f]*", digits):
            raise MalformedPdfError("a damaged stream")
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    if name == "/ASCII85Decode":
        if 4 * data.count(b"z") > limit:
            raise MalformedPdfError("a stream that unpacks to too much")
        try:
            return base64.a85decode(data.partition(b"~>")[0], ignorechars=b"\0\t\n\f\r ")
        except ValueError as error:
            raise MalformedPdfError("a damaged stream") from error
    if name == "/RunLengthDecode":
        return _run_lengths(data, limit)
    raise MalformedPdfError("a filter that is not for text")


def _inflated(data: bytes, limit: int) -> bytes:
    if not data:
        return b""  # qpdf writes an empty stream without zlib data
    packer = zlib.decompressobj()
    try:
        plain = packer.decompress(data, limit)
    except zlib.error as error:
        raise MalformedPdfError("a damaged stream") from error
    if not packer.eof and len(plain) < limit:
        raise MalformedPdfError("a damaged stream")
    return plain


def _unpredicted(data: bytes, settings: Mapping[str, Value]) -> bytes:
    """Undo the PNG predictor of ``data`` (ISO 32000-1, 7.4.4.4)."""
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


def _run_lengths(data: bytes, limit: int) -> bytes:
    plain, at = bytearray(), 0
    while at < len(data) and data[at] != 128 and len(plain) <= limit:
        if data[at] < 128:
            plain += data[at + 1 : at + 2 + data[at]]
            at += 2 + data[at]
        else:
            plain += data[at + 1 : at + 2] * (257 - data[at])
            at += 2
    return bytes(plain)


def _filtered(kind: int, row: bytes, above: bytes) -> bytes:
    """Decode one row of the PNG filter Sub, Average or Paeth (ISO/IEC 15948, 9.2), 1-byte pixels"""
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
