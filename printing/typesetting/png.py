"""Embed pictures in PNG format (ISO/IEC 15948) without decoding them.

PDF's Flate filter with the PNG predictors reads the compressed rows of a PNG file as they are (ISO
32000-1, 7.4.4.4). Importing this module loads ReportLab.
"""

from __future__ import annotations

import struct
from typing import Any

from reportlab.pdfbase import pdfdoc

from .packing import Stream

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">II5B")
"""Width, height, bits, colour type, compression, filter, interlace."""
_PLAIN_RGB = (8, 2, 0, 0, 0)
"""Eight bits for each of red, green and blue, no transparency, not interlaced."""


class UnusablePngError(ValueError):
    """The file is not a PNG of the kind that can be embedded: RGB, 8 bits, not interlaced."""


def png_size(png: bytes) -> tuple[int, int]:
    """Return width and height in pixels.

    :raises UnusablePngError: it cannot be embedded.
    """
    body = dict(_chunks(png)).get(b"IHDR", b"")
    if len(body) != _HEADER.size:
        raise UnusablePngError("no header")
    width, height, *kind = _HEADER.unpack(body)
    if tuple(kind) != _PLAIN_RGB:
        raise UnusablePngError(f"not plain RGB: {kind}")
    return width, height


def png_image(png: bytes) -> Any:
    """Return the picture as a ReportLab stream object.

    :raises UnusablePngError: it cannot be embedded.
    """
    width, height = png_size(png)
    rows = b"".join(body for name, body in _chunks(png) if name == b"IDAT")
    predictor = {"Predictor": 15, "Colors": 3, "BitsPerComponent": 8, "Columns": width}
    return Stream(
        rows,
        clear=True,  # compressed already
        Type="/XObject",
        Subtype="/Image",
        Width=width,
        Height=height,
        ColorSpace="/DeviceRGB",
        BitsPerComponent=8,
        Interpolate="false",
        Filter="/FlateDecode",
        DecodeParms=pdfdoc.PDFDictionary(predictor),
    )


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Return name and content of each chunk, up to the first that is cut off."""
    if not png.startswith(SIGNATURE):
        raise UnusablePngError("not a PNG file")
    found, at = [], len(SIGNATURE)
    while at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        body = png[at + 8 : at + 8 + length]
        if len(body) < length:
            break
        found.append((png[at + 4 : at + 8], body))
        at += 12 + length
    return found
