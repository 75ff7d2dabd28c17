"""Type that is very large for the screen: nothing is clipped, and nothing is agreed to unread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from terminal.session import events as ev
from terminal.session.model import Language, Look, Mode
from terminal.words import words
from ui.gallery.inspect import inspect, minima
from ui.gallery.scenes import SCENES
from ui.headless.driver import settle, snapshot

from ..pages_rig import PORTRAIT, SMALL, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LOOK = Look(Mode.EXTRA_LARGE, Language.EN)


@pytest.fixture
def low(qapp: QApplication) -> Iterator[Shown]:
    """A window on the lowest screen."""
    made = Shown(SMALL)
    yield made
    made.close()


def test_who_agrees_has_seen_every_fact(low: Shown) -> None:
    low.scene("consenting", LOOK)
    seen = ""
    while not low.has("consent.agree"):
        found = inspect(low.window, snapshot(low.window), SMALL, minima(LOOK, SMALL)).findings
        assert found == []
        seen += low.words()
        assert low.touch("consent.more") == []
    seen += low.words()
    assert not low.has("consent.more")
    assert inspect(low.window, snapshot(low.window), SMALL, minima(LOOK, SMALL)).findings == []
    table = words("en")
    for row in ("what", "why", "long", "who", "right"):
        assert table.text(f"consent.{row}").replace(" ", "") in seen, row
    assert low.touch("consent.agree") == [ev.Consented()]


def test_a_page_that_fits_shows_all_at_once(qapp: QApplication) -> None:
    shown = Shown(PORTRAIT)
    shown.scene("consenting", Look())
    assert shown.has("consent.agree")
    assert not shown.has("consent.more")
    shown.close()


def test_header_and_foot_are_single_lines_on_a_low_screen(low: Shown) -> None:
    low.scene("choosing", LOOK)
    settle()
    foot = [low.place(low.control(f"foot.{name}")) for name in ("size", "voice", "help")]
    assert max(place.height() for place in foot) / SMALL.px_per_mm < 25
    assert low.window.current_page.height() > low.window.height() * 0.75


def test_standard_and_elder_pages_leave_nothing_out(low: Shown) -> None:
    for mode in (Mode.STANDARD, Mode.ELDER):
        for scene in ("welcome", "consenting", "choosing", "printing", "collecting"):
            low.window.show_state(SCENES[scene](Look(mode)))
            assert not low.window.current_page.kit.sparse, f"{scene} {mode}"
