"""What sealing adds to a file: the seal, and nothing else.

For `signing`. pyHanko would also name itself and the hour in the file's metadata, and write them
anew in a form that PDF/A does not allow. It must never change what the typesetter stated.
"""

from __future__ import annotations

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class SealRevision(IncrementalPdfFileWriter):
    """``pdf`` with room for one more revision."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(BytesIO(pdf))

    def _update_meta(self) -> None:
        """Called by pyHanko before it writes; the hour of the seal stands in the seal."""


def streams_end_plainly(revision: bytes) -> bool:
    """Whether no stream's content ends with a carriage return.

    The line feed that pyHanko writes after it would make a line end of both, and nobody could say
    whether the stated length is right (ISO 19005-2, 6.1.7.1).
    """
    return b"\r\nendstream" not in revision
