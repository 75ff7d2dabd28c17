"""How many pages a PDF has: for a file that is printed as it is, sealed or not."""

from __future__ import annotations

import io

from devices.health import Fault

from .faults import NOT_A_PDF
from .seal_bytes import MAX_BYTES

MAX_PAGES = 1000
"""More than any printer's tray: a count beyond it is not believed."""


def page_count(pdf: bytes) -> int | Fault:
    """The number of pages, 1 to ``MAX_PAGES``, or why there is none to be had."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    if len(pdf) > MAX_BYTES:
        return NOT_A_PDF.with_detail(f"{len(pdf)} bytes, {MAX_BYTES} are accepted")
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        if reader.encrypted:
            return NOT_A_PDF.with_detail("encrypted")
        count = int(reader.root["/Pages"]["/Count"])
    except (PdfError, KeyError, TypeError, ValueError, RecursionError) as error:
        return NOT_A_PDF.with_detail(type(error).__name__)
    if not 1 <= count <= MAX_PAGES:
        return NOT_A_PDF.with_detail(f"{count} pages")
    return count
