"""The driver touches only what a person could touch, and as a person would."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QWidget

from ui.headless.driver import Driver, NotTouchableError


class Window(QWidget):
    """A window with what the driver needs of the terminal's."""

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
def window(qtbot) -> Window:
    """An empty window."""
    made = Window()
    qtbot.addWidget(made)
    return made


def shown(window: Window) -> Driver:
    window.show()
    return Driver(window)


def test_a_click_presses_the_button_as_a_finger_does(window: Window) -> None:
    window.button("go", 20, 20)
    shown(window).click("go")
    assert window.pressed == ["go"]


def test_digits_are_touched_one_by_one(window: Window) -> None:
    for n in range(3):
        window.button(f"code.key.{n}", 20 + 110 * n, 20)
    shown(window).type_digits("code.key", "2012")
    assert window.pressed == ["code.key.2", "code.key.0", "code.key.1", "code.key.2"]


def test_what_is_not_there_cannot_be_touched(window: Window) -> None:
    with pytest.raises(NotTouchableError, match="not on this page"):
        shown(window).control("nothing")


def test_what_is_hidden_cannot_be_touched(window: Window) -> None:
    driver = shown(window)
    window.button("go", 20, 20).hide()
    with pytest.raises(NotTouchableError, match="not on this page"):
        driver.control("go")


def test_what_is_disabled_cannot_be_touched(window: Window) -> None:
    window.button("go", 20, 20).setEnabled(False)
    with pytest.raises(NotTouchableError, match="disabled"):
        shown(window).control("go")


def test_what_is_covered_cannot_be_touched_even_in_a_corner(window: Window) -> None:
    window.button("go", 20, 20)
    window.button("lid", 90, 40, 200, 200)
    with pytest.raises(NotTouchableError, match="covered by lid"):
        shown(window).control("go")


def test_what_is_outside_the_window_cannot_be_touched(window: Window) -> None:
    window.button("go", 380, 20)
    with pytest.raises(NotTouchableError, match="outside the window"):
        shown(window).control("go")


def test_two_of_one_name_are_told(window: Window) -> None:
    window.button("go", 20, 20)
    window.button("go", 20, 120)
    with pytest.raises(NotTouchableError, match="2 of this name"):
        shown(window).control("go")


def test_a_click_waits_for_a_control_that_is_about_to_come(window: Window) -> None:
    button = window.button("go", 20, 20)
    button.setEnabled(False)
    driver = shown(window)
    QTimer.singleShot(60, window, lambda: button.setEnabled(True))
    driver.click("go")
    assert window.pressed == ["go"]


def test_names_lists_what_can_be_touched(window: Window) -> None:
    window.button("one", 20, 20)
    window.button("two", 20, 120).setEnabled(False)
    assert shown(window).names() == ("one",)


def test_waiting_ends_when_it_is_met_and_when_time_is_up(window: Window) -> None:
    driver = shown(window)
    QTimer.singleShot(30, window, lambda: window.pressed.append("later"))
    assert driver.wait_until(lambda: "later" in window.pressed, 5.0)
    assert not driver.wait_until(lambda: "never" in window.pressed, 0.05)


def test_a_screenshot_is_what_is_shown(window: Window, tmp_path) -> None:
    window.setStyleSheet("background: #0B5D4B;")
    driver = shown(window)
    assert driver.picture().pixelColor(200, 200).name() == "#0b5d4b"
    driver.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with pytest.raises(OSError, match="cannot write"):
        driver.screenshot(tmp_path / "no-such-folder" / "page.png")


def test_a_condition_that_fails_ends_the_waiting(window: Window) -> None:
    """In a slot its exception would be printed for ever, and nobody would be told."""
    looked = iter((False,))
    with pytest.raises(StopIteration):
        Driver(window).wait_until(lambda: next(looked), 5.0)
