"""The help page: whether staff come, who and when, on the screen and by the voice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.platform.kinds import HelpProgress
from terminal.session.model import HelpAnswer, Language, Look
from terminal.session.states import Assisted
from terminal.words import words
from ui.gallery.scenes import COMING, SCENES
from ui.pages.assisted import AssistedPage

from ..pages_rig import LOOKS, Shown
from ..voice.heard import spoken

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
EN = Look(language=Language.EN)


def packed(text: str) -> str:
    """Return the text as `Shown.words` returns it."""
    return text.replace(" ", "").replace("\u00a0", "")


def answered(answer: HelpAnswer | None, look: Look = EN) -> Assisted:
    state = SCENES["assisted"](look)
    assert isinstance(state, Assisted)
    return replace(state, answer=answer)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.mode}-{look.language}")
def test_page_says_who_comes_and_when(shown: Shown, look: Look) -> None:
    shown.window.show_state(answered(COMING, look))
    table = words(look.language)
    seen = shown.words()
    assert packed(table.text("help.coming.minutes", forms=look.mode.forms, minutes=5)) in seen
    role = COMING.role[look.language]
    assert packed(table.text("help.who", forms=look.mode.forms, role=role, number="1001")) in seen
    assert packed(table.text("help.wait", forms=look.mode.forms)) in seen


@pytest.mark.parametrize(
    ("answer", "key", "absent"),
    [
        (HelpAnswer(HelpProgress.WAITING), "help.reached", "help.go_on"),
        (HelpAnswer(HelpProgress.COMING), "help.coming", "help.go_on"),
        (HelpAnswer(HelpProgress.COMING, minutes=0), "help.coming.now", "help.go_on"),
        (HelpAnswer(HelpProgress.NOT_COMING), "help.not_coming.text", "help.wait"),
        (HelpAnswer(HelpProgress.ARRIVED), "help.arrived", "help.wait"),
        (HelpAnswer(HelpProgress.COMING, {}, "1001"), "help.coming", "help.not_coming"),
    ],
)
def test_page_and_voice_say_each_answer(
    shown: Shown, answer: HelpAnswer, key: str, absent: str
) -> None:
    state = answered(answer)
    shown.window.show_state(state)
    table = words(Language.EN)
    seen, said = shown.words(), spoken(state, table)
    assert packed(table.text(key)) in seen
    assert table.text(key) in said
    assert packed(table.text(absent)) not in seen
    assert table.text(absent) not in said
    if answer.staff_number:
        assert packed(table.text("help.who.number", number="1001")) in seen


def test_page_is_only_rebuilt_if_the_answer_changes() -> None:
    keys = [AssistedPage.key(answered(answer)) for answer in (
        None, COMING, replace(COMING), replace(COMING, minutes=4), replace(COMING, role={}),
        replace(COMING, staff_number=""), replace(COMING, progress=HelpProgress.ARRIVED),
    )]  # fmt: skip
    assert keys[1] == keys[2]
    assert len(set(keys)) == len(keys) - 1
