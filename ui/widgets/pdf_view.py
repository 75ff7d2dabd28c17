"""The verified bytes as pictures: one page of the PDF at the screen's own resolution.

For the preview. It is rasterised by QtPdf from memory, never drawn again from data, and nothing
of it touches a disk. QtPdf is loaded here, when the first document is shown.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..kit import Kit
from ..theme import Colour

STEP = 0.8
"""Share of the view by which a step moves on: a line or two stay in sight."""
ZOOM = 2.0
"""How much larger than the whole page the reading view is."""


class PdfView(QWidget):
    """One page; in the reading view it is larger, and a finger moves it."""

    def __init__(self, kit: Kit, pdf: bytes) -> None:
        super().__init__()
        self._kit = kit
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document = QPdfDocument(self)
        self._document.load(self._buffer)
        self._page, self._large = 0, False
        self._image: QImage | None = None
        self._drawn: tuple[int, QSize] | None = None
        self._at = QPointF(0, 0)
        self._grip: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(kit.sizes.space(80))

    @property
    def pages(self) -> int:
        """Pages of the document."""
        return self._document.pageCount()

    @property
    def page(self) -> int:
        """The page shown, from 0."""
        return self._page

    @property
    def drawn(self) -> bool:
        """Whether the page on view has been rasterised and painted."""
        return self._drawn is not None and self._drawn[0] == self._page

    @property
    def large(self) -> bool:
        """Whether this is the reading view."""
        return self._large

    def turn_to(self, page: int) -> None:
        """Show another page from its top."""
        self._page = min(max(page, 0), max(0, self.pages - 1))
        self._at = QPointF(0, 0)
        self.update()

    def enlarge(self, large: bool) -> None:
        """The whole page, or the reading view from the page's top."""
        self._large = large
        self._at = QPointF(0, 0)
        self.update()

    def move_on(self, step: int) -> bool:
        """In the reading view, on as one reads: right, then down; false at the end."""
        if not self.can_move(step):
            return False
        self._at = self._moved(step)
        self.update()
        return True

    def can_move(self, step: int) -> bool:
        """Whether there is more of this page in that direction."""
        return self._large and (self._moved(step) - self._at).manhattanLength() >= 1

    def _moved(self, step: int) -> QPointF:
        right, low = self._farthest()
        across = min(max(self._at.x() + step * self.width() * STEP, 0.0), right)
        if abs(across - self._at.x()) >= 1:
            return QPointF(across, self._at.y())
        down = min(max(self._at.y() + step * self.height() * STEP, 0.0), low)
        if abs(down - self._at.y()) < 1:
            return self._at
        return QPointF(0.0 if step > 0 else right, down)

    def _farthest(self) -> tuple[float, float]:
        """How far the page can be moved to the left and upwards."""
        size = self._page_size()
        return max(0.0, size.width() - self.width()), max(0.0, size.height() - self.height())

    def close_document(self) -> None:
        """Let go of the document and of every picture of it."""
        self._image, self._drawn = None, None
        self._document.close()
        self._buffer.close()
        self._buffer.setData(QByteArray())

    def _page_size(self) -> QSize:
        points = self._document.pagePointSize(self._page)
        if points.isEmpty():
            return QSize(1, 1)
        scale = min(self.width() / points.width(), self.height() / points.height())
        if self._large:
            # The reading view is at least as wide as its room, so that a line is read in one go.
            scale = max(scale * ZOOM, self.width() / points.width())
            scale = min(scale, 2.4 * self.width() / points.width())
        return QSize(round(points.width() * scale), round(points.height() * scale))

    def paintEvent(self, _event: object) -> None:
        if self.pages == 0:
            return
        size = self._page_size()
        if self._drawn != (self._page, size):
            self._image = self._document.render(self._page, size)
            self._drawn = (self._page, size)
        assert self._image is not None
        painter = QPainter(self)
        place = self._place(size)
        painter.setPen(Qt.PenStyle.NoPen)
        unit = self._kit.screen.px_per_mm * 0.45
        for i in range(4):
            painter.setBrush(QColor(20, 33, 43, 9))
            spread = unit * (4 - i)
            painter.drawRect(place.adjusted(-spread, 0, spread, spread))
        painter.fillRect(place, QColor(Colour.WHITE))
        painter.drawImage(place.topLeft(), self._image)
        painter.end()

    def _place(self, size: QSize) -> QRectF:
        left = (self.width() - size.width()) / 2 if size.width() <= self.width() else -self._at.x()
        top = (
            (self.height() - size.height()) / 2 if size.height() <= self.height() else -self._at.y()
        )
        return QRectF(left, top, size.width(), size.height())

    # -- a finger moves the reading view -------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.position() + self._at

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None or not self._large:
            return
        wanted, (right, low) = self._grip - event.position(), self._farthest()
        self._at = QPointF(min(max(wanted.x(), 0.0), right), min(max(wanted.y(), 0.0), low))
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = None
