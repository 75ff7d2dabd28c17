"""Append a revision to a PDF, for the copy that the preview shows.

For `printing.seal.preview`. pyHanko itself would also write a new date into the metadata. For that
it loads an XML library of 4 MB that nothing else in the terminal needs. Importing this module loads
pyHanko.
"""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class Revision(IncrementalPdfFileWriter):
    """A writer that appends a revision to ``pdf`` and does not change the metadata."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(BytesIO(pdf), strict=False)

    def _update_meta(self) -> None:
        """Do nothing. pyHanko calls this before it writes."""
