"""Draws the pages of a PDF with QtPdf, in memory, as pixels.

Used by the worker process, and for sample documents in galleries and tests. It needs neither a
window nor an application object.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument


class Rasteriser:
    """An open PDF (`printing.document_worker.serving.LoadedPages`)."""

    def __init__(self, pdf: bytes) -> None:
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._image = QImage()
        self._document = QPdfDocument()
        self._document.load(self._buffer)
        points = [self._document.pagePointSize(n) for n in range(self._document.pageCount())]
        self._sizes = tuple((size.width(), size.height()) for size in points)

    @classmethod
    def opened(cls, pdf: bytes) -> Rasteriser | None:
        """Open ``pdf``; return ``None`` if QtPdf cannot read it or a page has no size."""
        made = cls(pdf)
        if made.sizes and all(min(size) > 0 for size in made.sizes):
            return made
        made.close()
        return None

    @property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        """Width and height of each page in points, its rotation applied."""
        return self._sizes

    def draw(self, page: int, width_px: int, height_px: int) -> memoryview | None:
        """Return the page as pixels (`printing.document_worker.pictures.Picture`); ``None`` if that
        fails.

        They are valid until the next call of ``draw`` or ``close``.
        """
        self._image = QImage()
        image = self._document.render(page, QSize(width_px, height_px))
        if (image.width(), image.height()) != (width_px, height_px) or image.depth() != 32:
            return None
        self._image = image  # this object owns the memory that is returned
        return memoryview(image.constBits())

    def close(self) -> None:
        """Free the document and the last picture."""
        self._image = QImage()
        self._document.close()
        self._buffer.close()
        self._buffer.setData(QByteArray())
