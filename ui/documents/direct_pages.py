"""Draws the pages of a PDF at once, in this process: only for the project's own sample documents.

Used by the gallery and by tests of the pages. A running terminal draws documents in the worker
process (`printing.document_worker`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from devices.health import Fault
from printing.document_worker.pictures import Picture
from printing.faults import CANNOT_BE_SHOWN

from .rasteriser import Rasteriser


class DirectPages:
    """The pages of ``pdf`` (`printing.document_worker.pictures.Pages`); QtPdf opens it on first
    use."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf

    @cached_property
    def _opened(self) -> Rasteriser | None:
        return Rasteriser.opened(self._pdf)

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height of each page in points."""
        return () if self._opened is None else self._opened.sizes

    def ask(
        self, page: int, width_px: int, height_px: int, then: Callable[[Picture | Fault], None]
    ) -> None:
        """Draw a page, and call ``then`` before returning."""
        pixels = None
        if self._opened is not None and 0 <= page < len(self.sizes):
            pixels = self._opened.draw(page, width_px, height_px)
        if pixels is None:
            then(CANNOT_BE_SHOWN)
        else:
            then(Picture(width_px, height_px, bytes(pixels)))

    def close(self) -> None:
        """Free the document."""
        self._pdf = b""
        if self._opened is not None:
            self._opened.close()
            self.__dict__["_opened"] = None
