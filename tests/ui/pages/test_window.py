"""The window: the warning before the end, what counts as activity, and no exit in production."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.session import events as ev
from terminal.session.model import Look, Mode
from terminal.session.states import Printing
from tests.ui.pages_rig import child
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen
from ui.widgets import frame
from ui.widgets.button import Button
from ui.widgets.card_picture import CardPicture
from ui.widgets.frame import Header
from ui.widgets.overlay import Overlay
from ui.widgets.pictures import SheetPicture
from ui.window import HELD_TOUCH_S, TOUCHED_EVERY_S

from ..pages_rig import PORTRAIT, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ELDER = Look(Mode.ELDER)


@pytest.fixture
def screen() -> Screen:
    """One screen is enough for these tests."""
    return PORTRAIT


@pytest.fixture
def kiosk(qapp: object) -> Iterator[Shown]:
    """A window in production."""
    made = Shown(production=True)
    yield made
    made.close()


def overlay(shown: Shown) -> Overlay:
    found = shown.window.findChild(Overlay)
    assert found is not None
    return found


def test_the_warning_appears_in_time_and_counts_down(shown: Shown) -> None:
    shown.scene("choosing")
    assert not overlay(shown).isVisible()
    shown.scene("choosing-warning")
    assert overlay(shown).isVisible()
    assert "您还在吗？" in shown.words()
    assert "17秒" in shown.words()
    assert not shown.place(overlay(shown)).intersects(shown.place(shown.control("foot.help")))


def test_the_elder_warning_is_longer(shown: Shown) -> None:
    shown.scene("choosing-warning", ELDER)
    assert "27秒" in shown.words()


def test_a_touch_closes_the_warning(shown: Shown) -> None:
    shown.scene("choosing-warning")
    state = shown.window.state
    assert state is not None
    shown.touch("overlay.stay")
    assert ev.Touched() in shown.posted
    shown.window.show_state(replace(state, quiet_since=time.monotonic()))
    assert not overlay(shown).isVisible()


@pytest.mark.parametrize("name", ["welcome", "printing", "printing-paper-out", "preparing"])
def test_no_warning_if_the_terminal_does_not_wait_for_a_person(shown: Shown, name: str) -> None:
    long_ago = replace(SCENES[name](Look()), quiet_since=time.monotonic() - 1000)
    shown.window.show_state(long_ago)
    assert not overlay(shown).isVisible()


def test_touches_are_posted_once_a_second(shown: Shown) -> None:
    shown.scene("welcome")
    shown.window._touched_at = time.monotonic() - TOUCHED_EVERY_S
    shown.posted.clear()
    for x in range(0, 200, 20):
        QTest.mouseClick(shown.window.current_page, Qt.MouseButton.LeftButton, pos=QPoint(x, 50))
    assert shown.posted == [ev.Touched()]


def test_a_long_press_in_the_corner_asks_for_maintenance(
    shown: Shown, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "LONG_PRESS_MS", 30)
    shown.scene("welcome", ELDER)  # another look creates a new header, with the shorter time
    header = shown.window.findChildren(Header)[-1]
    QTest.mousePress(header, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    qtbot.waitUntil(lambda: ev.MaintenancePressed() in shown.posted, timeout=2000)
    QTest.mouseRelease(header, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))


def test_a_short_press_or_another_place_does_not_ask_for_maintenance(
    shown: Shown, qtbot: QtBot
) -> None:
    shown.scene("welcome")
    header = shown.window.findChildren(Header)[-1]
    QTest.mouseClick(header, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert not header._press.isActive()
    QTest.mousePress(header, Qt.MouseButton.LeftButton, pos=QPoint(header.width() - 5, 20))
    assert not header._press.isActive()


def test_the_window_does_not_close_in_production(kiosk: Shown) -> None:
    kiosk.scene("welcome")
    assert not kiosk.window.close()
    assert kiosk.window.isVisible()
    assert kiosk.window.cursor().shape() is Qt.CursorShape.BlankCursor
    assert kiosk.window.windowFlags() & Qt.WindowType.FramelessWindowHint


def test_the_window_closes_outside_production(shown: Shown) -> None:
    shown.scene("welcome")
    assert shown.window.close()


class Keys(QObject):
    """Records the key presses that pass the window's own filter."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.pressed: list[int] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            self.pressed.append(event.key())
        return False


def test_only_the_keys_of_a_keypad_reach_the_page_in_production(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    keys = Keys(kiosk.window)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F4, Qt.Key.Key_Q, Qt.Key.Key_Plus, Qt.Key.Key_Tab):
        for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier):
            QTest.keyClick(kiosk.window, key, modifier)
    assert set(keys.pressed) == {Qt.Key.Key_Tab}


def test_other_keys_reach_the_page_outside_production(shown: Shown) -> None:
    shown.scene("consenting")
    keys = Keys(shown.window)
    QTest.keyClick(shown.window, Qt.Key.Key_Q)
    assert keys.pressed == [Qt.Key.Key_Q]


def press_key(shown: Shown, *, repeated: bool) -> None:
    """Press Tab; ``repeated`` means that the keyboard repeats a key that is held down."""
    event = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t", repeated
    )
    QApplication.sendEvent(shown.window, event)


