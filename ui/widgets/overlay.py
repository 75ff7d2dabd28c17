"""The calm question before a page ends by itself: one large button, and the seconds left.

For the window. It covers the page (so that what is personal is out of sight as well) but not the
foot: help stays where it always is.
"""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.session import events as ev

from ..kit import Kit
from ..metrics import Role
from ..theme import PRIMARY, Colour
from .button import Button


class Overlay(QWidget):
    """ "Are you still there?" """

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(parent)
        self._kit = kit
        self.setObjectName("overlay")
        sizes = kit.sizes
        box = QVBoxLayout(self)
        side = sizes.space(20)
        box.setContentsMargins(side, side, side, side)
        box.setSpacing(sizes.space(7))
        title = kit.text(
            kit.say("overlay.title"), Role.TITLE, ground=Colour.HONEY, name="overlay.title"
        )
        self._left = kit.text("", Role.LEDE, ground=Colour.HONEY, name="overlay.left")
        stay = Button(
            kit, "overlay.stay", kit.say("overlay.stay"), lambda: kit.post(ev.Touched()),
            tone=PRIMARY, icon_name="check", height_mm=34.0,
        )  # fmt: skip
        box.addStretch(3)
        box.addWidget(title)
        box.addWidget(self._left)
        box.addSpacing(sizes.space(8))
        box.addWidget(stay)
        box.addStretch(2)
        self.hide()

    def count(self, seconds: float) -> None:
        """Say how many seconds are left."""
        left = max(1, math.ceil(seconds))
        self._left.say(self._kit.say("overlay.left", seconds=left))

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Colour.HONEY))
        painter.end()
