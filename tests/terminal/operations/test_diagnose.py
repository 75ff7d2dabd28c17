"""The framework of `station diagnose`: time limits, failing checks, exit code and report."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from printing.faults import PAPER_OUT
from terminal import faults
from terminal.operations import diagnose
from terminal.operations.diagnose import (
    Finding,
    Probe,
    Section,
    broken,
    exit_code,
    finding_text,
    fine,
    not_yet,
    report_json,
    report_text,
    unknown,
)
from terminal.words import words

ZH, EN = words("zh"), words("en")
FINE = fine(Section.SERVICE, "diagnose.service.run", pid=7)


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """An event that a check waits for and that is set only after the test."""
    event = threading.Event()
    yield event
    event.set()


def test_findings_are_reported_on_arrival_and_returned_in_order() -> None:
    second_done = threading.Event()

    def first() -> Finding:
        assert second_done.wait(10)
        return FINE

    def second() -> Finding:
        second_done.set()
        return broken(Section.PRINTER, PAPER_OUT)

    arrived: list[Section] = []
    found = diagnose.run(
        [Probe(Section.SERVICE, "", first, 20), Probe(Section.PRINTER, "", second, 20)],
        lambda finding: arrived.append(finding.section),
    )
    assert [each.section for each in found] == [Section.SERVICE, Section.PRINTER]
    assert arrived == [Section.PRINTER, Section.SERVICE]
    assert [each.ok for each in found] == [True, False]


def test_hanging_check_is_unknown_and_blocks_no_other(hanging: threading.Event) -> None:
    def hang() -> Finding:
        hanging.wait(60)
        return FINE

    began = time.monotonic()
    stuck, other = diagnose.run(
        [
            Probe(Section.DISK, "state", hang, 0.05),
            Probe(Section.SERVICE, "", lambda: FINE, 30),
        ]
    )
    assert time.monotonic() - began < 5
    assert other.ok is True
    assert (stuck.ok, stuck.section, stuck.subject) == (None, Section.DISK, "state")
    assert stuck.fault == faults.PROBE_TIMED_OUT
    assert "0.05 s" in stuck.detail
    assert exit_code([stuck, other]) == 1


def test_failing_check_is_unknown_with_only_the_exceptions_type() -> None:
    def fail() -> Finding:
        raise RuntimeError("100101195803120216")

    (found,) = diagnose.run([Probe(Section.FONTS, "", fail, 10)])
    assert found.ok is None
    assert found.fault == faults.PROBE_FAILED
    assert found.detail == "RuntimeError"


@pytest.mark.parametrize(
    ("findings", "failed", "unknown_in", "not_yet_in"),
    [
        ([], [], [], []),
        ([FINE], [], [], []),
        ([FINE, broken(Section.READERS, PAPER_OUT)], ["readers"], [], []),
        ([unknown(Section.PLATFORM, "diagnose.clock.alone")], [], ["platform"], []),
        ([broken(Section.DISK, PAPER_OUT)] * 2, ["disk"], [], []),
        ([fine(Section.DISK, "diagnose.ok"), broken(Section.DISK, PAPER_OUT)], ["disk"], [], []),
        ([broken(Section.JOURNAL, PAPER_OUT), broken(Section.SERVICE, PAPER_OUT)],
         ["service", "journal"], [], []),
        ([broken(each, PAPER_OUT) for each in Section], [each.value for each in Section], [], []),
        ([broken(Section.PRINTER, PAPER_OUT), unknown(Section.PRINTER, "diagnose.printer.mute")],
         ["printer"], ["printer"], []),
        ([FINE, not_yet(Section.JOURNAL, "diagnose.journal.notyet")], [], ["journal"],
         ["journal"]),
    ],
)  # fmt: skip
def test_exit_code_is_1_if_anything_is_not_fine(
    findings: list[Finding], failed: list[str], unknown_in: list[str], not_yet_in: list[str]
) -> None:
    code = 1 if failed or unknown_in else 0
    assert exit_code(findings) == code
    result = report_json(findings, [EN])
    assert result["exit_code"] == code
    assert (result["failed"], result["unknown"], result["not_yet"]) == (
        failed,
        unknown_in,
        not_yet_in,
    )


def test_failed_sections_never_give_the_configuration_exit_code() -> None:
    """The exit code once had one bit per section; then 78 was the sum of four of them."""
    four = (Section.READERS, Section.PRINTER, Section.PLATFORM, Section.DISK)
    assert exit_code([broken(each, PAPER_OUT) for each in four]) == 1


def test_documented_sections_match_the_code() -> None:
    text = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text[text.index("| Section | Checks |") :].split("\n\n", 1)[0]
    documented = re.findall(r"^\| (\w+) \|", table, re.MULTILINE)[1:]
    assert documented == [each.value for each in Section]


def test_each_finding_reports_its_state() -> None:
    findings = [
        FINE,
        broken(Section.READERS, PAPER_OUT),
        unknown(Section.CLOCK, "diagnose.clock.alone"),
        not_yet(Section.JOURNAL, "diagnose.journal.notyet"),
    ]
    result = report_json(findings, [EN])["findings"]
    assert [each["state"] for each in result] == ["fine", "failed", "unknown", "not_yet"]
    assert [each["ok"] for each in result] == [True, False, None, None]
    lines = [finding_text(each, EN).split(" ", 2) for each in findings]
    assert [line[0] for line in lines] == ["ok", "FAULT", "UNKNOWN", "NOT"]


def test_fault_is_reported_with_its_fix_in_both_languages() -> None:
    paper = broken(Section.PRINTER, PAPER_OUT.with_detail("tray 2"), "device")
    result = report_json([FINE, paper], [ZH, EN])
    assert result["exit_code"] == 1
    service, printer = result["findings"]
    assert service["sentence"]["zh"] == "终端在运行（进程 7）"
    assert service["mend"] == {"zh": "", "en": ""}
    assert printer["fault"] == "PRN-104"
    assert printer["sentence"] == {
        "zh": ZH.form("PRN-104", "cause"),
        "en": EN.form("PRN-104", "cause"),
    }
    assert "A4" in printer["mend"]["zh"]
    assert printer["detail"] == "tray 2"
    text = report_text([FINE, paper], EN)
    assert len(text.splitlines()) == 3
    assert "(PRN-104) tray 2" in text
    assert f"→ {EN.form('PRN-104', 'fix')}" in text


def test_unknown_finding_includes_a_fix() -> None:
    text = finding_text(unknown(Section.PRINTER, "diagnose.printer.mute", "device"), ZH)
    assert text.startswith("不明 打印机 [device]: ")
    assert "device_uri" in text.splitlines()[1]


def test_every_text_of_the_checks_exists_in_both_languages() -> None:
    folder = Path(diagnose.__file__).parent
    source = "".join(each.read_text("utf-8") for each in sorted(folder.glob("*.py")))
    used = set(re.findall(r'"(diagnose\.[a-z.]+)"', source))
    used |= {f"diagnose.section.{each.value}" for each in Section}
    assert "diagnose.journal.ok" in used
    for table in (ZH, EN):
        assert not used - table.ids()
        there = {key for key in table.ids() if key.startswith("diagnose.")}
        assert not there - used
    for key in re.findall(r'(?:unknown|not_yet)\(\s*[\w.]+, "(diagnose\.[a-z.]+)"', source):
        assert ZH.form(key, "fix")
        assert EN.form(key, "fix")
