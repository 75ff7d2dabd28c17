"""The least width of a text: a button is never narrower than a word that cannot be broken."""

from __future__ import annotations

import pytest

from terminal.session.model import Language, Theme
from ui.look.theme import PALETTES
from ui.widgets.text import Block

PX = 30
COLOURS = PALETTES[Theme.STANDARD]


def least_width(markup: str, language: Language) -> int:
    return Block(markup, PX, COLOURS.text, language=language).least_width()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("word", ["réimpression", "re‑impression’s", "reprintednow"])
def test_a_latin_word_is_not_broken_whatever_marks_it_has(
    qapp: object, word: str, language: Language
) -> None:
    block = Block(word, PX, COLOURS.text, language=language)
    assert block.least_width() >= block.natural_width() - 1
    assert block.least_width() > 4 * PX


@pytest.mark.parametrize("language", Language)
def test_a_chinese_text_is_at_least_four_characters_wide(qapp: object, language: Language) -> None:
    four = least_width("社会保险", language)
    assert four == pytest.approx(4 * PX, abs=2)
    assert least_width("社会保险个人参保证明", language) == four
