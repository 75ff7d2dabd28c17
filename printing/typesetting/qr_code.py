"""The QR code of an issued document. Importing this module loads segno and ReportLab."""

from __future__ import annotations

from typing import Any

import segno

from .packing import Stream


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
