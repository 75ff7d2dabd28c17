"""The warning beside the page, and what a page shows while a machine works."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.deadline import deadline
from terminal.session.model import Look, Mode
from terminal.words import words
from ui.app import warning_sentence
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen
from ui.widgets.banner import Banner
from ui.widgets.overlay import Overlay
from ui.widgets.waiting import MovingBar, WaitStrip
from ui.window import LAST_WARNING_S, Warned

from ..pages_rig import PORTRAIT, SMALL, Shown, child

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BESIDE = [name for name in SCENES if name.endswith("-warning") and name != "choosing-warning"]


@pytest.fixture(params=[PORTRAIT, SMALL], ids=["portrait", "small"])
def screen(request: pytest.FixtureRequest) -> Screen:
    """The tallest screen and the lowest one."""
    found: Screen = request.param
    return found


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("mode", list(Mode))
def test_an_act_outside_the_screen_is_warned_of_beside_the_page(
    shown: Shown, name: str, mode: Mode
) -> None:
    shown.scene(name, Look(mode))
    page, banner = shown.window.current_page, child(shown.window, Banner)
    assert banner.isVisible()
    assert not child(shown.window, Overlay).isVisible()
    assert page.isEnabled()
    assert shown.place(banner).bottom() < shown.place(page).top()
    assert all(run.fits for _, run in shown.runs()), name
    assert "17" in shown.words_of("banner.left")
    shown.touch("banner.stay")
    assert ev.Touched() in shown.posted


@pytest.mark.parametrize("mode", list(Mode))
def test_the_banner_goes_when_the_screen_is_touched(shown: Shown, mode: Mode) -> None:
    shown.scene("card-away-warning", Look(mode))
    page, state = shown.window.current_page, shown.window.state
    assert state is not None
    assert not shown.words_of("card_away.left"), "the seconds are said once"
    shown.window.show_state(replace(state, quiet_since=time.monotonic()))
    QApplication.processEvents()
    assert shown.window.current_page is page
    assert not child(shown.window, Banner).isVisible()
    assert shown.words_of("card_away.left")


def test_the_last_page_of_a_visit_is_never_covered(shown: Shown) -> None:
    for name in SCENES:
        if name.startswith("ending"):
            assert deadline(SCENES[name](Look())) is None


def test_the_warning_is_reported_when_it_begins_and_when_its_last_seconds_begin(
    shown: Shown,
) -> None:
    heard: list[Warned | None] = []
    shown.scene("collecting")
    shown.window.warned.connect(lambda _state: heard.append(shown.window.warning))
    state = shown.window.state
    assert state is not None
    limit = deadline(state)
    assert limit is not None
    for left_s in (19.0, 18.0, LAST_WARNING_S - 0.5, 5.0):
        early_s = limit.end_at - time.monotonic() - left_s
        shown.window.show_state(replace(state, quiet_since=state.quiet_since - early_s))
    shown.window.show_state(replace(state, quiet_since=time.monotonic()))
    assert heard == [Warned(True, False, False), Warned(True, False, True), None]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_voice_says_the_seconds_of_the_warning(mode: Mode) -> None:
    state = SCENES["collecting"](Look(mode))
    say = words(state.look.language).spoken
    whole = round(state.station.limits.warning(mode))
    begun = warning_sentence(state, Warned(beside=True, final=False, last=False))
    last = warning_sentence(state, Warned(beside=True, final=False, last=True))
    assert begun == say("banner.voice", forms=mode.forms, seconds=whole)
    assert last == say("banner.voice", forms=mode.forms, seconds=10)


# -- a machine works -------------------------------------------------------------------------------

WORKING = ("identifying", "recognising", "preparing", "proving-sending", "proving-checking",
           "proving-staff-checking", "copying-asking", "printing-starting", "assisted-calling",
           "unlocking-checking", "ending-clearing", "printing-stopping")  # fmt: skip


def aged(shown: Shown, name: str, seconds: float) -> None:
    """Show the scene as it is after so much work."""
    now = time.monotonic()
    state = replace(SCENES[name](Look()), entered=now - seconds, quiet_since=now - seconds)
    shown.window.show_state(state)
    QApplication.processEvents()


@pytest.mark.parametrize("name", WORKING)
def test_work_shows_progress_and_then_that_it_goes_on(shown: Shown, name: str) -> None:
    aged(shown, name, 0.5)
    assert not child(shown.window, MovingBar).isVisible()
    assert "waiting.still" not in {part.objectName() for part in shown.painters()}
    aged(shown, name, 1.2)
    own = name == "printing-starting"
    assert child(shown.window, MovingBar).isVisible() is not own
    aged(shown, name, 2.2)
    assert shown.words_of("waiting.still")


@pytest.mark.parametrize("name", ["identifying", "recognising", "preparing", "proving-checking"])
def test_work_can_be_left_after_ten_seconds(shown: Shown, name: str) -> None:
    aged(shown, name, 9.0)
    assert not shown.has("working.leave")
    aged(shown, name, 10.2)
    assert shown.touch("working.leave") == [ev.EndPressed()]


def test_a_page_that_waits_for_a_person_shows_no_work(shown: Shown) -> None:
    shown.scene("choosing")
    assert not child(shown.window, MovingBar).isVisible()
    assert not child(shown.window, WaitStrip).isVisible()


def test_issuing_does_not_sound_like_printing() -> None:
    for language in ("zh", "en"):
        title = words(language).text("preparing.title")
        assert "打印" not in title
        assert "rint" not in title


def test_the_exit_is_on_every_page_of_a_visit_and_on_no_other(shown: Shown) -> None:
    for name, scene in SCENES.items():
        state = scene(Look())
        if isinstance(state, st.Leaving):
            continue
        shown.scene(name)
        assert shown.has("foot.end") is state.may_end, name
        served = state.served is not None and not getattr(state, "cancelling", None)
        assert state.may_end is (served or isinstance(state, st.Identifying)), name
