"""Build the `Report` for 诊断报告 and 站点报告: devices of a station, their state, usage counts.

For the maintenance page and for operators who collect statistics. Problems that need action come
first. The reports contain devices and counts, never personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..typesetting.amounts import stamp
from .own_data import Line, Report, ReportColumn, ReportSection

DIAGNOSTIC_TITLE = "终端诊断报告"
STATION_TITLE = "站点运行报告"

_ITEMS = (
    ReportColumn("事项", 6),
    ReportColumn("打印次数", 2, number=True),
    ReportColumn("用纸（张）", 2, number=True),
    ReportColumn("电子件", 2, number=True),
    ReportColumn("补打", 2, number=True),
)
_SUM = "合计"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """The name and state of a device or of the platform, in the words of the maintenance page."""

    name: str
    state: str
    fault: str = ""
    """Fault code and its text for staff; empty: no fault."""


@dataclass(frozen=True, slots=True)
class PrinterState:
    """The state of a printer; ``None``: the printer does not report this value."""

    name: str
    state: str
    paper: str | None
    toner: str | None
    sheets_left: int | None = None
    """Estimated number of sheets left."""
    fault: str = ""
    cautions: Sequence[str] = ()
    """Problems to fix although the printer works, e.g. an unsafe setting of its queue."""


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A past fault; ``at`` has a time zone."""

    at: datetime
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """The usage of one item: print jobs, sheets of paper, electronic copies, reprints."""

    item: str
    """Name of the item as shown on the screen."""
    jobs: int
    sheets: int
    copies: int
    reprints: int


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """The usage of all items in one period, e.g. 今日 or 近 30 天."""

    period: str
    items: Sequence[ItemTotal]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The data of a diagnostic report; ``made_at`` has a time zone."""

    station: str
    made_at: datetime
    devices: Sequence[DeviceState]
    """Readers, the platform, the terminal itself."""
    printers: Sequence[PrinterState]
    faults: Sequence[FaultLine]
    """The most recent faults, newest first."""
    totals: Sequence[PeriodTotals]


def diagnostic_report(diagnosis: Diagnosis) -> Report:
    """Build 终端诊断报告; the problems that need action come first."""
    devices = [[each.name, each.state, each.fault or "无"] for each in diagnosis.devices]
    faults = [[stamp(each.at), each.code, each.text] for each in diagnosis.faults]
    return Report(
        diagnosis.station,
        DIAGNOSTIC_TITLE,
        diagnosis.made_at,
        [
            _to_fix(diagnosis),
            ReportSection(
                "设备与平台",
                columns=[ReportColumn("设备", 3), ReportColumn("状态", 2), ReportColumn("故障", 6)],
                rows=devices,
            ),
            *map(_printer, diagnosis.printers),
            ReportSection(
                "最近故障",
                columns=[ReportColumn("时间", 3), ReportColumn("代码", 2), ReportColumn("故障", 6)],
                rows=faults,
            ),
            *map(_period, diagnosis.totals),
        ],
    )


def station_report(station: str, made_at: datetime, totals: Sequence[PeriodTotals]) -> Report:
    """Build 站点运行报告: usage counts by period and item."""
    return Report(station, STATION_TITLE, made_at, [_period(each) for each in totals])


def _to_fix(diagnosis: Diagnosis) -> ReportSection:
    """Return the section with the number and the list of current faults and cautions."""
    devices: list[DeviceState | PrinterState] = [*diagnosis.devices, *diagnosis.printers]
    found: list[Line] = [(each.name, each.fault) for each in devices if each.fault]
    for printer in diagnosis.printers:
        found += [(printer.name, caution) for caution in printer.cautions]
    words = f"{len(found)} 项" if found else "无"
    return ReportSection("概况", [("需要处理", words), *found])


def _printer(printer: PrinterState) -> ReportSection:
    left = printer.sheets_left
    lines: list[Line] = [
        ("状态", printer.state),
        ("纸张", printer.paper),
        ("余纸估计", None if left is None else f"约 {left} 张"),
        ("墨粉", printer.toner),
    ]
    return ReportSection(f"打印机　{printer.name}", lines, pairs=2)


def _period(totals: PeriodTotals) -> ReportSection:
    rows = [[each.item, *map(_shown, _numbers(each))] for each in totals.items]
    sums = [sum(column) for column in zip(*map(_numbers, totals.items), strict=True)]
    total = [_SUM, *map(_shown, sums)] if len(rows) > 1 else []
    return ReportSection(f"办理统计　{totals.period}", columns=_ITEMS, rows=rows, total=total)


def _shown(number: int) -> str:
    return f"{number:,}"


def _numbers(total: ItemTotal) -> tuple[int, int, int, int]:
    return total.jobs, total.sheets, total.copies, total.reprints
