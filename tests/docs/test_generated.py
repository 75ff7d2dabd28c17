"""The generated files: current in the repository, complete, and checked by `make lint`."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from devices.health import Cause, Device, Fault, Who
from docs.generate import configuration
from docs.generate.__main__ import generated, outdated, write
from docs.generate.declared import UndocumentedError, docstring
from docs.generate.faults import texts
from docs.generate.provoked import provoked
from terminal.commands.options import parser
from terminal.faults import AREAS
from terminal.journal.schema import migrate
from terminal.process.exit_codes import COMMANDS
from terminal.words import words

DOCS = Path(__file__).parents[2] / "docs"


def test_the_files_in_the_repository_are_current() -> None:
    assert outdated(DOCS, generated()) == []


def test_a_changed_a_missing_and_a_leftover_file_are_reported(tmp_path: Path) -> None:
    files = generated()
    write(tmp_path, files)
    assert outdated(tmp_path, files) == []
    changed, missing = sorted(files)[:2]
    with (tmp_path / changed).open("a", encoding="utf-8") as page:
        page.write("by hand\n")
    (tmp_path / missing).unlink()
    leftover = Path("reference", "faults-of-no-area.md")
    (tmp_path / leftover).write_text("old")
    assert set(outdated(tmp_path, files)) == {changed, missing, leftover}
    write(tmp_path, files)
    assert outdated(tmp_path, files) == []


@pytest.mark.parametrize("area", AREAS)
def test_every_fault_has_a_section_with_its_words_in_both_languages(area: str) -> None:
    page = generated()[Path("reference", f"faults-{area}.md")]
    for fault in AREAS[area]:
        section = page.partition(f"\n## {fault.code}\n")[2].partition("\n## ")[0]
        for language in ("zh", "en"):
            for form in ("text", "explain", "cause", "fix"):
                text = words(language).form(fault.code, form).replace("|", "\\|")
                assert text in section, (fault.code, language, form)
        assert f"| {fault.cause.value} |" in section
        assert f"| {fault.who.value}" in section


def test_a_fault_without_words_is_an_error_that_names_it_and_the_missing_entry() -> None:
    new = Fault("PRN-999", Device.PRINTER, Cause.HARDWARE, Who.STAFF)
    with pytest.raises(UndocumentedError, match=r'PRN-999 \(NEW\).*"cause" to \[PRN-999\] in .*en'):
        texts(new, "NEW", "cause")


def test_every_mark_names_a_declared_fault_and_is_on_its_page() -> None:
    areas = {code: area for area, register in AREAS.items() for code in register.codes()}
    assert len(provoked()) > 20
    for each in provoked():
        page = generated()[Path("reference", f"faults-{areas[each.code]}.md")]
        section = page.partition(f"\n## {each.code}\n")[2].partition("\n## ")[0]
        assert f"| {each.where} | {each.how} | `{each.file}::{each.test}` |" in section


def test_a_declaration_without_a_docstring_is_an_error() -> None:
    class Declared:
        documented: Cause = Cause.PERSON
        """One line
        and another."""
        undocumented: Who = Who.STAFF

    assert docstring(Declared, "documented") == "One line and another."
    with pytest.raises(UndocumentedError, match="undocumented has no docstring"):
        docstring(Declared, "undocumented")


@pytest.mark.parametrize(
    ("section", "row"),
    [
        ("[screen]", "| `width_px` | whole number | required | pixels | 320 to 16384 | no |"),
        ("[timeouts]", "| `clear_s` | number | `30` | s | 1 to 86400 | no |"),
        ("[timeouts.elder]", "| `warning_s` | number | `30` | s | 20 to 600 | no |"),
        ('[[readers]], kind = "samv"', "| `baud` | whole number | `115200` | Bd | 115200, "),
        ("[[printers]]", "| `server` | text | none |  | 1 to 80 characters"),
        (
            "[maintenance]",
            "| `pin_hash` | text | required |  | a hash that `station pin` printed | yes",
        ),
    ],
)
def test_a_key_has_its_type_default_unit_range_and_secrecy(section: str, row: str) -> None:
    page = generated()[Path("reference", "configuration.md")]
    assert row in page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]


def test_the_sample_has_the_keys_of_the_page_with_the_meanings_of_the_page() -> None:
    sample = " ".join(generated()[Path("station.example.toml")].replace("\n# ", "\n").split())
    for section in configuration.sections():
        assert section.header in sample
        for key in section.keys:
            assert f"{key.name} = " in sample
            assert " ".join(key.meaning.split()) in sample


def test_every_column_of_the_journal_has_its_meaning() -> None:
    page = generated()[Path("reference", "journal.md")]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with closing(connection):
        migrate(connection)
        columns = connection.execute(
            "SELECT t.name, c.name, c.type FROM sqlite_master AS t, pragma_table_info(t.name) AS c"
            " WHERE t.type = 'table'"
        ).fetchall()
    assert ("jobs", "sheets", "INTEGER") in columns
    for table, column, kind in columns:
        section = page.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        row = re.search(rf"^\| `{column}` \| {kind} \|.*\| ([^|]+) \|$", section, re.MULTILINE)
        assert row is not None, (table, column)
        assert row[1].endswith("."), (table, column)


class _AnyCommand(dict[str, Any]):
    """Takes the place of the handlers, and keeps the names of all commands."""

    def __missing__(self, name: str) -> object:
        self[name] = name
        return name


def test_every_command_has_its_exit_codes() -> None:
    commands = _AnyCommand()
    parser(commands, [])
    assert set(COMMANDS) == set(commands)
    page = generated()[Path("reference", "exit-codes.md")]
    for name, (own, shared) in COMMANDS.items():
        section = page.partition(f"\n## station {name}\n")[2].partition("\n## ")[0]
        every = [*own, *shared]
        assert len({int(code) for code in every}) == len(every), name
        for code in every:
            assert f"| {int(code)} | {code.meaning} |" in section, (name, code)
