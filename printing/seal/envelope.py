"""Find the signature of a sealed file and the bytes that it covers, before the file is parsed.

For `printing.seal.verify`. This module also refuses a file whose streams decompress to too much.
It handles untrusted bytes: the other modules get only files with a trusted signature.
"""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

from devices.health import Fault

from ..faults import CHANGED_AFTER_SIGNING, NOT_A_PDF, SEAL_BROKEN, UNSIGNED
from ..pdf.limits import MAX_BYTES

MAX_EXPANDED = 64 * 1024 * 1024
"""Greatest size of all decompressed streams: an A4 colour page at 300 dpi takes 26 MB."""
MAX_STREAMS = 20_000
_MAX_FILTERS = 3
"""Number of nested filters that are decoded to measure the data inside."""
_TAIL = 1024
"""Number of bytes at the end of the file that must contain the end-of-file mark (Adobe's
implementation note 18)."""

_BYTE_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
)
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_HEX = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
# "stream" must be followed by a line feed, or a carriage return and a line feed (ISO 32000-1,
# 7.3.8). Readers also accept blanks before it, and no line end at all before zlib data.
_STREAM = re.compile(
    rb"stream(?<!endstream)[\0\t\f ]*(?:\r\n|[\r\n]|(?=[\x08\x18\x28\x38\x48\x58\x68\x78]))"
)
_PIECE = 16 * 1024
"""Number of bytes passed to zlib at a time."""
_BLANKS = b"\0\t\n\f\r "
_BASE_16 = re.compile(rb"[\0\s0-9A-Fa-f]+>")
_BASE_85 = re.compile(rb"[\0\s!-uz]+~>")


@dataclass(frozen=True, slots=True)
class CoveredBytes:
    """The signature over the whole file: its CMS, and the bytes that it covers."""

    cms: bytes
    covered: bytes
    byte_range: tuple[int, int, int, int]


def find_seal(pdf: bytes) -> CoveredBytes | Fault:
    """Return the signature that covers all of ``pdf`` except its own bytes, or a fault."""
    if len(pdf) > MAX_BYTES:
        return NOT_A_PDF.with_detail(f"{len(pdf)} bytes, {MAX_BYTES} are accepted")
    if not pdf.startswith(b"%PDF-"):
        return NOT_A_PDF.with_detail("no PDF header")
    if b"%%EOF" not in pdf[-_TAIL:]:
        return NOT_A_PDF.with_detail("cut off: no end-of-file mark")
    ranges = [tuple(map(int, match.groups())) for match in _BYTE_RANGE.finditer(pdf)]
    if not ranges:
        if _ENCRYPTED.search(pdf):
            return NOT_A_PDF.with_detail("encrypted")
        return UNSIGNED
    whole = [found for found in ranges if found[2] + found[3] == len(pdf)]
    if not whole:
        end = max(found[2] + found[3] for found in ranges)
        if end > len(pdf):
            return SEAL_BROKEN.with_detail(f"{end - len(pdf)} signed bytes are missing")
        return CHANGED_AFTER_SIGNING.with_detail(f"{len(pdf) - end} bytes after the last signature")
    if len(whole) > 1:
        return SEAL_BROKEN.with_detail("two signatures claim the same bytes")
    start, before, after, length = whole[0]
    if start != 0 or not before < after:
        return CHANGED_AFTER_SIGNING.with_detail("the byte range leaves out the beginning")
    gap = _HEX.fullmatch(pdf, before, after)
    if gap is None:
        return CHANGED_AFTER_SIGNING.with_detail(
            "the byte range leaves out more than the signature"
        )
    contents = bytes.fromhex(gap.group(1).decode("ascii"))
    return CoveredBytes(contents, pdf[:before] + pdf[after:], (start, before, after, length))


def expansion_fault(pdf: bytes) -> Fault | None:
    """Return ``NOT_A_PDF`` if the streams of ``pdf`` decompress to more than `MAX_EXPANDED` bytes.

    Each stream is decompressed as far as possible, whatever its dictionary states; the result is
    discarded. zlib data is decompressed to its own end, because it may contain the word
    ``endstream``. Streams may have no end and may overlap. So the bytes read or written for each
    stream are counted, and only small pieces are copied: time and memory are linear in
    `MAX_EXPANDED`.
    """
    whole = memoryview(pdf)
    budget = MAX_EXPANDED
    end = 0
    for number, found in enumerate(_STREAM.finditer(pdf)):
        if number >= MAX_STREAMS:
            return NOT_A_PDF.with_detail(f"more than {MAX_STREAMS} streams")
        begin = found.end()
        if begin > end:
            end = pdf.find(b"endstream", begin)
            end = len(pdf) if end < 0 else end
        data = whole[begin:] if _is_zlib(whole[begin : begin + 2]) else whole[begin:end]
        budget -= max(end - begin, _unpacking_cost(data, budget, _MAX_FILTERS))
        if budget < 0:
            return NOT_A_PDF.with_detail(f"unpacks to more than {MAX_EXPANDED} bytes")
    return None


def _unpacking_cost(data: bytes | bytearray | memoryview, budget: int, filters: int) -> int:
    """Return the number of bytes that decoding up to ``filters`` nested filters reads or writes.

    The larger of the two numbers counts for each filter. Stop a little beyond ``budget``.
    """
    if filters == 0:
        return 0
    unpacked = _inflated(data, budget) if _is_zlib(data) else _from_text(data, budget)
    if unpacked is None:
        return 0
    inner, cost = unpacked
    if cost > budget:
        return cost
    return cost + _unpacking_cost(inner, budget - cost, filters - 1)


def _is_zlib(data: bytes | bytearray | memoryview) -> bool:
    """Return whether ``data`` begins with a zlib header (RFC 1950, 2.2)."""
    return len(data) >= 2 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def _inflated(data: bytes | bytearray | memoryview, budget: int) -> tuple[bytearray, int]:
    """Decompress ``data``; return the result, and the larger of the bytes read and written.

    Stop at the end, at the first error, or a little beyond ``budget``. The input is passed in small
    pieces, because zlib copies the input that it has not used.
    """
    unpacker = zlib.decompressobj()
    found = bytearray()
    read = 0
    while read < len(data) and max(read, len(found)) <= budget and not unpacker.eof:
        piece: bytes | bytearray | memoryview = data[read : read + _PIECE]
        read += len(piece)
        while len(piece) and len(found) <= budget and not unpacker.eof:
            try:
                found += unpacker.decompress(piece, min(budget + 1 - len(found), _PIECE * 16))
            except zlib.error:
                return found, max(read, len(found))
            piece = unpacker.unconsumed_tail
    return found, max(read - len(unpacker.unused_data), len(found))


def _from_text(data: bytes | bytearray | memoryview, budget: int) -> tuple[bytes, int] | None:
    """Decode ``data`` from ASCIIHex or ASCII85 up to its end mark; return the result and its size.

    Return ``None`` for other data. If the result would exceed ``budget``, return only the size.
    """
    if found := _BASE_16.match(data):
        digits = found[0][:-1].translate(None, _BLANKS)
        plain = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        return plain, len(plain)
    if found := _BASE_85.match(data):
        zeros = 4 * found[0].count(b"z")
        if zeros > budget:
            return b"", zeros
        try:
            plain = base64.a85decode(found[0][:-2].translate(None, _BLANKS))
        except ValueError:
            return None
        return plain, len(plain)
    return None
