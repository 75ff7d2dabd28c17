"""Drawings on a page: the QR code, the watermark of samples, the tear line."""

from __future__ import annotations

import math
from typing import Any

import segno

from .font_chain import FontChain
from .packing import Stream
from .sheet import Align, Sheet, outline_path

_PALE = 0.93
"""Gray level of the watermark: visible on white, and pale enough to read text over it."""
_TILT = math.radians(32)


def watermark(sheet: Sheet, chain: FontChain, part: float = 1.0) -> None:
    """Draw 样张 diagonally across the page, below everything else, as a drawing and not as text.

    ``part``: size relative to A4, for smaller paper.
    """
    turn = (math.cos(_TILT), math.sin(_TILT))
    path = f"{_PALE:g} g " + outline_path(chain, "样张", spacing=1150)
    # The two characters are 114 mm long and are centred on the page.
    x = sheet.width / 2 + (12 - 57 * turn[0]) * part
    y = sheet.height / 2 + (57 * turn[1] + 18) * part
    sheet.figure(path, x, y, 0.15 * part, turn)


def tear_line(sheet: Sheet, x: float, y: float, width: float, words: str, size: float) -> None:
    """Draw a dashed line with ``words`` in its middle."""
    gap = sheet.typeface.width(words, size) * 25.4 / 72 + 6
    side = (width - gap) / 2
    for start in (x, x + side + gap):
        sheet.dashed(start, y, side)
    sheet.text(x + width / 2, y + size * 0.12, words, size, Align.CENTRE, gray=0.25)


def qr_code(url: str) -> Any:
    """Return the QR code (ISO/IEC 18004, level M) as a ReportLab stream object.

    It is a one-bit stencil image with one pixel per module, so printers draw no gaps between
    modules. The mask pattern is fixed: comparing all eight takes five times as long, and readers
    accept any.
    """
    code = segno.make(url, error="m", micro=False, mask=2)
    size = len(code.matrix)
    width = -(-size // 8)
    # In a stencil, 0 is painted. Rows are padded with 1 to whole bytes.
    content = b"".join(
        int("".join("0" if module else "1" for module in row).ljust(8 * width, "1"), 2).to_bytes(
            width, "big"
        )
        for row in code.matrix
    )
    return Stream(
        content,
        Type="/XObject",
        Subtype="/Image",
        Width=size,
        Height=size,
        ImageMask="true",
        BitsPerComponent=1,
        Interpolate="false",
    )
