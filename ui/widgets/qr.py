"""A QR code that a phone reads from the screen: always black on white, in every theme.

Used for the electronic copy. Each module is drawn in whole pixels, so that no edge is blurred. The
content is secret to all but the person in front of the screen. No text and no name here contains
it, and ``forget`` deletes it.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from .kit import Kit

LEAST_MM = 45.0
"""Smallest side of the code without its margin: readable from 40 cm with a cheap phone's camera."""
WANTED_MM = 80.0
"""Side if there is space. It is not larger, so that others cannot scan it from across the room."""
QUIET = 4
"""Modules of white around it (ISO/IEC 18004, 9.1)."""
BLACK, WHITE = "#000000", "#FFFFFF"


class QrCode(QWidget):
    """``content`` as a QR code (error correction M), with ``accessible_name`` for screen
    readers."""

    def __init__(self, kit: Kit, content: str, accessible_name: str) -> None:
        super().__init__()
        # Imported here because it takes 50 ms, for which the first page must not wait.
        import segno

        code = segno.make(content, error="m", micro=False)
        self._rows = tuple(tuple(bool(dark) for dark in row) for row in code.matrix)
        least, wanted = (kit.sizes.mm(side) for side in (LEAST_MM, WANTED_MM))
        modules = len(self._rows)
        self._unit = max(-(-least // modules), wanted // modules)
        self.setAccessibleName(accessible_name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())

    @property
    def side_px(self) -> int:
        """Side of the code without its margin, in pixels."""
        return len(self._rows) * self._unit

    def forget(self) -> None:
        """Delete the code and show nothing."""
        self._rows = ()
        self.update()

    def sizeHint(self) -> QSize:
        side = self.side_px + 2 * QUIET * self._unit
        return QSize(side, side)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(WHITE))
        painter.setPen(Qt.PenStyle.NoPen)
        unit = self._unit
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    at = QRect((x + QUIET) * unit, (y + QUIET) * unit, unit, unit)
                    painter.fillRect(at, QColor(BLACK))
        painter.end()
