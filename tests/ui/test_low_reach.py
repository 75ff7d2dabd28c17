"""Low reach: every control is between 380 and 1,120 mm above the floor. Motion can be off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from terminal.session.model import Language, Look, Mode
from ui.gallery.findings import Kind
from ui.gallery.inspect import inspect, minima
from ui.gallery.scenes import SCENES
from ui.gallery.screens import SCREENS
from ui.headless.driver import settle, snapshot
from ui.look.metrics import REACH_MM, Screen
from ui.widgets.button import Button
from ui.widgets.card_picture import CardPicture
from ui.window import TerminalWindow

from .pages_rig import NOON, PLACE, PORTRAIT, child

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TALL = replace(SCREENS["portrait-32"], low_reach=True)
WHEELED = ("welcome", "choosing-eight", "proving-entering", "previewing", "choosing-warning")


def window(screen: Screen) -> TerminalWindow:
    """A window on this screen, shown."""
    made = TerminalWindow(screen, lambda _event: None, PLACE, production=False, clock=lambda: NOON)
    made.show()
    return made


@pytest.fixture
def tall(qapp: QApplication) -> Iterator[TerminalWindow]:
    """A 32" portrait screen in low reach."""
    made = window(TALL)
    yield made
    made.close()
    made.deleteLater()


def heights_mm(shown: TerminalWindow, screen: Screen) -> list[tuple[str, float, float]]:
    """Return each control with the heights of its lower and its upper edge above the floor."""
    found = []
    for button in shown.findChildren(Button):
        if button.isVisible():
            top = button.mapTo(shown, QPoint(0, 0)).y()
            low, high = (
                screen.lower_edge_mm + (screen.height_px - y) / screen.px_per_mm
                for y in (top + button.height(), top)
            )
            found.append((button.objectName(), low, high))
    return found


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("language", list(Language))
def test_every_control_of_a_tall_screen_is_within_reach(
    tall: TerminalWindow, mode: Mode, language: Language
) -> None:
    look = Look(mode, language)
    for scene in SCENES:
        tall.show_state(SCENES[scene](look))
        settle()
        for name, low_mm, high_mm in heights_mm(tall, TALL):
            assert REACH_MM[0] <= low_mm <= high_mm <= REACH_MM[1], f"{scene}: {name}"


@pytest.mark.parametrize("lower_edge_mm", [250.0, 600.0, 800.0])
def test_the_reach_follows_the_configured_height(qapp: QApplication, lower_edge_mm: float) -> None:
    screen = replace(TALL, lower_edge_mm=lower_edge_mm)
    made = window(screen)
    for scene in WHEELED:
        made.show_state(SCENES[scene](Look()))
        settle()
        for name, low_mm, high_mm in heights_mm(made, screen):
            assert REACH_MM[0] - 0.5 <= low_mm <= high_mm <= REACH_MM[1] + 0.5, f"{scene}: {name}"
        seen = inspect(made, snapshot(made), screen, minima(Look(), screen))
        assert seen.findings == []
    made.close()
    made.deleteLater()


def test_without_low_reach_nothing_moves_and_the_gallery_asks_for_none(qapp: QApplication) -> None:
    plain = replace(TALL, low_reach=False)
    made = window(plain)
    made.show_state(SCENES["choosing-eight"](Look()))
    settle()
    assert any(high > REACH_MM[1] for _, _, high in heights_mm(made, plain))
    kinds = {
        found.kind
        for screen in (plain, TALL)
        for found in inspect(made, snapshot(made), screen, minima(Look(), screen)).findings
    }
    assert kinds == {Kind.OUT_OF_REACH}
    made.close()
    made.deleteLater()


@pytest.mark.parametrize("motion", [True, False])
def test_the_arrow_moves_only_where_motion_is_on(
    qapp: QApplication, motion: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = TerminalWindow(
        PORTRAIT, lambda _event: None, replace(PLACE, motion=motion), production=False,
        clock=lambda: NOON,
    )  # fmt: skip
    made.show()
    made.show_state(SCENES["welcome"](Look()))
    picture = child(made, CardPicture)
    pictures = []
    for at in (0.0, 1.0):  # a quarter of the arrow's period
        monkeypatch.setattr("time.monotonic", lambda at=at: at)
        picture.repaint()
        pictures.append(snapshot(picture))
    assert (pictures[0] != pictures[1]) is motion
    made.close()
    made.deleteLater()
