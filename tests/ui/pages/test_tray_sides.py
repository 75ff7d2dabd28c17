"""Pages with paper say where it comes out, and their arrow points there, for each side."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from terminal.session.model import CardSide, Look, TraySide
from terminal.words import words
from tests.ui.pages_rig import LOOKS, child
from ui.gallery.inspect import inspect, minima
from ui.gallery.scenes import SCENES
from ui.gallery.screens import SCREENS
from ui.headless.driver import snapshot
from ui.widgets.kit import Place
from ui.widgets.pictures import TRAY_WAYS, SheetPicture, draw_arrow
from ui.widgets.text import Text
from ui.window import TerminalWindow


@pytest.mark.parametrize("scene", ["printing", "checking-paper", "collecting"])
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
@pytest.mark.parametrize("side", list(TraySide))
def test_pages_with_paper_name_the_side_of_the_tray(
    qtbot: QtBot, side: TraySide, look: Look, scene: str
) -> None:
    screen = SCREENS["landscape-15"]
    window = TerminalWindow(
        screen, lambda _event: None, Place("Station", "Place", CardSide.RIGHT, tray_side=side),
        production=False,
    )  # fmt: skip
    qtbot.addWidget(window)
    window.show()
    window.show_state(SCENES[scene](look))
    word = words(look.language).text(f"side.{side}")
    if scene == "collecting" and look.mode.large:
        # Two pictures do not fit: the sentence alone says where the paper is.
        said = " ".join(text.accessibleName() or text.text() for text in window.findChildren(Text))
        assert word in said
    else:
        picture = child(window, SheetPicture)
        assert word in picture.accessibleName()
        assert word in " ".join(run.text for run in picture.runs())
    assert inspect(window, snapshot(window), screen, minima(look, screen)).findings == []


@pytest.mark.parametrize("side", [side for side, way in TRAY_WAYS.items() if way is not None])
def test_the_head_of_the_arrow_is_at_its_side(qapp: object, side: TraySide) -> None:
    way = TRAY_WAYS[side]
    assert way is not None
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    draw_arrow(painter, QPointF(50, 50), way, 80.0, "#F2B84B")
    painter.end()

    def inked(x0: int, y0: int, x1: int, y1: int) -> int:
        return sum(
            image.pixelColor(x, y).value() > 100 for x in range(x0, x1) for y in range(y0, y1)
        )

    halves = {
        TraySide.LEFT: inked(0, 0, 50, 100), TraySide.RIGHT: inked(50, 0, 100, 100),
        TraySide.ABOVE: inked(0, 0, 100, 50), TraySide.BELOW: inked(0, 50, 100, 100),
    }  # fmt: skip
    assert max(halves, key=lambda half: halves[half]) is side
