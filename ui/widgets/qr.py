"""A QR code that a phone reads from the screen: black on white whatever the page's colours.

For the electronic copy. It is drawn module by module in whole pixels, so that no edge is blurred.
What it holds is a secret of the person before the screen: it stands in no text and no name here,
and ``forget`` lets go of it.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from .kit import Kit

LEAST_MM = 45.0
"""Side of the code without its margin: read from 40 cm by the camera of a cheap phone."""
WANTED_MM = 80.0
"""Where there is room. No larger: nobody is to read it from across the room."""
QUIET = 4
"""Modules of white around it (ISO/IEC 18004, 9.1)."""
BLACK, WHITE = "#000000", "#FFFFFF"


class QrCode(QWidget):
    """``content`` as a QR code (error correction M), named ``said`` for screen readers."""

    def __init__(self, kit: Kit, content: str, said: str) -> None:
        super().__init__()
        # Here and not above: it takes 50 ms, which the first page must not wait for.
        import segno

        code = segno.make(content, error="m", micro=False)
        self._rows = tuple(tuple(bool(dark) for dark in row) for row in code.matrix)
        least, wanted = (kit.sizes.mm(side) for side in (LEAST_MM, WANTED_MM))
        modules = len(self._rows)
        self._unit = max(-(-least // modules), wanted // modules)
        self.setAccessibleName(said)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())

    @property
    def side_px(self) -> int:
        """Side of the code without its margin, in pixels."""
        return len(self._rows) * self._unit

    def forget(self) -> None:
        """Show nothing any more."""
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
