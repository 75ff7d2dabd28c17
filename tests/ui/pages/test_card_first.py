"""A touched service on the welcome page is answered in words, by voice and in the picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal.session import events as ev
from terminal.session.model import Look
from terminal.session.states import Welcome
from terminal.words import words
from tests.ui.pages_rig import LOOKS, Shown, scene
from tests.ui.voice.heard import spoken
from ui.gallery.scenes import SCENES
from ui.pages.parts import TouchLine

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("name", ["welcome", "welcome-eight"])
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_each_service_reports_its_touch(qapp: object, look: Look, name: str) -> None:
    shown = Shown()
    shown.scene(name, look)
    lines = [line for line in shown.window.findChildren(TouchLine) if line.isVisible()]
    known = {item.id for item in scene(name, Welcome, look).station.items}
    chosen = []
    for line in lines:
        shown.posted.clear()
        QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
        QApplication.processEvents()
        chosen += [event.item for event in shown.posted if isinstance(event, ev.ServiceChosen)]
    shown.close()
    assert len(chosen) == len(lines) > 1
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= known


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_the_answer_is_shown_and_spoken(qapp: object, look: Look) -> None:
    table = words(look.language)
    answer = table.text("welcome.card_first")
    shown = Shown()
    shown.scene("welcome", look)
    assert answer.replace(" ", "") not in shown.words()
    shown.scene("welcome-card-first", look)
    seen = shown.words()
    shown.close()
    assert answer.replace(" ", "") in seen
    assert spoken(SCENES["welcome-card-first"](look), table).startswith(answer)
