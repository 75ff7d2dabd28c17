"""Keys instead of touches: arrows, the frame around the focus, digits, help; the repeat guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from terminal.session import events as ev
from terminal.session.model import Language, Look, Mode, Theme
from ui.gallery.scenes import SCENES
from ui.headless.driver import settle, snapshot
from ui.look.metrics import Screen
from ui.look.theme import LEAST_FOCUS_CONTRAST, PALETTES, contrast
from ui.widgets.button import KEY_REPEAT_S, REPEAT_S, Button
from ui.widgets.focus_frame import NAME
from ui.widgets.kit import RepeatGuard
from ui.window import TerminalWindow

from .pages_rig import NOON, PLACE, PORTRAIT, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left)


@pytest.fixture
def screen() -> Screen:
    """One screen is enough for these tests."""
    return PORTRAIT


@pytest.fixture(params=[False, True], ids=["demo", "production"])
def kiosk(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Shown]:
    """A window that has the focus of the keys."""
    made = Shown(production=request.param)
    made.window.activateWindow()
    QApplication.processEvents()
    yield made
    made.close()


def key(shown: Shown, *keys: Qt.Key) -> None:
    """Press keys, wherever the focus is."""
    for each in keys:
        QTest.keyClick(shown.window.focusWidget() or shown.window, each)
        QApplication.processEvents()


def focused(shown: Shown) -> str:
    """Return the name of the button with the focus; empty if none has it."""
    widget = shown.window.focusWidget()
    return widget.objectName() if isinstance(widget, Button) else ""


def framed(shown: Shown) -> QRect | None:
    """Return the place of the frame in the window; ``None`` if it is hidden."""
    frame = shown.window.findChild(QWidget, NAME)
    return frame.geometry() if frame is not None and frame.isVisible() else None


@pytest.mark.parametrize("arrow", ARROWS)
def test_the_first_arrow_goes_to_the_first_action(kiosk: Shown, arrow: Qt.Key) -> None:
    kiosk.scene("consenting")
    assert framed(kiosk) is None
    key(kiosk, arrow)
    assert focused(kiosk) == "consent.agree"
    key(kiosk, Qt.Key.Key_Return)
    assert ev.Consented() in kiosk.posted


def test_arrows_lead_through_the_whole_page_and_back_to_its_start(kiosk: Shown) -> None:
    kiosk.scene("choosing", Look(Mode.ELDER))
    usable = {
        button.objectName()
        for button in kiosk.window.findChildren(Button)
        if button.isVisible() and button.isEnabled()
    }
    seen = []
    for _ in usable:
        key(kiosk, Qt.Key.Key_Down)
        seen.append(focused(kiosk))
    assert set(seen) == usable
    assert len(seen) == len(usable)
    key(kiosk, Qt.Key.Key_Right)
    assert focused(kiosk) == seen[0]
    key(kiosk, Qt.Key.Key_Left)
    assert focused(kiosk) == seen[-1]


def test_every_page_has_an_action_for_the_first_arrow(kiosk: Shown) -> None:
    for scene in SCENES:
        kiosk.scene(scene)
        key(kiosk, Qt.Key.Key_Down)
        assert focused(kiosk), scene
        assert framed(kiosk) is not None, scene


def test_while_the_warning_is_shown_arrows_reach_only_it_and_the_foot(kiosk: Shown) -> None:
    kiosk.scene("choosing-warning")
    key(kiosk, Qt.Key.Key_Down)
    assert focused(kiosk) == "overlay.stay"
    key(kiosk, Qt.Key.Key_Down)
    assert focused(kiosk).startswith("foot.")


@pytest.mark.parametrize("theme", Theme)
def test_the_frame_is_outside_the_button_wide_enough_and_has_two_tones(
    kiosk: Shown, theme: Theme
) -> None:
    kiosk.scene("consenting", Look(theme=theme))
    key(kiosk, Qt.Key.Key_Down)
    button = kiosk.place(kiosk.control("consent.agree"))
    frame = framed(kiosk)
    assert frame is not None
    wide = button.left() - frame.left()
    assert wide / PORTRAIT.px_per_mm >= 2.0
    assert frame == button.adjusted(-wide, -wide, wide, wide)
    picture = snapshot(kiosk.window)
    across = [
        picture.pixelColor(frame.left() + x, frame.center().y()).name().upper() for x in range(wide)
    ]
    inner, outer = (QColor(tone).name().upper() for tone in PALETTES[theme].focus)
    assert across.count(outer) * 2 + 2 >= wide
    assert across.count(inner) * 2 + 2 >= wide
    beside = picture.pixelColor(frame.left() - 3, frame.center().y()).name()
    assert max(contrast(tone, beside) for tone in (inner, outer)) >= LEAST_FOCUS_CONTRAST


def test_the_frame_follows_its_button_and_leaves_with_it(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    key(kiosk, Qt.Key.Key_Down)
    button = kiosk.control("consent.agree")
    before = framed(kiosk)
    button.move(button.pos() + QPoint(0, -40))
    settle()
    after = framed(kiosk)
    assert before is not None
    assert after == before.translated(0, -40)
    kiosk.scene("ending")
    assert framed(kiosk) is None


def test_a_touch_shows_no_frame(kiosk: Shown) -> None:
    kiosk.scene("choosing-eight")
    kiosk.touch("choose.group.1")
    assert framed(kiosk) is None


def test_the_frame_takes_no_touch(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    key(kiosk, Qt.Key.Key_Down)
    frame = framed(kiosk)
    assert frame is not None
    corner = frame.topLeft() + QPoint(1, 1)
    under = kiosk.window.childAt(corner)
    assert under is None or under.objectName() != NAME


def test_the_focus_stays_on_its_button_when_type_or_language_change(kiosk: Shown) -> None:
    kiosk.scene("choosing")
    state = kiosk.window.state
    assert state is not None
    while focused(kiosk) != "foot.size":
        key(kiosk, Qt.Key.Key_Down)
    for look in (Look(Mode.ELDER), Look(Mode.ELDER, Language.EN)):
        kiosk.window.show_state(replace(state, look=look))
        assert focused(kiosk) == "foot.size"
        assert framed(kiosk) is not None


def test_digits_fill_the_keypad_and_delete_takes_the_last_one(kiosk: Shown) -> None:
    kiosk.scene("proving-entering")
    key(kiosk, *(Qt.Key(Qt.Key.Key_0 + digit) for digit in (1, 2, 3)), Qt.Key.Key_Backspace)
    key(kiosk, *(Qt.Key(Qt.Key.Key_0 + digit) for digit in (4, 5, 6)))
    assert not any(isinstance(event, ev.CodeEntered) for event in kiosk.posted)
    key(kiosk, Qt.Key.Key_7)
    assert ev.CodeEntered("124567") in kiosk.posted


def test_digits_do_nothing_on_a_page_without_a_keypad(kiosk: Shown) -> None:
    kiosk.scene("consenting")
    key(kiosk, Qt.Key.Key_1)
    assert [event for event in kiosk.posted if not isinstance(event, ev.Touched)] == []


@pytest.mark.parametrize(("named", "pressed"), [("F1", Qt.Key.Key_F1), ("F9", Qt.Key.Key_F9)])
def test_one_key_calls_for_help_on_every_page(
    qapp: QApplication, named: str, pressed: Qt.Key
) -> None:
    posted: list[ev.Event] = []
    window = TerminalWindow(
        PORTRAIT, posted.append, PLACE, production=True, guarded=False, help_key=named,
        clock=lambda: NOON,
    )  # fmt: skip
    window.show()
    for scene in SCENES:
        window.show_state(SCENES[scene](Look()))
        posted.clear()
        for other in (pressed, Qt.Key.Key_F12):
            QTest.keyClick(window, other)
            assert posted.count(ev.HelpPressed()) == 1, scene
    window.production = False
    window.close()
    window.deleteLater()


def test_the_guard_refuses_only_an_identical_press_that_comes_too_soon() -> None:
    now = 100.0
    guard = RepeatGuard(lambda: now)
    assert guard.accepts("print", REPEAT_S)
    now += 0.49
    assert not guard.accepts("print", REPEAT_S)
    now += 0.02
    assert guard.accepts("print", REPEAT_S)
    assert guard.accepts("leave", REPEAT_S)
    assert guard.accepts("print", REPEAT_S)


def test_the_same_digit_can_be_entered_twice_in_a_quarter_of_a_second() -> None:
    now = 100.0
    guard = RepeatGuard(lambda: now)
    assert guard.accepts("code.key.1", KEY_REPEAT_S)
    now += 0.15
    assert not guard.accepts("code.key.1", KEY_REPEAT_S)
    now += 0.10
    assert guard.accepts("code.key.1", KEY_REPEAT_S)


@pytest.mark.parametrize("by_key", [False, True], ids=["touch", "key"])
def test_a_button_pressed_twice_at_once_acts_once_even_on_a_new_page(
    qapp: QApplication, by_key: bool
) -> None:
    posted: list[ev.Event] = []
    window = TerminalWindow(
        PORTRAIT, posted.append, PLACE, production=False, guarded=True, clock=lambda: NOON
    )
    window.show()
    state = SCENES["welcome"](Look())
    window.show_state(state)
    for look in (Look(), Look(Mode.ELDER)):
        window.show_state(replace(state, look=look))
        button = next(b for b in window.findChildren(Button, "foot.size") if b.isVisible())
        if by_key:
            QTest.keyClick(button, Qt.Key.Key_Return)
        else:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    assert [event for event in posted if isinstance(event, ev.ModeChosen)] == [
        ev.ModeChosen(Mode.ELDER)
    ]
    window.close()
    window.deleteLater()
