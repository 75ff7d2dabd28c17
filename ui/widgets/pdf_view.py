"""The preview of a document: one page as a picture at the screen's own resolution.

The view requests each picture and shows it when it arrives. No part of the document is drawn on the
UI thread, so the screen stays responsive even if a page takes long. Until then the page is white.
"""

from __future__ import annotations

import math
import threading

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from devices.health import Fault
from printing.document_worker.messages import MAX_PIXELS, MAX_SIDE_PX
from printing.document_worker.pictures import BYTES_PER_PIXEL, Pages, Picture

from .kit import Kit

STEP = 0.8
"""Share of the view by which one step moves, so that a line or two stay visible."""
ZOOM = 2.0
"""Scale of the reading view, relative to the view of the whole page."""
MARK_AFTER_MS = 300
"""Time after which the mark is shown; a picture usually arrives within 30 ms."""
MARK_MM = 2.4
"""Diameter of each of the mark's three dots."""
PAPER, MARK = "#FFFFFF", "#3A454E"
"""Paper is white in every theme, and the mark is on it."""

Request = tuple[int, QSize]
"""A page (from 0), and its size in pixels."""


class PdfView(QWidget):
    """One page; in the reading view it is larger, and a finger moves it.

    ``pages`` is ``None`` if there is nothing to show. ``picture`` is from an earlier view of the
    same document; it is shown until a newer one arrives.
    """

    changed = Signal()
    """The picture arrived, or the mark appeared: see ``drawn`` and ``waiting``."""
    failed = Signal(object)
    """A page cannot be drawn; carries the reason (``Fault``)."""
    _answered = Signal(object, object)

    def __init__(
        self, kit: Kit, pages: Pages | None, picture: tuple[Request, QImage] | None = None
    ) -> None:
        super().__init__()
        self._kit = kit
        self._pages = pages
        self._sizes = () if pages is None else pages.sizes
        self._page, self._large = 0, False
        self._picture = picture
        self._asked: Request | None = None
        """The open request. There is only one at a time, so that older requests do not pile up."""
        self._failed: Request | None = None
        self._painted: Request | None = None
        self._lock = threading.RLock()  # reentrant: the answer may arrive during the call that asks
        self._closed = False
        self._answered.connect(self._take)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(MARK_AFTER_MS)
        self._patience.timeout.connect(self._show_mark)
        self._marked = False
        self._at = QPointF(0, 0)
        self._grip: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(kit.sizes.space(80))

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page shown, from 0."""
        return self._page

    @property
    def picture(self) -> tuple[Request, QImage] | None:
        """The last picture that arrived, for another view of the same document."""
        return self._picture

    @property
    def drawn(self) -> bool:
        """Whether the picture of the current page has arrived and was painted."""
        return self._painted is not None and self._painted == self._wanted()

    @property
    def to_come(self) -> bool:
        """Whether the picture of the current page is missing, either still or for ever."""
        return self._pages is not None and not self._has(self._wanted())

    @property
    def waiting(self) -> bool:
        """Whether the mark is shown because the current page takes long."""
        return self._marked and not self._has(self._wanted())

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
        """Show the whole page, or the reading view from the page's top."""
        self._large = large
        self._at = QPointF(0, 0)
        self.update()

    def move_on(self, step: int) -> bool:
        """Move the reading view in reading order: right, then down; return false at the end."""
        if not self.can_move(step):
            return False
        self._at = self._moved(step)
        self.update()
        return True

    def can_move(self, step: int) -> bool:
        """Return whether there is more of this page in that direction."""
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
        """Return how far the page can be moved to the left and upwards."""
        size = self._page_size()
        return max(0.0, size.width() - self.width()), max(0.0, size.height() - self.height())

    def close_document(self) -> None:
        """Free the document and its pictures; drop a picture that arrives later."""
        with self._lock:
            self._closed = True
        self._patience.stop()
        self._pages, self._sizes = None, ()
        self._picture, self._painted, self._asked = None, None, None

    def _page_size(self) -> QSize:
        if not self._sizes:
            return QSize(1, 1)
        wide, high = self._sizes[self._page]
        scale = min(self.width() / wide, self.height() / high)
        if self._large:
            # Make the page at least as wide as the view, so that few lines need moving.
            scale = max(scale * ZOOM, self.width() / wide)
            scale = min(scale, 2.4 * self.width() / wide)
        scale = min(scale, _largest_scale(wide, high))
        return QSize(max(1, round(wide * scale)), max(1, round(high * scale)))

    # -- requesting and receiving pictures -----------------------------------------------------

    def _wanted(self) -> Request:
        return self._page, self._page_size()

    def _has(self, request: Request) -> bool:
        return self._picture is not None and self._picture[0] == request

    def _ask(self) -> None:
        """Request the current page, unless it is there or another request is open."""
        wanted = self._wanted()
        if self._pages is None or self._asked is not None:
            return
        if wanted == self._failed or self._has(wanted):
            return
        self._asked = wanted
        if not self._patience.isActive() and not self._marked:
            self._patience.start()
        size = wanted[1]
        self._pages.ask(
            wanted[0], size.width(), size.height(), lambda answer: self._deliver(wanted, answer)
        )

    def _deliver(self, request: Request, answer: Picture | Fault) -> None:
        """Pass the answer to the UI thread; called on any thread."""
        with self._lock:
            # Emit while holding the lock, so that nothing is emitted after ``close_document`` has
            # returned.
            if not self._closed:
                self._answered.emit(request, answer)

    def _take(self, request: Request, answer: Picture | Fault) -> None:
        """Accept an answer on the UI thread. Drop a picture of another page or size than now
        wanted.

        A fault is never dropped, because it means that the document has a page that cannot be
        shown.
        """
        if self._closed:
            return
        self._asked = None
        wanted = self._wanted()
        if isinstance(answer, Fault):
            self._failed = request
        elif request == wanted:
            self._picture = (request, _image(answer))
        if self._has(wanted) or self._failed == wanted:
            self._patience.stop()
            self._marked = False
            self.changed.emit()
        if isinstance(answer, Fault):
            self.failed.emit(answer)
        self.update()

    def _show_mark(self) -> None:
        self._marked = True
        self.changed.emit()
        self.update()

    def paintEvent(self, _event: object) -> None:
        if self.pages == 0:
            return
        self._ask()
        wanted = self._wanted()
        painter = QPainter(self)
        place = self._place(wanted[1])
        painter.setPen(Qt.PenStyle.NoPen)
        unit = self._kit.screen.px_per_mm * 0.45
        shadow = QColor(self._kit.theme.picture.shadow)
        shadow.setAlpha(9)
        for i in range(4):
            painter.setBrush(shadow)
            spread = unit * (4 - i)
            painter.drawRect(place.adjusted(-spread, 0, spread, spread))
        painter.fillRect(place, QColor(PAPER))
        if self._picture is not None and self._has(wanted):
            painter.drawImage(place.topLeft(), self._picture[1])
            self._painted = wanted
        elif self._picture is not None and self._picture[0][0] == wanted[0]:
            painter.drawImage(place, self._picture[1])  # the same page, in another size until then
        if self.waiting:
            self._paint_mark(painter, place)
        painter.end()

    def _paint_mark(self, painter: QPainter, place: QRectF) -> None:
        """Paint three dots in the middle of the visible part of the page."""
        side = self._kit.sizes.mm(MARK_MM)
        middle = place.intersected(QRectF(self.rect())).center()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(MARK))
        for step in (-2, 0, 2):
            painter.drawEllipse(middle + QPointF(step * side, 0), side / 2, side / 2)

    def _place(self, size: QSize) -> QRectF:
        left = (self.width() - size.width()) / 2 if size.width() <= self.width() else -self._at.x()
        top = (
            (self.height() - size.height()) / 2 if size.height() <= self.height() else -self._at.y()
        )
        return QRectF(left, top, size.width(), size.height())

    # -- moving the reading view ---------------------------------------------------------------

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


def _largest_scale(wide: float, high: float) -> float:
    """Return the largest scale at which the document process draws a page of this size."""
    # Slightly less, because the sides are rounded.
    return 0.999 * min(math.sqrt(MAX_PIXELS / (wide * high)), MAX_SIDE_PX / max(wide, high))


def _image(picture: Picture) -> QImage:
    """Return the picture for Qt, with a copy of the pixels."""
    wide, high = picture.width, picture.height
    line = wide * BYTES_PER_PIXEL
    return QImage(picture.pixels, wide, high, line, QImage.Format.Format_ARGB32).copy()
