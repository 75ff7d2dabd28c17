"""The page shows and the voice says what a person must do, in the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.faults import OUTPUT_FULL, PAPER_JAM
from printing.outcome import Outcome, PrintProgress
from terminal.session import states as st
from terminal.session.model import Language, Look, Mode, Presence, Theme
from terminal.session.states import State
from terminal.words import words
from tests.ui.pages_rig import scene
from ui.gallery.scenes import SCENES
from ui.look.theme import PALETTES

from ..pages_rig import LOOKS, Shown
from .heard import spoken

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def said(state: State) -> str:
    return spoken(state, words(state.look.language.value))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_a_full_output_tray_asks_the_resident_to_clear_it(qapp: object, look: Look) -> None:
    """The printer goes on when the person takes the paper, and staff have been called too."""
    full = PrintProgress("sample", Outcome.PRINTING, 1, 2, OUTPUT_FULL)
    state = replace(scene("printing-paper-out", st.Printing, look), progress=full)
    shown = Shown()
    shown.window.show_state(state)
    table = words(look.language.value)
    asked = table.form(OUTPUT_FULL.code, "explain")
    assert asked.replace(" ", "") in shown.words().replace(" ", "")
    phone = shown.control("printing.copy").tone
    shown.close()
    assert phone is PALETTES[Theme.STANDARD].secondary
    assert asked in said(state)
    assert table.text("waiting.called") in said(state), "the session has called them"


def test_a_jam_says_that_staff_were_called() -> None:
    jam = PrintProgress("sample", Outcome.PRINTING, 1, 2, PAPER_JAM)
    state = replace(scene("printing-paper-out", st.Printing), progress=jam)
    assert "已经通知工作人员" in said(state)


@pytest.mark.parametrize(
    "scene", ["printing-cancelling", "printing-to-phone", "copying-after-paper"]
)
def test_the_voice_mentions_pages_in_the_output_tray(scene: str) -> None:
    assert "已经打出来的纸，请您拿走" in said(SCENES[scene](Look(Mode.ELDER)))


def test_the_voice_mentions_no_pages_if_none_came_out() -> None:
    state = scene("printing-cancelling", st.Printing)
    state = replace(state, progress=replace(state.progress, pages_done=0))
    assert "已经打出来的纸" not in said(state)
    assert "已经打出来的纸" not in said(SCENES["copying"](Look()))


def test_the_voice_gives_no_reminder_after_the_card_was_removed() -> None:
    state = scene("printing-starting", st.Printing)
    assert "先拿身份证" in said(state)
    away = replace(state, visit=state.visit.with_presence(Presence.ABSENT))
    assert "身份证" not in said(away)


def test_the_voice_names_the_supported_cards_for_an_unsupported_one() -> None:
    assert "请用身份证或社保卡" in said(SCENES["card-unsupported"](Look()))
    english = said(SCENES["card-unsupported"](Look(Mode.STANDARD, Language.EN)))
    assert "ID card or social security card" in english
