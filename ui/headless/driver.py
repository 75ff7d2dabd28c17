"""Presses the controls of the real pages, after it has checked that a person could press them.

Used by the headless journey and by tests. It sends mouse events to the window, as a touch screen
does, so it cannot press a control that is hidden, disabled or covered. It never calls a page's
code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ..window import TerminalWindow

LOOK_AGAIN_MS = 10
"""Interval between two checks of a condition while the event loop runs."""
SETTLE_S = 2.0
"""Time that a control has to appear (a page being laid out) before it counts as missing."""


class NotTouchableError(Exception):
    """A control that a person could not use now, and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class Driver:
    """Presses the controls of ``window``, which must be visible."""

    def __init__(self, window: TerminalWindow) -> None:
        self._window = window

    def control(self, name: str) -> QWidget:
        """Return the control of this name; raise ``NotTouchableError`` if a person could not use
        it."""
        found = [w for w in self._window.findChildren(QWidget, name) if w.isVisible()]
        if not found:
            raise NotTouchableError(name, "not on this page")
        if len(found) > 1:
            raise NotTouchableError(name, f"{len(found)} of this name on this page")
        control = found[0]
        if not control.isEnabled():
            raise NotTouchableError(name, "disabled")
        for point in _probes(control.rect()):
            self._reach(control, point)
        return control

    def names(self) -> tuple[str, ...]:
        """Return the object names of all controls that can be pressed now."""
        made = []
        for widget in self._window.findChildren(QWidget):
            name = widget.objectName()
            if name and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                try:
                    self.control(name)
                except NotTouchableError:
                    continue
                made.append(name)
        return tuple(made)

    def ready(self, name: str) -> QWidget:
        """Wait until the control of this name can be used; raise ``NotTouchableError`` on a
        time-out."""
        self.wait_until(lambda: self.touchable(name), SETTLE_S)
        return self.control(name)

    def click(self, name: str) -> None:
        """Wait as ``ready`` does, then press and release the control in its middle."""
        control = self.ready(name)
        at = control.mapTo(self._window, control.rect().center())
        handle = self._window.windowHandle()
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(handle, left, plain, at)
        QTest.mouseRelease(handle, left, plain, at)

    def type_digits(self, prefix: str, digits: str) -> None:
        """Press one key after the other; a key is named ``prefix`` + "." + digit."""
        for digit in digits:
            self.click(f"{prefix}.{digit}")

    def wait_until(self, met: Callable[[], bool], timeout_s: float) -> bool:
        """Run the event loop until ``met`` returns true; return false on a time-out."""
        if met():
            return True
        loop = QEventLoop()
        end = time.monotonic() + timeout_s
        failed: list[Exception] = []

        def look() -> None:
            try:
                over = met() or time.monotonic() >= end
            except Exception as error:  # Qt would only print it, on every tick
                failed.append(error)
                over = True
            if over:
                loop.quit()

        again = QTimer()
        again.timeout.connect(look)
        again.start(LOOK_AGAIN_MS)
        loop.exec()
        again.stop()
        if failed:
            raise failed[0]
        return met()

    def picture(self) -> QImage:
        """Return a picture of the window as it is now."""
        return snapshot(self._window)

    def touchable(self, name: str) -> bool:
        """Return whether a person could use the control of this name now."""
        try:
            self.control(name)
        except NotTouchableError:
            return False
        return True

    def _reach(self, control: QWidget, point: QPoint) -> None:
        at = control.mapTo(self._window, point)
        name = control.objectName()
        if not self._window.rect().contains(at):
            raise NotTouchableError(name, "outside the window")
        top = self._window.childAt(at)
        if top is not control and (top is None or not control.isAncestorOf(top)):
            over = "nothing" if top is None else top.objectName() or type(top).__name__
            raise NotTouchableError(name, f"covered by {over}")


def snapshot(window: QWidget) -> QImage:
    """Return a picture of ``window`` in the window's own pixels."""
    return window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def save(picture: QImage, path: Path) -> None:
    """Write a PNG; ``path`` ends in ``.png``.

    :raises OSError: it cannot be written.
    """
    if not picture.save(str(path)):
        raise OSError(f"cannot write {path}")


def _probes(rect: QRect) -> Sequence[QPoint]:
    """Return points that a finger may touch: the middle, and a point near each corner."""
    x, y = rect.width() // 6, rect.height() // 6
    inner = rect.adjusted(x, y, -x, -y)
    return (
        rect.center(), inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight(),
    )  # fmt: skip


def settle() -> None:
    """Process all pending events of the UI thread, deferred deletions included."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
