"""The warning beside the page: the seconds left, and a button that gives more time.

Used by the window on pages that ask for an act outside the screen (`State.acts_outside`). They stay
readable and usable. Other pages are covered (`overlay`).
"""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from terminal import session

from ..look.metrics import Role
from .button import Button
from .kit import Kit


class Banner(QWidget):
    """Counts down above the page. It is hidden until the page warns."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.setObjectName("banner")
        sizes = kit.sizes
        row = QHBoxLayout(self)
        side, top = sizes.space(14), sizes.space(3)
        row.setContentsMargins(side, top, side, top)
        row.setSpacing(sizes.gap(6))
        tile = kit.theme.warning
        self._left = kit.text(
            "", Role.BODY, bold=True, colour=tile.ink, ground=tile.ground, name="banner.left"
        )
        self._stay = Button(
            kit, "banner.stay", kit.say("banner.stay"),
            lambda: kit.post(session.events.Touched()), tone=kit.theme.primary, height_mm=20.0,
        )  # fmt: skip
        self._end = Button(
            kit, "banner.end", kit.say("overlay.end"),
            lambda: kit.post(session.events.LeavePressed()), tone=kit.theme.primary, height_mm=20.0,
        )  # fmt: skip
        row.addWidget(self._left, 3)
        row.addWidget(self._stay, 2)
        row.addWidget(self._end, 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def count(self, seconds: float, *, final: bool) -> None:
        """Show the seconds left; if ``final`` is set, a touch no longer extends the visit."""
        key = "banner.longest" if final else "banner.left"
        self._left.say(self._kit.say(key, seconds=max(1, math.ceil(seconds))))
        self._stay.setVisible(not final)
        self._end.setVisible(final)

    def needed_height(self, width: int) -> int:
        """Return its height in pixels at this width, with its longest text."""
        self.count(99, final=True)
        layout = self.layout()
        assert layout is not None
        longest = int(layout.totalMinimumHeightForWidth(width))
        self.count(99, final=False)
        return max(longest, int(layout.totalMinimumHeightForWidth(width)))

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._kit.theme.warning.ground))
        painter.end()
