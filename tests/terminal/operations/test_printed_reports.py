"""The pages that the terminal typesets itself: their text, read back from the PDF."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest

from devices.faults import READER_UNPLUGGED
from devices.health import Fault
from printing.faults import LEFTOVER_JOB, PAPER_OUT, QUEUE_UNSAFE
from printing.pdf.pages import page_count
from terminal.operations.printed_reports import set_report, set_test_page
from terminal.platform.faults import UNREACHABLE
from terminal.session.model import PastFault, Total, Totals
from tests.terminal.session_world import DESK, FREE, NO_PAPER, READY, UNPLUGGED, station

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")

PAST = (
    PastFault("2026-11-21T14:02:10+08:00", PAPER_OUT.code, "media-empty"),
    PastFault("2026-11-21T13:58:41+08:00", "OLD-999", "of an earlier version"),
)
TOTALS = Totals(
    today=(Total("free", 3, 5, 2, 1),),
    month=(
        Total("free", 90, 143, 21, 4),
        Total("gone-item", 7, 8, 0, 0),
        Total("report", 1, 2, 0, 0),
    ),
)


def text_of(pdf: bytes | Fault) -> str:
    assert isinstance(pdf, bytes), pdf
    found = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    )
    return " ".join(found.stdout.decode().split())


@pytest.mark.process
def test_report_lists_devices_platform_faults_and_totals() -> None:
    at = station(
        readers=((DESK, UNPLUGGED),),
        printers=(("pages", replace(READY, cautions=(QUEUE_UNSAFE,))), ("cards", NO_PAPER)),
        platform=UNREACHABLE.with_detail("connect: refused"),
        blocked=LEFTOVER_JOB,
    )
    text = text_of(set_report("人民路药房站", at, PAST, TOTALS))
    for wanted in (
        "人民路药房站", "诊断报告", DESK, READER_UNPLUGGED.code, "pages", "cards", PAPER_OUT.code,
        QUEUE_UNSAFE.code, UNREACHABLE.code, "connect: refused", LEFTOVER_JOB.code,
        "2026-11-21 14:02:10", "需要处理 5项", "合计 98 153 21 4",
        "media-empty", "OLD-999", "free 3 5 2 1", "free 90 143 21 4",
        "gone-item 7 8 0 0", "诊断报告 1 2 0 0",
    ):  # fmt: skip
        assert wanted in text, wanted


@pytest.mark.process
def test_report_without_faults_says_so() -> None:
    text = text_of(set_report("人民路药房站", station(), (), Totals()))
    assert text.count("无记录") == 3
    assert FREE.id not in text


def test_long_history_needs_more_than_one_page() -> None:
    pdf = set_report("人民路药房站", station(), PAST * 60, TOTALS)
    assert isinstance(pdf, bytes)
    pages = page_count(pdf)
    assert isinstance(pages, int)
    assert pages > 1


@pytest.mark.process
def test_test_page_shows_the_printers_state() -> None:
    text = text_of(set_test_page("人民路药房站", station(printer=NO_PAPER)))
    assert "人民路药房站" in text
    assert PAPER_OUT.code in text
