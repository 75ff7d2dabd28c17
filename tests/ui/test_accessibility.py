"""Screen readers and keypads: names, roles, text as painted, and a tab order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session import events as ev
from terminal.session.model import CardSide, Language, Look, Mode
from ui.gallery import SCREENS
from ui.gallery.sample_items import EIGHT
from ui.gallery.scenes import SCENES
from ui.headless.driver import settle
from ui.widgets.button import Button
from ui.widgets.kit import Place
from ui.widgets.text import Text
from ui.window import TerminalWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CJK = re.compile(r"[\u4e00-\u9fff]")
LOOKS = [Look(mode, language) for mode in Mode for language in Language]
BY_PLATFORM = ("choose.item.", "choose.group.")
"""Controls that show texts of the catalogue, which the platform sends in Chinese and English."""


class Watched(TerminalWindow):
    """The terminal's window, and the events posted from it."""

    def __init__(self, screen: str = "portrait-21") -> None:
        self.posted: list[object] = []
        super().__init__(
            SCREENS[screen], self.posted.append, Place("Station", "Place", CardSide.RIGHT),
            production=False,
        )  # fmt: skip


@pytest.fixture
def window(qapp: QApplication) -> Iterator[Watched]:
    """The window, shown."""
    QAccessible.setActive(True)
    made = Watched()
    made.show()
    yield made
    made.close()
    made.deleteLater()
    settle()


def show(window: Watched, scene: str, look: Look) -> None:
    window.show_state(SCENES[scene](look))
    settle()


def buttons(window: QWidget) -> list[Button]:
    return [button for button in window.findChildren(Button) if button.isVisible()]


def said(widget: QWidget) -> tuple[QAccessible.Role, str]:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.role(), interface.text(QAccessible.Text.Name)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_every_control_is_a_button_named_as_painted(window: Watched, look: Look) -> None:
    for scene in SCENES:
        show(window, scene, look)
        found = buttons(window)
        assert len(found) >= 4, scene
        for button in found:
            role, name = said(button)
            where = f"{scene} {button.objectName()}"
            assert role is QAccessible.Role.Button, where
            assert name, where
            painted = "".join(run.text for run in button.runs())
            if painted:
                assert _squeezed(painted).startswith(_squeezed(name)), where
            if button.objectName() == "foot.language" or name.isdigit():
                continue
            if button.objectName().startswith(BY_PLATFORM) and look.language not in EIGHT[0].title:
                continue  # they are in Chinese instead
            assert bool(CJK.search(name)) is (look.language is Language.ZH), f"{where}: {name}"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_screen_readers_get_every_text_as_painted(window: Watched, look: Look) -> None:
    for scene in SCENES:
        show(window, scene, look)
        for text in window.findChildren(Text):
            if not text.isVisible() or not text.text():
                continue
            role, name = said(text)
            assert role is QAccessible.Role.StaticText
            assert _squeezed(name) == _squeezed("".join(run.text for run in text.runs())), scene


def test_every_page_has_an_accessible_name(window: Watched) -> None:
    for scene in SCENES:
        show(window, scene, Look())
        assert said(window.current_page)[1], scene


@pytest.mark.parametrize("mode", list(Mode))
def test_tab_reaches_every_control_once_page_before_foot(window: Watched, mode: Mode) -> None:
    for scene in SCENES:
        show(window, scene, Look(mode))
        order = _tab_order(window)
        usable = [button for button in buttons(window) if button.isEnabled()]
        assert {button.objectName() for button in order} == {b.objectName() for b in usable}, scene
        names = [button.objectName() for button in order]
        assert len(names) == len(set(names)), scene
        page = [b for b in order if window.current_page.isAncestorOf(b)]
        assert order[: len(page)] == page, scene
        assert names[-1] == "foot.help", scene


@pytest.mark.parametrize("screen", list(SCREENS))
def test_tab_goes_from_top_to_bottom(qapp: QApplication, screen: str) -> None:
    window = Watched(screen)
    window.show()
    for scene in ("choosing", "choosing-many", "consenting", "failure-platform"):
        show(window, scene, Look())
        page = [b for b in _tab_order(window) if window.current_page.isAncestorOf(b)]
        for one, other in pairwise(page):
            above, below = _rect(one, window), _rect(other, window)
            beside = above.center().y() == below.center().y() and above.left() < below.left()
            assert beside or above.bottom() <= below.top(), f"{scene}: {one.objectName()}"
    window.close()
    window.deleteLater()
    settle()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_keypad_can_press_buttons_without_a_touch(window: Watched, key: Qt.Key) -> None:
    show(window, "consenting", Look())
    window.activateWindow()
    first = _tab_order(window)[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, key)
    assert ev.Consented() in window.posted


def _tab_order(window: QWidget) -> list[Button]:
    order: list[Button] = []
    at = window.nextInFocusChain()
    while at is not None and at is not window:
        takes = at.focusPolicy() & Qt.FocusPolicy.TabFocus
        if isinstance(at, Button) and at.isVisible() and at.isEnabled() and takes:
            order.append(at)
        at = at.nextInFocusChain()
    return order


def _rect(button: Button, window: QWidget) -> QRect:
    return QRect(button.mapTo(window, button.rect().topLeft()), button.size())


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
