"""The frame of `station diagnose`: every check bounded, its failures findings, its code exact."""

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
    report_json,
    report_text,
    unknown,
)
from terminal.words import words

ZH, EN = words("zh"), words("en")
FINE = fine(Section.SERVICE, "diagnose.service.run", pid=7)


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """Something that a check waits for and that does not come before the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_findings_keep_the_order_of_the_checks_and_come_as_they_are_made() -> None:
    second_done = threading.Event()

    def first() -> Finding:
        assert second_done.wait(10)
        return FINE

    def second() -> Finding:
        second_done.set()
        return broken(Section.PRINTER, PAPER_OUT)

    heard: list[Section] = []
    found = diagnose.run(
        [Probe(Section.SERVICE, "", first, 20), Probe(Section.PRINTER, "", second, 20)],
        lambda finding: heard.append(finding.section),
    )
    assert [each.section for each in found] == [Section.SERVICE, Section.PRINTER]
    assert heard == [Section.PRINTER, Section.SERVICE]
    assert [each.ok for each in found] == [True, False]


def test_a_check_that_hangs_is_unknown_and_holds_nobody_up(hanging: threading.Event) -> None:
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
    assert exit_code([stuck, other]) == Section.DISK


def test_a_check_that_fails_is_unknown_and_tells_no_more_than_the_errors_name() -> None:
    def fail() -> Finding:
        raise RuntimeError("100101195803120216")

    (found,) = diagnose.run([Probe(Section.FONTS, "", fail, 10)])
    assert found.ok is None
    assert found.fault == faults.PROBE_FAILED
    assert found.detail == "RuntimeError"


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([FINE], 0),
        ([FINE, broken(Section.READERS, PAPER_OUT)], 2),
        ([unknown(Section.PLATFORM, "diagnose.clock.alone")], 8),
        ([broken(Section.DISK, PAPER_OUT), broken(Section.DISK, PAPER_OUT)], 64),
        ([broken(Section.DISK, PAPER_OUT), fine(Section.DISK, "diagnose.ok")], 64),
        ([broken(Section.SERVICE, PAPER_OUT), broken(Section.JOURNAL, PAPER_OUT)], 129),
        ([broken(each, PAPER_OUT) for each in Section], 255),
    ],
)
def test_the_exit_code_is_the_sum_of_what_is_not_fine(findings: list[Finding], code: int) -> None:
    assert exit_code(findings) == code


def test_the_sections_bits_are_those_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| (\w+) \| (\d+) \|", text, re.MULTILINE))
    assert documented == {each.name.lower(): str(each.value) for each in Section}


def test_a_fault_is_told_with_what_to_do_in_both_languages() -> None:
    paper = broken(Section.PRINTER, PAPER_OUT.with_detail("tray 2"), "device")
    told = report_json([FINE, paper], [ZH, EN])
    assert told["exit_code"] == 4
    service, printer = told["findings"]
    assert service["sentence"]["zh"] == "终端在运行（进程 7）"
    assert service["mend"] == {"zh": "", "en": ""}
    assert printer["fault"] == "PRN-104"
    assert printer["sentence"] == {"zh": ZH.text("PRN-104"), "en": EN.text("PRN-104")}
    assert "A4" in printer["mend"]["zh"]
    assert printer["detail"] == "tray 2"
    text = report_text([FINE, paper], EN)
    assert len(text.splitlines()) == 3
    assert "(PRN-104) tray 2" in text
    assert f"→ {EN.form('PRN-104', 'mend')}" in text


def test_an_unknown_finding_also_says_what_to_do() -> None:
    text = finding_text(unknown(Section.PRINTER, "diagnose.printer.mute", "device"), ZH)
    assert text.startswith("不明 打印机 [device]: ")
    assert "device_uri" in text.splitlines()[1]


def test_every_word_that_a_check_uses_is_there_in_both_languages() -> None:
    folder = Path(diagnose.__file__).parent
    source = "".join(each.read_text("utf-8") for each in sorted(folder.glob("*.py")))
    used = set(re.findall(r'"(diagnose\.[a-z.]+)"', source))
    used |= {f"diagnose.section.{each.name.lower()}" for each in Section}
    used |= {"diagnose.ok", "diagnose.fault", "diagnose.unknown"}
    assert "diagnose.journal.ok" in used
    for table in (ZH, EN):
        assert not used - table.ids()
        there = {key for key in table.ids() if key.startswith("diagnose.")}
        assert not there - used
    for key in re.findall(r'unknown\(\s*[\w.]+, "(diagnose\.[a-z.]+)"', source):
        assert ZH.form(key, "mend")
        assert EN.form(key, "mend")
