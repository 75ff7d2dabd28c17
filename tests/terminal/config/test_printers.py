"""Several printers in one configuration: valid ones are loaded, conflicts are reported by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from printing.printer_group import PrinterGroup
from terminal.config.load import Config, ConfigProblem, PrinterConfig, load
from terminal.runtime.from_config import make_printers
from tests.rig.print_journal import FileJournal

SAMPLE = Path(__file__).parents[3] / "docs" / "station.example.toml"
SECOND = """
[[printers]]
name = "{name}"
queue = "{queue}"
media = "{media}"

[timeouts]
"""


def loaded(folder: Path, *, name: str, queue: str, media: str) -> Config | ConfigProblem:
    """Load the sample with a second printer."""
    for file in ("platform-ca.pem", "seal-root.pem"):
        (folder / file).write_text("-----BEGIN CERTIFICATE-----\n")
    second = SECOND.format(name=name, queue=queue, media=media)
    path = folder / "station.toml"
    path.write_text(SAMPLE.read_text(encoding="utf-8").replace("\n[timeouts]\n", second, 1))
    return load(path)


def test_two_printers_form_a_group_in_order(tmp_path: Path) -> None:
    config = loaded(tmp_path, name="slips", queue="slip", media="om_slip_80x200mm")
    assert isinstance(config, Config)
    assert config.printers[1] == PrinterConfig("slips", "slip", media="om_slip_80x200mm")
    group = make_printers(config, FileJournal(tmp_path / "journal"))
    assert isinstance(group, PrinterGroup)
    assert group.names == ("paper", "slips")
    assert group.status().media == "iso_a4_210x297mm"
    group.close()


@pytest.mark.parametrize(
    ("second", "key", "word"),
    [
        ({"name": "paper"}, "printers[1].name", "called paper"),
        # Names must be unique: the journal and the platform record states by name.
        ({"name": "resident-id"}, "printers[1].name", "a reader and a printer"),
        ({"queue": "station"}, "printers[1].queue", "queue station"),
        # The same paper size under another name, and measured in inches.
        ({"media": "custom_sheet_210x297mm"}, "printers[1].media", "paper and slips"),
        ({"media": "om_sheet_8.27x11.69in"}, "printers[1].media", "size of paper"),
    ],
)
def test_conflicting_printers_are_reported(
    tmp_path: Path, second: dict[str, str], key: str, word: str
) -> None:
    right = {"name": "slips", "queue": "slip", "media": "om_slip_80x200mm"}
    problem = loaded(tmp_path, **{**right, **second})
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", key)
    assert word in problem.sentence
    lines = (tmp_path / "station.toml").read_text(encoding="utf-8").split("\n")
    wrong = next(iter(second.values()))
    wanted = max(number for number, line in enumerate(lines, 1) if f'= "{wrong}"' in line)
    assert problem.line == wanted


@pytest.mark.parametrize(
    "uri",
    ["ipp://", "ipp://printer:99999/ipp", "ipp://printer:x/", "ipp://[", "ipp://printer/büro"],
)
def test_invalid_device_uri_is_reported_with_its_line(tmp_path: Path, uri: str) -> None:
    loaded(tmp_path, name="slips", queue="slip", media="om_slip_80x200mm")
    path = tmp_path / "station.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            'queue = "slip"', f'queue = "slip"\ndevice_uri = "{uri}"'
        )
    )
    problem = load(path)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", "printers[1].device_uri")
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[(problem.line or 0) - 1] == f'device_uri = "{uri}"'


def test_paper_without_a_size_is_reported(tmp_path: Path) -> None:
    problem = loaded(tmp_path, name="slips", queue="slip", media="om_slip_0x200mm")
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-106", "printers[1].media")


def test_missing_printers_are_reported(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    begin, end = text.index("[[printers]]"), text.index("[timeouts]\n")
    path = tmp_path / "station.toml"
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    problem = load(path)
    assert isinstance(problem, ConfigProblem)
    assert (problem.code, problem.key) == ("SYS-105", "printers")
