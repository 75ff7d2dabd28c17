"""What every page shows while a machine works: first that it works, then that it still does.

Used by the window, which knows since when the work lasts. One rule for all pages: progress after
1 s, "still working" after 2 s, and a way to stop when the state permits it (`State.may_stop`: after
10 s).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ..look.metrics import Role
from .button import Button
from .kit import Kit
from .surface import rounded

PROGRESS_AFTER_S = 1.0
"""Work that is over sooner needs no sign of progress: the sign itself would only flicker."""
STILL_AFTER_S = 2.0
"""Seconds without a change after which people would think that the terminal has stopped."""
STEP_MS = 80
"""Interval of the moving bar: smooth enough, and little work without a graphics processor."""
CROSSING_S = 2.4
"""Time in which the bar crosses once."""
SHARE = 0.3
"""The length of the moving part."""

Stop = tuple[str, str, Callable[[], None]]
"""Object name, text id and action of the button that stops the work."""


class MovingBar(QWidget):
    """A bar that moves while it is visible, for work whose length is unknown."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._at = 0.0
        self._theme = kit.theme
        self._moves = kit.place.motion
        self.setFixedHeight(kit.sizes.space(5))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._clock = QTimer(self)
        self._clock.setInterval(STEP_MS)
        self._clock.timeout.connect(self._move)

    def showEvent(self, _event: object) -> None:
        if self._moves:
            self._clock.start()

    def hideEvent(self, _event: object) -> None:
        self._clock.stop()

    def _move(self) -> None:
        self._at = (self._at + STEP_MS / 1000 / CROSSING_S) % 1.0
        self.update()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        radius = area.height() / 2
        rounded(painter, area, radius, self._theme.line, None, 0)
        length = area.width() * SHARE
        # From end to end and back, so that it never jumps.
        way = 1 - abs(1 - 2 * self._at)
        left = way * (area.width() - length)
        part = QRectF(left, 0, length, area.height())
        rounded(painter, part, radius, self._theme.progress, None, 0)
        painter.end()


class WaitStrip(QWidget):
    """Bar and words at the left, the way to stop at the right. It keeps its place while empty."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._action: Callable[[], None] = lambda: None
        self.setObjectName("waiting")
        sizes = kit.sizes
        row = QHBoxLayout(self)
        side, top = sizes.space(14), sizes.space(4)
        row.setContentsMargins(side, top, side, top)
        row.setSpacing(sizes.gap(8))
        words = QVBoxLayout()
        words.setSpacing(sizes.space(3))
        self._bar = MovingBar(kit)
        self._still = kit.text("", Role.BODY, colour=kit.theme.quiet, name="waiting.still")
        self._stop = Button(
            kit, "working.leave", kit.say("waiting.stop"), lambda: self._action(), icon_name="exit",
            height_mm=20.0,
        )  # fmt: skip
        for part in (self._bar, self._still, self._stop):
            keep = part.sizePolicy()
            keep.setRetainSizeWhenHidden(True)
            part.setSizePolicy(keep)
            part.hide()
        words.addStretch(1)
        words.addWidget(self._bar)
        words.addWidget(self._still)
        words.addStretch(1)
        row.addLayout(words, 3)
        row.addWidget(self._stop, 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def begin(self, still: str, stop: Stop | None, *, bar: bool) -> None:
        """Prepare for the work of a page. Without ``bar`` the page shows its progress itself."""
        self._still.say(still)
        self._bar.setHidden(True)
        self._moves = bar
        self._stops = stop is not None
        if stop is not None:
            name, key, self._action = stop
            self._stop.setObjectName(name)
            self._stop.label(self._kit.say(key))

    def show_age(self, seconds: float, *, stoppable: bool) -> None:
        """Show what belongs to work that lasts so long. ``stoppable``: it may be stopped now."""
        self._bar.setVisible(self._moves and seconds >= PROGRESS_AFTER_S)
        self._still.setVisible(seconds >= STILL_AFTER_S)
        self._stop.setVisible(self._stops and (stoppable))

    def needed_height(self, width: int) -> int:
        """Return its height in pixels at this width."""
        layout = self.layout()
        assert layout is not None
        return int(layout.totalMinimumHeightForWidth(width))
