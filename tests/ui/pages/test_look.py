"""Language and mode change the whole page at once, and what was entered is kept."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from terminal.session.model import Language, Look, Mode
from terminal.words import words
from ui.gallery.samples import PROCESSORS
from ui.gallery.scenes import SCENES
from ui.look.metrics import Screen

from ..pages_rig import PLACE, PORTRAIT, Shown
from ..voice.heard import spoken

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002ffff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = (PLACE.station_name, PLACE.location, "王＊明", "𠮷＊𬀩")
ORGANISATIONS = f"{PROCESSORS.operator} {PROCESSORS.handler}"
HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")
BILINGUAL_ZH = {"English"}
BILINGUAL_EN = {"中文"}
TECHNICAL = re.compile(
    r"[A-Z]{3}-\d{3}|A4|card|page|samv|pcscd|chrony|usb|docs/printing.md|waitjob=false|abort-job",
    re.ASCII,
)
"""Fault codes, a paper size, names of devices, programs and settings: the same in each language."""


@pytest.fixture
def screen() -> Screen:
    """One screen is enough for these tests."""
    return PORTRAIT


def foreign(shown: Shown, language: Language) -> list[str]:
    """Return the lines that contain letters of the other language."""
    other = LATIN if language is Language.ZH else HAN
    bilingual = BILINGUAL_ZH if language is Language.ZH else BILINGUAL_EN
    left = []
    for _, run in shown.runs():
        text = run.text
        for name in NAMES:
            text = text.replace(name, "")
        # The operator's and the handler's names are as configured, and may go over two lines.
        text = HAN_WORD.sub(lambda word: "" if word[0] in ORGANISATIONS else word[0], text)
        if text not in bilingual and other.search(TECHNICAL.sub("", text)):
            left.append(run.text)
    return left


@pytest.mark.parametrize("mode", list(Mode))
def test_the_language_changes_every_word(shown: Shown, mode: Mode) -> None:
    for name in SCENES:
        for language in (Language.ZH, Language.EN):
            shown.scene(name, Look(mode, language))
            assert foreign(shown, language) == [], f"{name} in {language}"


def test_the_mode_changes_type_size_and_wording(shown: Shown) -> None:
    shown.scene("choosing")
    before = min(run.px for _, run in shown.runs())
    assert "社会保险个人参保证明" in shown.words()
    shown.scene("choosing", Look(Mode.ELDER))
    assert "打印社保参保证明" in shown.words()
    assert "社会保险个人参保证明" not in shown.words()
    assert min(run.px for _, run in shown.runs()) > before * 1.25


def test_typed_digits_survive_a_change_of_language(shown: Shown) -> None:
    state = SCENES["proving-entering"](Look())
    shown.window.show_state(state)
    for digit in "123":
        shown.touch(f"code.key.{digit}")
    from dataclasses import replace

    shown.window.show_state(replace(state, look=Look(Mode.ELDER, Language.EN)))
    for digit in "45":
        shown.touch(f"code.key.{digit}")
    from terminal.session.events import CodeEntered

    assert shown.touch("code.key.6") == [CodeEntered("123456")]


def test_a_page_holds_no_name_after_it_is_left(shown: Shown) -> None:
    from ui.widgets.text import _lines

    shown.scene("choosing")
    left = shown.window.current_page
    assert "王＊明" in shown.words()
    shown.scene("ending")
    assert not any("王" in text for text in texts_of(left))
    assert _lines.cache_info().currsize < 40


def texts_of(page: QWidget) -> list[str]:
    labels = [label.text() for label in page.findChildren(QLabel)]
    return labels + [button.text() for button in page.findChildren(QPushButton)]


# Scenes for which the voice says the title of the page first.
VOICED = (
    "welcome", "out-of-service", "identifying", "card-mute", "recognising", "choosing",
    "proving-entering", "preparing", "printing", "printing-paper-out", "checking-paper",
    "collecting", "failure-platform", "card-away", "ending-card-present", "unlocking",
)  # fmt: skip


@pytest.mark.parametrize("name", VOICED)
def test_the_voice_says_the_words_of_the_page(shown: Shown, name: str) -> None:
    look = Look(Mode.ELDER)
    shown.scene(name, look)
    said = spoken(SCENES[name](look), words("zh")).replace("某", "＊")
    first = re.split(r"[。？！]", said)[0].replace(" ", "")
    assert first
    assert first in shown.words()


def test_the_voice_never_says_a_whole_name_or_number() -> None:
    for name, make in SCENES.items():
        for language in Language:
            said = spoken(make(Look(Mode.STANDARD, language)), words(language.value))
            assert said, name
            assert "王建明" not in said
            assert not re.search(r"\d{6}", said)
            assert "<" not in said
            assert "{" not in said
