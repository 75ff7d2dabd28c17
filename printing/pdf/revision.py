"""One more revision of a PDF, for the preview's copy.

For `printing.seal.preview`. pyHanko would also write a new date into the file's metadata, with an
XML library that takes 4 MB and that nothing else in the terminal needs. Importing this loads
pyHanko.
"""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class Revision(IncrementalPdfFileWriter):
    """``pdf`` with room for one more revision; its metadata stays as it is."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(BytesIO(pdf), strict=False)

    def _update_meta(self) -> None:
        """Called by pyHanko before it writes."""
