"""A window to show scenes in, its words as a person sees them, and real touches on its controls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session.events import Event, Touched
from terminal.session.model import Language, Look, Mode
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen
from ui.widgets.button import Button
from ui.widgets.text import Run
from ui.window import TerminalWindow

PORTRAIT = Screen(1080, 1920, 1 / 0.248)
SMALL = Screen(1024, 768, 1 / 0.297)
LOOKS = tuple(Look(mode, language) for mode in Mode for language in Language)
STATION, PLACE = "便民服务站", "人民路药房站"
NOON = datetime(2026, 11, 21, 14, 26, tzinfo=timezone(timedelta(hours=8)))


class Shown:
    """The window with one scene in it, and what was posted since."""

    def __init__(self, screen: Screen = PORTRAIT, *, production: bool = False) -> None:
        self.posted: list[Event] = []
        self.window = TerminalWindow(
            screen, self.posted.append, station_name=STATION, place=PLACE, card_side="right",
            production=production, clock=lambda: NOON,
        )  # fmt: skip
        self.window.show()

    def scene(self, name: str, look: Look = LOOKS[0]) -> None:
        """Show the scene."""
        self.window.show_state(SCENES[name](look))
        QApplication.processEvents()
        self.posted.clear()

    def control(self, name: str) -> Button:
        """The one visible control of this name."""
        found = [b for b in self.window.findChildren(Button, name) if b.isVisible()]
        assert len(found) == 1, f"{name}: {len(found)} controls"
        return found[0]

    def has(self, name: str) -> bool:
        """Whether a control of this name can be seen."""
        return any(b.isVisible() for b in self.window.findChildren(Button, name))

    def touch(self, name: str) -> list[Event]:
        """Touch the middle of the control; what was posted besides that somebody is there."""
        self.posted.clear()
        control = self.control(name)
        QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=control.rect().center())
        QApplication.processEvents()
        return [event for event in self.posted if not isinstance(event, Touched)]

    def painters(self) -> Iterator[Any]:
        """Every visible widget that paints words (a ``QWidget`` with ``runs()``)."""
        for widget in self.window.findChildren(QWidget):
            if widget.isVisible() and hasattr(widget, "runs"):
                yield widget

    def words_of(self, name: str) -> str:
        """What can be read in the part of this name."""
        return "".join(run.text for widget, run in self.runs() if widget.objectName() == name)

    def runs(self) -> list[tuple[QWidget, Run]]:
        """Every line of words on the screen."""
        return [(widget, run) for widget in self.painters() for run in widget.runs()]

    def words(self) -> str:
        """Everything that can be read, without spaces (lines may break anywhere)."""
        return "".join(run.text for _, run in self.runs()).replace(" ", "").replace("\u00a0", "")

    def place(self, widget: QWidget) -> QRect:
        """Where the widget stands in the window."""
        return QRect(widget.mapTo(self.window, QPoint(0, 0)), widget.size())

    def close(self) -> None:
        """Away with it."""
        self.window.production = False
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()
