"""The bytes of a sealed file, before anything parses it as a PDF.

For `printing.seal`. Finds the signature and what it covers, and makes sure that the file stays
small when it is unpacked. It trusts nothing: an unknown sender's file gets no further than this.
"""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

from devices.health import Fault

from .faults import CHANGED_AFTER_SIGNING, NOT_A_PDF, SEAL_BROKEN, UNSIGNED

MAX_BYTES = 10 * 1024 * 1024
"""Largest file accepted: a 240-row list takes 0.1 MB, a scanned certificate 1 to 2 MB."""
MAX_EXPANDED = 64 * 1024 * 1024
"""All streams together, unpacked: an A4 page in colour at 300 dpi takes 26 MB."""
MAX_STREAMS = 20_000
_MAX_FILTERS = 3
"""Filters on top of each other that are unpacked to see how large the inside is."""
_DEFLATE_RATIO = 1032
"""Deflate's own limit: 258 bytes out of two bits."""
_TAIL = 1024
"""Where the end-of-file mark must stand (Adobe's implementation note 18)."""

_BYTE_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
)
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_HEX = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
# After "stream" stands a line feed, or a carriage return and one (ISO 32000-1, 7.3.8). Readers
# take blanks before it as well, and nothing at all before what zlib has packed.
_STREAM = re.compile(
    rb"stream(?<!endstream)[\0\t\f ]*(?:\r\n|[\r\n]|(?=[\x08\x18\x28\x38\x48\x58\x68\x78]))"
)
_BEGIN = 64
"""So many bytes tell whether what is packed is text, and may be packed once more."""
_TEXT = re.compile(rb"[\s!-uz~]*")
_BASE_16 = re.compile(rb"[\s0-9A-Fa-f]+>")
_BASE_85 = re.compile(rb"[\s!-uz]+~>")


@dataclass(frozen=True, slots=True)
class CoveredBytes:
    """The one signature over the whole file: its CMS, and the bytes that it covers."""

    cms: bytes
    covered: bytes
    byte_range: tuple[int, int, int, int]

    def without_signature(self, pdf: bytes) -> bytes:
        """``pdf`` with a nought for its signature, every other byte in its place.

        For the parser, which reads strings and blanks byte by byte and only numbers in pieces: a
        third of a verification's time would go into a value that is known.
        """
        _, before, after, _ = self.byte_range
        return pdf[:before] + b"0.".ljust(after - before, b"0") + pdf[after:]


def find_seal(pdf: bytes) -> CoveredBytes | Fault:
    """The signature that covers all of ``pdf`` but its own place, or why there is none."""
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
    """``NOT_A_PDF`` when the streams of ``pdf`` unpack to more than `MAX_EXPANDED` bytes.

    Every stream is unpacked as far as it can be, whatever its dictionary says of it, in pieces,
    and nothing is kept: time and memory are bounded before a parser may unpack anything. A file
    that is too small for it, however well it was packed, is not unpacked at all.
    """
    streams: list[bytes] = []
    for found in _STREAM.finditer(pdf):
        if len(streams) >= MAX_STREAMS:
            return NOT_A_PDF.with_detail(f"more than {MAX_STREAMS} streams")
        begin = found.end()
        end = pdf.find(b"endstream", begin)
        streams.append(pdf[begin : len(pdf) if end < 0 else end])
    if sum(map(_at_most, streams)) <= MAX_EXPANDED:
        return None
    budget = MAX_EXPANDED
    for data in streams:
        budget -= _expanded(data, budget, _MAX_FILTERS)
        if budget < 0:
            return NOT_A_PDF.with_detail(f"unpacks to more than {MAX_EXPANDED} bytes")
    return None


def _at_most(data: bytes) -> int:
    """What ``data`` can unpack to at most, told by its length and its first bytes."""
    begin = _inflated(data, _BEGIN)
    if begin is None:
        # Text may be zlib's output in disguise.
        return len(data) if _from_text(data) is None else MAX_EXPANDED + 1
    if _is_zlib(begin):
        return MAX_EXPANDED + 1
    if _TEXT.fullmatch(begin):
        inner = _inflated(data, MAX_EXPANDED) or begin
        return len(inner) if _from_text(inner) is None else MAX_EXPANDED + 1
    return len(data) * _DEFLATE_RATIO


def _expanded(data: bytes, budget: int, depth: int) -> int:
    """How many bytes ``data`` unpacks to through at most ``depth`` filters; at least its length.

    Stops a little beyond ``budget``.
    """
    if depth == 0:
        return len(data)
    inner = _inflated(data, budget) or _from_text(data)
    if inner is None:
        return len(data)
    if len(inner) > budget:
        return len(inner)
    return len(inner) + _expanded(inner, budget - len(inner), depth - 1)


def _is_zlib(data: bytes) -> bool:
    """Whether ``data`` begins as zlib's output does (RFC 1950, 2.2)."""
    return len(data) >= 2 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def _inflated(data: bytes, budget: int) -> bytes | None:
    """What zlib makes of ``data``, up to a byte beyond ``budget``; ``None`` when it is not its."""
    if not _is_zlib(data):
        return None
    try:
        return zlib.decompressobj().decompress(data, budget + 1)
    except zlib.error:
        return None


def _from_text(data: bytes) -> bytes | None:
    """``data`` out of ASCIIHex or ASCII85, if it is in either; what follows its end is nothing."""
    if found := _BASE_16.match(data):
        digits = b"".join(found[0][:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    if found := _BASE_85.match(data):
        try:
            return base64.a85decode(b"".join(found[0][:-2].split()))
        except ValueError:
            return None
    return None
