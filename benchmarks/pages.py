"""Measures the time from a touch to the next page on the screen, beside a bare Qt window.

The touch is a real mouse event on the control; the next page is the next state of a visit, with the
look, window and pages of the product. The bare window replaces its content by plain labels with the
same lines of text in the same sizes and places. Both use Qt's software raster, 1080 × 1920 pixels.

It runs as a process of its own (``python -m benchmarks.pages``), as Qt keeps one application for
each process.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from terminal.session.model import CardSide, Look, Mode
from terminal.session.states import State
from ui.app import application
from ui.gallery.inspect import PaintsText
from ui.gallery.scenes import SCENES
from ui.gallery.screens import SCREENS
from ui.headless.driver import Driver, settle
from ui.look.fonts import font
from ui.widgets.kit import Place
from ui.widgets.text import Run
from ui.window import TerminalWindow

from .figures import Figure, percentile

ROUNDS = 25
"""Rounds through all pages. The first round is not counted: it fills Qt's caches of letters."""
SHARE = 0.95
BAR = 1.5
"""Largest ratio to the bare window."""


class Change(NamedTuple):
    """The change from one scene of the gallery to another, by touching ``control``."""

    before: str
    control: str
    after: str


CHANGES = (
    Change("welcome", "foot.help", "assisted-calling"),
    Change("consenting", "consent.agree", "choosing"),
    Change("choosing", "foot.end", "ending"),
    Change("previewing", "preview.print", "printing"),
    Change("collecting", "collect.done", "ending"),
)
"""The touches of a visit that lead to another page."""


class Bare:
    """A window without any of the product's widgets."""

    def __init__(self, width: int, height: int) -> None:
        self._window = QWidget()
        self._window.resize(width, height)
        self._content = QWidget(self._window)
        self._window.show()

    def show(self, runs: list[tuple[Run, QPoint]]) -> None:
        """Replace the content by one label for each line."""
        old, self._content = self._content, QWidget(self._window)
        self._content.resize(self._window.size())
        for run, at in runs:
            label = QLabel(run.text, self._content)
            label.setFont(font(run.px))
            label.setGeometry(at.x(), at.y(), run.rect.width(), run.rect.height())
        old.hide()
        old.deleteLater()
        self._content.show()

    def close(self) -> None:
        """Close the window."""
        self._window.close()


class Product:
    """The product's window, in which a press leads to the state that was given last."""

    def __init__(self) -> None:
        self._next: State | None = None
        place = Place("便民服务站", "人民路药房", CardSide.RIGHT)
        self._window = TerminalWindow(SCREENS["portrait-21"], self._post, place, production=False)
        self._window.show()
        self._driver = Driver(self._window)

    def _post(self, _event: object) -> None:
        state, self._next = self._next, None
        if state is not None:
            self._window.show_state(state)

    def touch(self, before: State, control: str, after: State) -> Callable[[], None]:
        """Show ``before`` with the control held down; return what releases it."""
        self._window.show_state(before)
        settle()
        widget = self._driver.ready(control)
        at = widget.mapTo(self._window, widget.rect().center())
        handle = self._window.windowHandle()
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(handle, left, plain, at)
        settle()
        self._next = after
        return lambda: QTest.mouseRelease(handle, left, plain, at)

    def runs(self) -> list[tuple[Run, QPoint]]:
        """Return the lines of text on the screen, and their places in the window."""
        return [
            (run, widget.mapTo(self._window, run.rect.topLeft()))
            for widget in self._window.findChildren(QWidget)
            if widget.isVisible() and isinstance(widget, PaintsText)
            for run in widget.runs()
        ]

    def shows(self, state: State) -> bool:
        """Return whether this state is on the screen."""
        return self._window.state is state

    def close(self) -> None:
        """Close the window."""
        self._window.close()


def of_look(look: Look) -> tuple[list[float], list[float]]:
    """Return the milliseconds of the product's changes and of the bare window's, in one look."""
    application()
    screen = SCREENS["portrait-21"]
    product, bare = Product(), Bare(screen.width_px, screen.height_px)
    changes: list[float] = []
    plain: list[float] = []
    for number in range(ROUNDS + 1):
        for change in CHANGES:
            after = SCENES[change.after](look)
            release = product.touch(SCENES[change.before](look), change.control, after)
            took = _painted_ms(release)
            assert product.shows(after), f"{change.control} led nowhere"
            settle()
            runs = product.runs()
            beside = _painted_ms(partial(bare.show, runs))
            settle()
            if number:
                changes.append(took)
                plain.append(beside)
    product.close()
    bare.close()
    return changes, plain


def _painted_ms(act: Callable[[], None]) -> float:
    """Return the milliseconds until what ``act`` changes is painted."""
    began = time.perf_counter()
    act()
    QApplication.processEvents()
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Print the figures of each mode as JSON."""
    figures = []
    for mode in Mode:
        changes, plain = of_look(Look(mode))
        figures.append(
            Figure(
                f"touch to next page, {mode.value}", percentile(changes, SHARE), "ms", BAR,
                "bare Qt window, same text", percentile(plain, SHARE),
                (min(changes), max(changes)), len(changes), "p95 of both",
            )
        )  # fmt: skip
    print(json.dumps([asdict(figure) for figure in figures]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
