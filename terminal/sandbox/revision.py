"""The file revision that holds the seal and nothing else.

Used by `signing`. pyHanko would also write its own name and the time into the metadata, in a form
that PDF/A does not allow. The typesetter's metadata must not change.
"""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class SealRevision(IncrementalPdfFileWriter):
    """A writer that adds one revision to ``pdf``."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(BytesIO(pdf))

    def _update_meta(self) -> None:
        """Change nothing. pyHanko calls this before writing; the seal itself holds its time."""


def streams_end_plainly(revision: bytes) -> bool:
    """Whether no stream's content ends with a carriage return.

    pyHanko writes a line feed after it. Both together would be one line end, and the stated
    length would be ambiguous (ISO 19005-2, 6.1.7.1).
    """
    return b"\r\nendstream" not in revision
