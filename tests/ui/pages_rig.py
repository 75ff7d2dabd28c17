"""A window that shows scenes, reads the text that it paints, and presses its controls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session.events import Event, Touched
from terminal.session.model import CardSide, Language, Look, Mode
from terminal.session.states import State
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen
from ui.widgets.button import Button
from ui.widgets.frame import Foot
from ui.widgets.kit import Place
from ui.widgets.text import Run
from ui.window import TerminalWindow

S = TypeVar("S", bound=State)
C = TypeVar("C", bound=QObject)

PORTRAIT = Screen(1080, 1920, 1 / 0.248)
SMALL = Screen(1024, 768, 1 / 0.297)
LOOKS = tuple(Look(mode, language) for mode in Mode for language in Language)
PLACE = Place("便民服务站", "人民路药房站", CardSide.RIGHT)
NOON = datetime(2026, 11, 21, 14, 26, tzinfo=timezone(timedelta(hours=8)))


def scene(name: str, kind: type[S], look: Look = LOOKS[0]) -> S:
    """Return the state of this scene, which must be of this kind."""
    state = SCENES[name](look)
    assert isinstance(state, kind)
    return state


def child(parent: QObject, kind: type[C], name: str = "") -> C:
    """Return the first child of this kind, and of this name if one is given."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert found is not None, f"{kind.__name__} {name}"
    return found


class Shown:
    """The window with one scene in it, and the events posted since it was shown."""

    def __init__(self, screen: Screen = PORTRAIT, *, production: bool = False) -> None:
        self.posted: list[Event] = []
        self.window = TerminalWindow(
            screen, self.posted.append, PLACE, production=production, clock=lambda: NOON
        )
        self.window.show()

    def scene(self, name: str, look: Look = LOOKS[0]) -> None:
        """Show the scene."""
        self.window.show_state(SCENES[name](look))
        QApplication.processEvents()
        self.posted.clear()

    def control(self, name: str) -> Button:
        """Return the one visible control of this name."""
        found = [b for b in self.window.findChildren(Button, name) if b.isVisible()]
        assert len(found) == 1, f"{name}: {len(found)} controls"
        return found[0]

    def foot(self) -> list[Button]:
        """Return the visible buttons of the foot."""
        foot = self.window.findChildren(Foot)[-1]
        return [b for b in foot.findChildren(Button) if b.isVisible()]

    def has(self, name: str) -> bool:
        """Return whether a control of this name is visible."""
        return any(b.isVisible() for b in self.window.findChildren(Button, name))

    def touch(self, name: str) -> list[Event]:
        """Press the middle of the control; return the posted events except ``Touched``."""
        self.posted.clear()
        control = self.control(name)
        QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=control.rect().center())
        QApplication.processEvents()
        return [event for event in self.posted if not isinstance(event, Touched)]

    def painters(self) -> Iterator[Any]:
        """Yield each visible widget that paints text (a ``QWidget`` with ``runs()``)."""
        for widget in self.window.findChildren(QWidget):
            if widget.isVisible() and hasattr(widget, "runs"):
                yield widget

    def words_of(self, name: str) -> str:
        """Return the text in the part of this name."""
        return "".join(run.text for widget, run in self.runs() if widget.objectName() == name)

    def runs(self) -> list[tuple[QWidget, Run]]:
        """Return each line of text on the screen."""
        return [(widget, run) for widget in self.painters() for run in widget.runs()]

    def words(self) -> str:
        """Return all visible text without spaces, because lines may break anywhere."""
        return "".join(run.text for _, run in self.runs()).replace(" ", "").replace("\u00a0", "")

    def place(self, widget: QWidget) -> QRect:
        """Return the place of the widget in the window."""
        return QRect(widget.mapTo(self.window, QPoint(0, 0)), widget.size())

    def close(self) -> None:
        """Close and delete the window."""
        self.window.production = False
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()
