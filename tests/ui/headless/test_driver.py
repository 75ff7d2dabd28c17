"""The driver presses only what a person could press, with the same events as a finger."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.headless.driver import Driver, NotTouchableError, save
from ui.window import TerminalWindow


class Window(QWidget):
    """A window with the part of the terminal's window that the driver uses."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(400, 300)
        self.state: object = None
        self.pressed: list[str] = []

    def button(self, name: str, x: int, y: int, w: int = 100, h: int = 50) -> QPushButton:
        made = QPushButton(name, self)
        made.setObjectName(name)
        made.setGeometry(x, y, w, h)
        made.clicked.connect(lambda: self.pressed.append(name))
        return made


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    """An empty window."""
    made = Window()
    qtbot.addWidget(made)
    return made


def shown(window: Window) -> Driver:
    window.show()
    return Driver(cast(TerminalWindow, window))


def test_a_click_presses_the_button(window: Window) -> None:
    window.button("go", 20, 20)
    shown(window).click("go")
    assert window.pressed == ["go"]


def test_digits_are_pressed_one_by_one(window: Window) -> None:
    for n in range(3):
        window.button(f"code.key.{n}", 20 + 110 * n, 20)
    shown(window).type_digits("code.key", "2012")
    assert window.pressed == ["code.key.2", "code.key.0", "code.key.1", "code.key.2"]


def test_a_missing_control_cannot_be_pressed(window: Window) -> None:
    with pytest.raises(NotTouchableError, match="not on this page"):
        shown(window).control("nothing")


def test_a_hidden_control_cannot_be_pressed(window: Window) -> None:
    driver = shown(window)
    window.button("go", 20, 20).hide()
    with pytest.raises(NotTouchableError, match="not on this page"):
        driver.control("go")


def test_a_disabled_control_cannot_be_pressed(window: Window) -> None:
    window.button("go", 20, 20).setEnabled(False)
    with pytest.raises(NotTouchableError, match="disabled"):
        shown(window).control("go")


def test_a_control_with_one_covered_corner_cannot_be_pressed(window: Window) -> None:
    window.button("go", 20, 20)
    window.button("lid", 90, 40, 200, 200)
    with pytest.raises(NotTouchableError, match="covered by lid"):
        shown(window).control("go")


def test_a_control_outside_the_window_cannot_be_pressed(window: Window) -> None:
    window.button("go", 380, 20)
    with pytest.raises(NotTouchableError, match="outside the window"):
        shown(window).control("go")


def test_two_controls_of_one_name_are_refused(window: Window) -> None:
    window.button("go", 20, 20)
    window.button("go", 20, 120)
    with pytest.raises(NotTouchableError, match="2 of this name"):
        shown(window).control("go")


def test_a_click_waits_until_the_control_is_enabled(window: Window) -> None:
    button = window.button("go", 20, 20)
    button.setEnabled(False)
    driver = shown(window)
    QTimer.singleShot(60, window, lambda: button.setEnabled(True))
    driver.click("go")
    assert window.pressed == ["go"]


def test_names_lists_the_controls_that_can_be_pressed(window: Window) -> None:
    window.button("one", 20, 20)
    window.button("two", 20, 120).setEnabled(False)
    assert shown(window).names() == ("one",)


def test_wait_until_ends_on_success_and_on_time_out(window: Window) -> None:
    driver = shown(window)
    QTimer.singleShot(30, window, lambda: window.pressed.append("later"))
    assert driver.wait_until(lambda: "later" in window.pressed, 5.0)
    assert not driver.wait_until(lambda: "never" in window.pressed, 0.05)


def test_a_screenshot_shows_the_window(window: Window, tmp_path: Path) -> None:
    window.setStyleSheet("background: #0B5D4B;")
    driver = shown(window)
    assert driver.picture().pixelColor(200, 200).name() == "#0b5d4b"
    save(driver.picture(), tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with pytest.raises(OSError, match="cannot write"):
        save(driver.picture(), tmp_path / "no-such-folder" / "page.png")


def test_an_exception_in_the_condition_ends_wait_until(window: Window) -> None:
    """Qt would only print an exception raised in a slot, on every tick, and the test would not
    fail."""
    looked = iter((False,))
    with pytest.raises(StopIteration):
        shown(window).wait_until(lambda: next(looked), 5.0)
