"""The frame around the control that has the focus: two tones, outside the control's edge.

The window makes it when the focus first comes by key. It follows the control wherever the layout
moves it, and never takes a touch.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from .kit import Kit

NAME = "focus"
_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide})


class FocusFrame(QWidget):
    """Lies over the window, around one control; hidden while there is none."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName(NAME)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._window = window
        self._kit: Kit | None = None
        self._control: QWidget | None = None
        self._watched: list[QWidget] = []
        self.hide()

    def surround(self, control: QWidget | None, kit: Kit) -> None:
        """Surround ``control``; with ``None`` hide the frame."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = []
        self._kit, self._control = kit, control
        at = control
        while at is not None and at is not self._window:
            at.installEventFilter(self)
            self._watched.append(at)
            at = at.parentWidget()
        self._follow()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._follow()
        return False

    def _follow(self) -> None:
        control, kit = self._control, self._kit
        if control is None or kit is None or not control.isVisibleTo(self._window):
            self.hide()
            return
        wide = kit.sizes.focus
        place = QRect(control.mapTo(self._window, QPoint(0, 0)), control.size())
        self.setGeometry(place.adjusted(-wide, -wide, wide, wide))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: object) -> None:
        kit = self._kit
        if kit is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        wide, radius = kit.sizes.focus, kit.sizes.radius()
        tone = wide / 2
        inner, outer = kit.theme.focus
        for colour, inset in ((outer, tone * 0.5), (inner, tone * 1.5)):
            painter.setPen(QPen(QColor(colour), tone))
            area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            round_by = radius + wide - inset
            painter.drawRoundedRect(area, round_by, round_by)
        painter.end()
