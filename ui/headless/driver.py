"""A finger for the real pages: finds what can be touched, makes sure it can be, and touches it.

For the headless journey and the tests. It presses at the window, as a screen does, so that what
is hidden, disabled or covered stays untouched; it never calls a page's code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session.states import State

from ..window import TerminalWindow

S = TypeVar("S", bound=State)

LOOK_AGAIN_MS = 10
"""How often a condition is looked at while the event loop runs."""
SETTLE_S = 2.0
"""For a control that is about to appear (a page being laid out) before it counts as missing."""


class NotTouchableError(Exception):
    """A control that a person could not use now, and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class Driver:
    """Touches ``window``, which must be shown."""

    def __init__(self, window: TerminalWindow) -> None:
        self._window = window

    def control(self, name: str) -> QWidget:
        """The control of this name; ``NotTouchableError`` where a person could not use it."""
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
        """The object names of everything that can be touched now."""
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
        """The control of this name once it can be used; ``NotTouchableError`` if it cannot soon."""
        self.wait_until(lambda: self.touchable(name), SETTLE_S)
        return self.control(name)

    def click(self, name: str) -> None:
        """Press and release the control of this name, in its middle; as ``ready``."""
        control = self.ready(name)
        at = control.mapTo(self._window, control.rect().center())
        handle = self._window.windowHandle()
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(handle, left, plain, at)
        QTest.mouseRelease(handle, left, plain, at)

    def type_digits(self, prefix: str, digits: str) -> None:
        """Touch one key after the other: the keys are named ``prefix`` + "." + digit."""
        for digit in digits:
            self.click(f"{prefix}.{digit}")

    def wait_for(self, *kinds: type[S], timeout_s: float) -> S | None:
        """The state on the screen once it is one of ``kinds``; ``None`` if it never was in time."""
        self.wait_until(lambda: isinstance(self._window.state, kinds), timeout_s)
        state = self._window.state
        return state if isinstance(state, kinds) else None

    def wait_until(self, met: Callable[[], bool], timeout_s: float) -> bool:
        """Run the event loop until ``met``; false if it was not within ``timeout_s`` seconds."""
        if met():
            return True
        loop = QEventLoop()
        end = time.monotonic() + timeout_s
        failed: list[Exception] = []

        def look() -> None:
            try:
                over = met() or time.monotonic() >= end
            except Exception as error:  # out of a slot it would only be printed, time and again
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
        """What the window shows now."""
        return snapshot(self._window)

    def screenshot(self, path: Path) -> None:
        """Write what the window shows now as a PNG; ``OSError`` where it cannot be written."""
        save(self.picture(), path)

    def touchable(self, name: str) -> bool:
        """Whether a person could use the control of this name now."""
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
    """What ``window`` shows now, in its own pixels."""
    return window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def save(picture: QImage, path: Path) -> None:
    """Write a PNG; ``path`` ends in ``.png``.

    :raises OSError: it cannot be written.
    """
    if not picture.save(str(path)):
        raise OSError(f"cannot write {path}")


def _probes(rect: QRect) -> Sequence[QPoint]:
    """The middle, and a point near each corner: where a finger may land."""
    x, y = rect.width() // 6, rect.height() // 6
    inner = rect.adjusted(x, y, -x, -y)
    return (
        rect.center(), inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight(),
    )  # fmt: skip


def settle() -> None:
    """Let everything that is pending on the UI thread happen."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