def test_a_held_key_is_no_activity_and_presses_nothing(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    keys = Keys(kiosk.window)
    press_key(kiosk, repeated=True)
    assert (kiosk.posted, keys.pressed) == ([], [])
    press_key(kiosk, repeated=False)
    assert (kiosk.posted, keys.pressed) == ([ev.Touched()], [Qt.Key.Key_Tab])


def move_touch(shown: Shown, kind: QEvent.Type) -> None:
    """Send a pointer event to the middle of the window."""
    at = QPointF(shown.window.rect().center())
    held = kind is not QEvent.Type.MouseButtonRelease
    event = QMouseEvent(
        kind, at, shown.window.mapToGlobal(at), Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(shown.window, event)


def test_a_touch_held_too_long_is_no_activity(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.scene("consenting")
    now = [1000.0]
    monkeypatch.setattr("ui.window.time.monotonic", lambda: now[0])
    move_touch(shown, QEvent.Type.MouseButtonPress)
    for after_s in (2.0, HELD_TOUCH_S - 0.1):
        now[0] = 1000.0 + after_s
        move_touch(shown, QEvent.Type.MouseMove)
    assert shown.posted == [ev.Touched()] * 3
    for after_s in (HELD_TOUCH_S, 60.0, 3600.0):
        now[0] = 1000.0 + after_s
        move_touch(shown, QEvent.Type.MouseMove)
    assert shown.posted == [ev.Touched()] * 3
    move_touch(shown, QEvent.Type.MouseButtonRelease)
    now[0] += 2.0
    move_touch(shown, QEvent.Type.MouseButtonPress)
    assert shown.posted == [ev.Touched()] * 4


def test_no_key_reaches_the_page_under_the_warning(shown: Shown) -> None:
    shown.scene("choosing-warning")
    service = next(
        button
        for button in shown.window.current_page.findChildren(Button)
        if button.objectName().startswith("choose.item")
    )
    service.setFocus()
    QTest.keyClick(service, Qt.Key.Key_Return)
    assert not [event for event in shown.posted if isinstance(event, ev.ServiceChosen)]
    shown.scene("choosing")
    first = shown.control(service.objectName())
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert [event for event in shown.posted if isinstance(event, ev.ServiceChosen)]


def test_the_longest_visit_warns_and_touches_do_not_extend_it(shown: Shown) -> None:
    shown.scene("choosing-longest")
    assert overlay(shown).isVisible()
    assert shown.control("overlay.end").isVisible()
    assert not child(shown.window, Button, "overlay.stay").isVisible()
    state = shown.window.state
    assert state is not None
    shown.window.show_state(replace(state, quiet_since=time.monotonic()))
    assert overlay(shown).isVisible()


def test_production_shows_no_context_menu(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    window = kiosk.window
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5))
    assert window.eventFilter(window.current_page, menu)
    assert window.isVisible()
    assert [e for e in kiosk.posted if not isinstance(e, ev.Touched)] == []


def test_production_ignores_the_second_of_two_quick_touches(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    assert kiosk.touch("consent.agree") == []
    kiosk.window._swapped_at = time.monotonic() - 1
    assert kiosk.touch("consent.agree") == [ev.Consented()]


def progressed(shown: Shown, name: str) -> None:
    """Show the same state with the progress of another scene."""
    state, later = shown.window.state, SCENES[name](Look())
    assert isinstance(state, Printing)
    assert isinstance(later, Printing)
    shown.window.show_state(replace(state, progress=later.progress))


def test_progress_updates_the_existing_page(shown: Shown) -> None:
    shown.scene("printing-starting")
    page = shown.window.current_page
    assert "已出0页" in shown.words()
    progressed(shown, "printing")
    assert shown.window.current_page is page
    assert "已出1页，共2页" in shown.words()
    progressed(shown, "printing-paper-out")
    assert shown.window.current_page is not page
    assert "还有1页没有打" in shown.words()


def test_the_sheet_moves_only_as_pages_are_counted(shown: Shown, qtbot: QtBot) -> None:
    shown.scene("printing-starting")
    sheet = shown.window.current_page.findChildren(SheetPicture)[0]
    assert sheet._shown == 0.0
    progressed(shown, "printing")
    qtbot.waitUntil(lambda: sheet._shown == 0.5, timeout=5000)


def test_the_arrow_stops_when_its_page_is_hidden(shown: Shown) -> None:
    shown.scene("welcome")
    picture = shown.window.findChildren(CardPicture)[-1]
    assert picture._breath.isActive()
    picture.hide()
    assert not picture._breath.isActive()


def test_a_slow_answer_says_that_the_terminal_is_still_working(shown: Shown) -> None:
    shown.scene("recognising")
    assert "还在办" not in shown.words()
    shown.scene("recognising-slow")
    assert "还在办" in shown.words()
    assert not shown.has("working.leave")
    shown.scene("recognising-long")
    assert shown.has("working.leave")


def test_the_clock_and_the_day_are_in_the_header(shown: Shown) -> None:
    shown.scene("welcome")
    assert "14:26" in shown.words()
    assert "11月21日星期六" in shown.words()


def test_old_pages_and_their_timers_are_deleted(shown: Shown) -> None:
    shown.scene("card-away")
    for _ in range(3):
        shown.scene("choosing")
        shown.scene("card-away")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    from ui.pages.card_away import CardAwayPage

    assert len(shown.window.findChildren(CardAwayPage)) == 1


def test_pages_leave_no_controls_behind(shown: Shown) -> None:
    """A terminal runs for months: after a round through all pages there are no more controls
    than before."""

    def round_trip() -> int:
        for name in SCENES:
            shown.scene(name)
        shown.scene("welcome")
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        return sum(isinstance(thing, Button) for thing in gc.get_objects())

    assert round_trip() == round_trip()
