"""The reports of a station: problems that need action come first, and totals are correct."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.documents import (
    DeviceState,
    ItemTotal,
    PeriodTotals,
    Report,
    diagnostic_report,
    station_report,
)

from .. import samples_reports
from ..samples_reports import STATION, WHEN, diagnosis
from .test_documents import made, squeezed, text_of

pytestmark = pytest.mark.process


def lines_of(report: Report) -> list[str]:
    """Return the lines of the printed report, without spaces."""
    return [
        squeezed(line) for line in text_of(made(report), "-layout").splitlines() if line.strip()
    ]


def test_problems_that_need_action_come_first_and_are_counted() -> None:
    lines = lines_of(diagnostic_report(diagnosis()))
    at = lines.index("需要处理2项")
    below = "".join(lines[at : lines.index("设备与平台")])
    assert "CRD-105读卡器已拔出" in below
    assert "PRN-112打印队列的出错策略" in below
    assert "PRN-104" not in below  # a past fault


def test_report_of_a_station_without_faults() -> None:
    fine = replace(
        diagnosis(),
        devices=[DeviceState("身份证阅读器", "在线")],
        printers=[],
        faults=[],
        totals=[],
    )
    lines = lines_of(diagnostic_report(fine))
    assert "需要处理无" in lines
    assert lines[lines.index("最近故障") + 2] == "无记录"


def test_values_that_a_printer_does_not_report_are_printed_as_not_provided() -> None:
    lines = lines_of(diagnostic_report(diagnosis()))
    at = lines.index("打印机凭条打印机")
    assert lines[at + 1 : at + 3] == ["状态在线纸张充足", "余纸估计未提供墨粉未提供"]
    assert "余纸估计约58张墨粉正常" in lines


def test_times_are_in_china_time() -> None:
    assert any(line.startswith("2026-11-2116:18:05CRD-105") for line in lines_of(
        samples_reports.diagnostic()
    ))  # fmt: skip


def test_totals_are_the_sums_of_the_rows() -> None:
    lines = lines_of(samples_reports.numbers())
    assert "合计677291" in lines  # 67, 72, 9, 1
    assert "合计2,0772,35232312" in lines
    assert "社会保险个人参保证明1,2041,2311889" in lines


@pytest.mark.parametrize("count", [0, 1])
def test_report_has_no_total_for_fewer_than_two_items(count: int) -> None:
    items = [ItemTotal("住房公积金明细", 3, 5, 0, 0)] * count
    lines = lines_of(station_report(STATION, WHEN, [PeriodTotals("今日", items)]))
    assert not any(line.startswith("合计") for line in lines)
    assert ("无记录" in lines) is (count == 0)
