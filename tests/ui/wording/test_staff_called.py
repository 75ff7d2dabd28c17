"""A page says that staff have been notified while its state has called them, and only then."""

from __future__ import annotations

import pytest

from terminal.session.model import Look
from terminal.words import words
from tests.terminal.words.test_wording import NOTIFIED
from tests.ui.pages_rig import LOOKS, Shown
from tests.ui.voice.heard import spoken
from ui.gallery.scenes import SCENES

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_pages_tell_of_a_call_where_it_was_made(qapp: object, look: Look) -> None:
    shown, calls = Shown(), 0
    for name, make in SCENES.items():
        state = make(look)
        shown.window.show_state(state)
        told = NOTIFIED[look.language].replace(" ", "") in shown.words()
        assert told == state.staff_called, name
        calls += told
    shown.close()
    assert calls > 5


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_the_voice_tells_of_no_call_that_was_not_made(look: Look) -> None:
    calls = 0
    for name, make in SCENES.items():
        state = make(look)
        told = NOTIFIED[look.language] in spoken(state, words(look.language))
        assert state.staff_called or not told, name
        calls += told
    assert calls > 3
