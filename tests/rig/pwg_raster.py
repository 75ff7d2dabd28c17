"""Decode PWG Raster (PWG 5102.4) into rows of grey, to compare what a printer would print."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

SYNC = b"RaS2"
HEADER_BYTES = 1796


@dataclass(frozen=True)
class RasterPage:
    """One page: ``dpi`` (horizontal, vertical), and 8-bit grey rows from the top (0 is black)."""

    dpi: tuple[int, int]
    width: int
    height: int
    rows: list[bytes]


def pages(path: Path) -> list[RasterPage]:
    """Return every page of the file.

    :raises ValueError: it is not a PWG Raster file.
    """
    data = path.read_bytes()
    if data[:4] != SYNC:
        raise ValueError("no sync word")
    found, at = [], 4
    while at < len(data):
        header = data[at : at + HEADER_BYTES]
        page, at = _page(header, data, at + HEADER_BYTES)
        found.append(page)
    return found


def _page(header: bytes, data: bytes, at: int) -> tuple[RasterPage, int]:
    dpi = struct.unpack(">II", header[276:284])
    width, height = struct.unpack(">II", header[372:380])
    _bits_per_colour, bits, line_bytes = struct.unpack(">III", header[384:396])
    step = bits // 8
    if step not in (1, 3):
        raise ValueError(f"{bits} bits a pixel")
    rows: list[bytes] = []
    while len(rows) < height:
        repeat, at = data[at] + 1, at + 1
        line = bytearray()
        while len(line) < line_bytes:
            run, at = data[at], at + 1
            if run < 128:
                line += data[at : at + step] * (run + 1)
                at += step
            else:
                count = (257 - run) * step
                line += data[at : at + count]
                at += count
        # Use green as grey: the documents compared here are black and white.
        rows += [bytes(line[1::3] if step == 3 else line)] * repeat
    return RasterPage((dpi[0], dpi[1]), width, height, rows), at
