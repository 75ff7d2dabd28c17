"""The word tables are complete: both languages, every fault, every used id, and no unused id."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from devices.health import DeviceStatus
from devices.identity import CardKind
from printing.printer import PaperState, TonerState
from terminal.faults import AREAS
from terminal.session.model import EndReason, Language, Mode
from terminal.words import Words, fill, words

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "terminal" / "words"
OTHERS = [language for language in Language if language is not Language.ZH]
FAULT_FORMS = {"text", "explain", "cause", "fix"}
FORMS = FAULT_FORMS | {"elder", "extra", "spoken", "more", "what", "say", "do"}
DECLARED = frozenset(code for register in AREAS.values() for code in register.codes())
FAULT = re.compile(r"^[A-Z]{3}-\d{3}$")
ID = re.compile(r"^[a-z_]+(\.[a-z0-9_]+)+$")
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{(\w+)")


def forms(table: Words, key: str) -> dict[str, str]:
    """Return every form that the entry defines itself."""
    return {form: table.form(key, form, **_Anything()) for form in FORMS if table.has(key, form)}


def raw(table: Words, key: str) -> dict[str, str]:
    """Return the entry as it is in the file."""
    return dict(in_the_file(table.language)[key])


@cache
def in_the_file(language: str) -> dict[str, dict[str, str]]:
    """Return the table of a language as TOML defines it."""
    return tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))


class _Anything(dict[str, object]):
    """Provides a value for any placeholder."""

    def __init__(self) -> None:
        names = (
            "name card phone item n page pages done of left seconds reason code fix side month "
            "day weekday status paper toner fault reference digits "
            "pid version items count megabytes jobs unsent printed copies reprints until "
            "minutes sheets one other cards group there missing first second last number width "
            "station fee agree leave print back help voice category phone department dismiss "
            "missing unblock close "
            "height size role languages operator handler telephone tray name address metres text"
        )
        super().__init__(dict.fromkeys(names.split(), 2))


@pytest.mark.parametrize("language", Language)
def test_entries_are_those_that_toml_defines(language: Language) -> None:
    table, entries = words(language), in_the_file(language)
    assert table.ids() == entries.keys()
    for key, entry in entries.items():
        assert {form for form in FORMS if table.has(key, form)} == entry.keys()
        for form, text in entry.items():
            assert table.form(key, form, **_Anything()) == fill(text, _Anything()), key


def test_the_table_is_read_once_for_the_language_and_for_its_tag() -> None:
    assert words(Language.ZH) is words("zh")


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_ids_and_forms_of_chinese(language: Language) -> None:
    zh, other = words(Language.ZH), words(language)
    assert zh.ids() == other.ids()
    for key in zh.ids():
        assert raw(zh, key).keys() == raw(other, key).keys(), key


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_placeholders_of_chinese(language: Language) -> None:
    zh, other = words(Language.ZH), words(language)
    for key in zh.ids():
        for form, text in raw(zh, key).items():
            theirs = raw(other, key)[form]
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(theirs)), (key, form)


@pytest.mark.parametrize("language", Language)
def test_what_differs_by_language_is_in_its_table(language: Language) -> None:
    table = words(language)
    assert table.text("voice.name")
    assert table.text("voice.full_stop")
    assert float(table.text("maintenance.column_ems")) > 0
    assert language.own_name


def test_the_buttons_lead_through_every_language_and_back() -> None:
    seen = [Language.ZH]
    while seen[-1].following not in seen:
        seen.append(seen[-1].following)
    assert seen == list(Language)
    assert seen[-1].following is Language.ZH


@pytest.mark.parametrize("language", Language)
def test_every_entry_can_be_formatted(language: Language) -> None:
    table = words(language)
    for key in table.ids():
        for form, text in forms(table, key).items():
            assert "{" not in text, (key, form)
            assert "}" not in text, (key, form)


def test_the_voice_says_a_fault_and_its_explanation() -> None:
    said = words(Language.ZH).spoken("PRN-104")
    assert said == "打印机没纸了。工作人员加好纸就能打印。"
    assert words(Language.EN).spoken("PRN-104").startswith("The printer is out of paper. ")


@pytest.mark.parametrize("language", Language)
def test_exactly_the_declared_faults_have_entries(language: Language) -> None:
    table = words(language)
    entries = {key for key in table.ids() if FAULT.match(key)}
    assert entries == DECLARED
    for code in entries:
        entry = raw(table, code)
        assert entry.keys() == FAULT_FORMS, code
        assert all(entry.values()), code


@pytest.mark.parametrize("language", OTHERS)
def test_no_other_table_has_chinese_words(language: Language) -> None:
    table = words(language)
    for key in table.ids():
        assert not any(HAN.search(text) for text in raw(table, key).values()), key


def test_chinese_sentences_have_chinese_punctuation() -> None:
    zh = words(Language.ZH)
    for key in zh.ids():
        for form, text in raw(zh, key).items():
            assert not re.search(r"[\u4e00-\u9fff][,.;:!?]", text), (key, form)
            assert "..." not in text, (key, form)
            assert "…" not in text, (key, form)


def test_entries_for_enums_are_complete() -> None:
    table = words("zh")
    wanted = {f"status.{state.value}" for state in DeviceStatus}
    wanted |= {f"paper.{state.value}" for state in PaperState}
    wanted |= {f"toner.{state.value}" for state in TonerState}
    wanted |= {f"card.{kind.value}" for kind in CardKind}
    wanted |= {f"ending.{reason.value}" for reason in EndReason}
    wanted |= {f"ending.{reason.value}.lede" for reason in EndReason}
    wanted |= {f"weekday.{day}" for day in range(1, 8)} | {f"month.{m}" for m in range(1, 13)}
    assert wanted <= table.ids()


def sources() -> Iterator[ast.Module]:
    for package in ("ui", "terminal"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def strings_in_code() -> tuple[set[str], set[re.Pattern[str]]]:
    """Return the code's string constants, and patterns of f-strings that start like an id."""
    constants: set[str] = set()
    patterns: set[re.Pattern[str]] = set()
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w]+"
                    for part in node.values
                ]
                if re.match(r"^[a-z_]+\\\.", parts[0]):
                    patterns.add(re.compile("".join(parts)))
    return constants, patterns


def test_every_id_is_used() -> None:
    constants, patterns = strings_in_code()
    for key in words("zh").ids() - DECLARED:
        assert key in constants or any(p.fullmatch(key) for p in patterns), f"{key} is unused"


def test_every_used_id_exists() -> None:
    ids = words("zh").ids()
    asked = set()
    for tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            if name in ("say", "_say") and isinstance(first, ast.Constant):
                asked.add(first.value)
    missing = {key for key in asked if ID.match(str(key)) and key not in ids}
    assert asked & ids, "the search finds nothing: it is broken"
    assert not missing


@pytest.mark.parametrize(
    ("done", "expected"), [(1, "1 of 2 pages printed"), (2, "2 of 2 pages printed")]
)
def test_plural_follows_the_number(done: int, expected: str) -> None:
    assert words("en").text("printing.count", done=done, pages=2) == expected


def test_elder_pages_replace_the_texts_that_have_an_elder_form() -> None:
    table = words("zh")
    assert table.text("foot.size") != table.text("foot.size", forms=Mode.ELDER.forms)
    assert table.text("foot.back", forms=Mode.ELDER.forms) == table.text("foot.back")
