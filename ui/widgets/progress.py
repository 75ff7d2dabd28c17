"""A bar whose length is the share of pages counted; it never moves by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from .kit import Kit
from .surface import rounded


class Bar(QWidget):
    """A bar for the share of pages printed."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._share = 0.0
        self._theme = kit.theme
        self.setFixedHeight(kit.sizes.space(6.5))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Set the bar's length, 0 to 1."""
        self._share = min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        radius = area.height() / 2
        rounded(painter, area, radius, self._theme.line, None, 0)
        if self._share > 0:
            length = max(area.height(), area.width() * self._share)
            done = QRectF(0, 0, length, area.height())
            rounded(painter, done, radius, self._theme.progress, None, 0)
        painter.end()
