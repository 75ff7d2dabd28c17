"""The picture points to the side of the machine where cards are presented, for each side."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from terminal.session.model import CardSide, Language, Look, Mode
from tests.ui.pages_rig import child
from ui.gallery.inspect import inspect, minima
from ui.gallery.scenes import SCENES
from ui.gallery.screens import SCREENS
from ui.headless.driver import snapshot
from ui.widgets.card_picture import CardPicture
from ui.widgets.kit import Place
from ui.window import TerminalWindow

WORDS = {
    CardSide.LEFT: ("左边", "left"),
    CardSide.RIGHT: ("右边", "right"),
    CardSide.BELOW: ("下方", "below"),
    CardSide.ABOVE: ("上方", "above"),
}


@pytest.mark.parametrize("screen", ["portrait-21", "landscape-15"])
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("side", list(CardSide))
def test_text_and_arrow_point_to_the_same_side(
    qtbot: QtBot, side: CardSide, mode: Mode, screen: str
) -> None:
    for language, word in zip((Language.ZH, Language.EN), WORDS[side], strict=True):
        window = TerminalWindow(
            SCREENS[screen], lambda _event: None, Place("样例站", "样例路", side),
            production=False,
        )  # fmt: skip
        qtbot.addWidget(window)
        window.show()
        window.show_state(SCENES["welcome"](Look(mode, language)))
        picture = child(window, CardPicture)
        assert word in picture.accessibleName()
        start, tip = picture._arrow()
        across, down = tip.x() - start.x(), tip.y() - start.y()
        pointing = {
            CardSide.LEFT: across < 0 and abs(down) < 1,
            CardSide.RIGHT: across > 0 and abs(down) < 1,
            CardSide.BELOW: down > 0 and abs(across) < 1,
            CardSide.ABOVE: down < 0 and abs(across) < 1,
        }
        assert pointing[side]
        assert not picture._card().intersects(picture._zone())
        least = minima(Look(mode), SCREENS[screen])
        seen = inspect(window, snapshot(window), SCREENS[screen], least)
        assert seen.findings == []
