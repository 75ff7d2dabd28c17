"""The warning before a page ends by itself: one large button, and the seconds left.

Used by the window. It covers the page, so that personal data are not visible either. It does not
cover the foot, so that help stays available.
"""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal import session

from ..look.metrics import Role
from .button import Button
from .kit import Kit


class Overlay(QWidget):
    """Asks whether the resident is still there, or announces the end of the longest visit."""

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(parent)
        self._kit = kit
        self.setObjectName("overlay")
        sizes = kit.sizes
        box = QVBoxLayout(self)
        side = sizes.space(20)
        box.setContentsMargins(side, side, side, side)
        box.setSpacing(sizes.space(7))
        tile = kit.theme.warning
        self._title = kit.text(
            "", Role.TITLE, colour=tile.ink, ground=tile.ground, name="overlay.title"
        )
        self._left = kit.text(
            "", Role.LEDE, colour=tile.ink, ground=tile.ground, name="overlay.left"
        )
        self._stay = Button(
            kit, "overlay.stay", kit.say("overlay.stay"),
            lambda: kit.post(session.events.Touched()),
            tone=kit.theme.primary, icon_name="check", height_mm=34.0,
        )  # fmt: skip
        self._end = Button(
            kit, "overlay.end", kit.say("overlay.end"),
            lambda: kit.post(session.events.LeavePressed()),
            tone=kit.theme.primary, icon_name="exit", height_mm=34.0,
        )  # fmt: skip
        box.addStretch(3)
        box.addWidget(self._title)
        box.addWidget(self._left)
        box.addSpacing(sizes.space(8))
        box.addWidget(self._stay)
        box.addWidget(self._end)
        box.addStretch(2)
        self.hide()

    def count(self, seconds: float, *, final: bool) -> None:
        """Show the seconds left; if ``final`` is set, a touch no longer extends the visit."""
        left, say = max(1, math.ceil(seconds)), self._kit.say
        self._title.say(say("overlay.longest.title" if final else "overlay.title"))
        self._left.say(say("overlay.longest.left" if final else "overlay.left", seconds=left))
        self._stay.setVisible(not final)
        self._end.setVisible(final)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._kit.theme.warning.ground))
        painter.end()
