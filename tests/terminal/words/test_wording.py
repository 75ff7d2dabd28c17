"""Residents read no word that `docs/words.md` avoids, and learn of a call only where it is made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from terminal.sandbox.items import ITEMS
from terminal.session.model import Language, Mode
from terminal.words import words
from tests.terminal.words.test_words import raw

GUIDE = Path(__file__).parents[3] / "docs" / "words.md"
ROW = re.compile(r"^\| (\w\w) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
STAFF_TEXT = re.compile(
    r"^(type|voice|gallery|maintenance|pin|report|status|toner|demo|diagnose|staff|header)\."
    r"|^guide\.(page|rule|faults|staff|shown|pages|what|say|do|code|screen|cause|fix)\b"
    r"|^paper\.(full|low|out|jammed|unknown|not_supported)$|staff|^failure\.code$|^SYS-[13]"
)
"""Entries that only staff read. Faults SYS-1 and most of SYS-3 are found before service starts."""
FORMS = ("text", "elder", "spoken", "explain")
NOTIFIED = {Language.ZH: "已经通知", Language.EN: "have been notified"}
CALLED = {"waiting.called", "failure.staff", "staff.lede", "help.reached"}
"""The texts that say that staff have been notified. Pages show them as `State.staff_called` says
(`tests/ui/wording/test_staff_called.py`)."""


class Avoided(NamedTuple):
    """One row of the guide."""

    language: str
    say: str
    avoid: str
    why: str


AVOIDED = [Avoided(*match.groups()) for match in ROW.finditer(GUIDE.read_text(encoding="utf-8"))]


def resident_texts(language: str) -> dict[str, str]:
    """Return each text that a resident may read or hear, by its id and form."""
    table = words(language)
    return {
        f"{key} ({form})": text
        for key in table.ids()
        if not STAFF_TEXT.search(key)
        for form, text in raw(table, key).items()
        if form in FORMS
    }


def test_the_guide_has_words_of_each_language() -> None:
    assert {row.language for row in AVOIDED} == {str(language) for language in Language}
    assert all(row.say != row.avoid for row in AVOIDED)


@pytest.mark.parametrize("row", AVOIDED, ids=lambda row: f"{row.language}-{row.avoid}")
def test_residents_read_no_avoided_word(row: Avoided) -> None:
    avoided = row.avoid.lower()
    found = {key for key, text in resident_texts(row.language).items() if avoided in text.lower()}
    assert not found, f"say {row.say}: {row.why}"


@pytest.mark.parametrize("row", AVOIDED, ids=lambda row: f"{row.language}-{row.avoid}")
def test_services_have_no_avoided_word(row: Avoided) -> None:
    for item in ITEMS:
        for text in (item.subtitle, item.elder_title, item.elder_subtitle, item.category):
            assert row.avoid.lower() not in getattr(text, row.language).lower(), row.why


@pytest.mark.parametrize("language", Language)
def test_only_the_texts_of_a_call_say_that_staff_have_been_notified(language: Language) -> None:
    table = words(language)
    saying = {
        key
        for key in table.ids()
        if any(NOTIFIED[language] in text for text in raw(table, key).values())
    }
    assert saying == CALLED


def test_latin_text_has_no_marks_that_a_chinese_font_draws_wide() -> None:
    table = words(Language.EN)
    for key in table.ids():
        assert not re.search("[“”‘’…]", "".join(raw(table, key).values())), key


@pytest.mark.parametrize("language", Language)
def test_every_text_tells_the_one_name_of_the_help_button(language: Language) -> None:
    table = words(language)
    button = table.text("foot.help")
    assert table.text("foot.help", forms=Mode.ELDER.forms) == button == table.text("help.title")
    quoted = {
        name
        for key, text in resident_texts(language).items()
        if not key.startswith("guide.")  # they name other buttons too, by their entries
        for name in re.findall('[“"]([^”"]+)[”"]', text)
    }
    assert quoted == {button}
