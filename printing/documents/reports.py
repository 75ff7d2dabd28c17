"""诊断报告 and 站点报告: what a station is made of, how it is, and what it did, as a `Report`.

For the maintenance page and whoever counts stations. What needs a hand stands first. It states
machines and counts, never a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .amounts import stamp
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
    """A device, or the platform: its name and state in the words of the maintenance page."""

    name: str
    state: str
    fault: str = ""
    """Code and sentence for staff; empty: none."""


@dataclass(frozen=True, slots=True)
class PrinterState:
    """A printer; ``None`` is what it does not tell."""

    name: str
    state: str
    paper: str | None
    toner: str | None
    sheets_left: int | None = None
    """An estimate."""
    fault: str = ""
    cautions: Sequence[str] = ()
    """What works and should be mended all the same, e.g. a queue that is set unsafely."""


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault that was; ``at`` has a zone."""

    at: datetime
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """What one item took: print jobs, sheets of paper, copies without paper, reprints."""

    item: str
    """Its name as it is shown."""
    jobs: int
    sheets: int
    copies: int
    reprints: int


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """The items of one period, e.g. 今日 or 近 30 天."""

    period: str
    items: Sequence[ItemTotal]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that a diagnostic report states; ``made_at`` has a zone."""

    station: str
    made_at: datetime
    devices: Sequence[DeviceState]
    """Readers, the platform, the terminal itself."""
    printers: Sequence[PrinterState]
    faults: Sequence[FaultLine]
    """The last ones, newest first."""
    totals: Sequence[PeriodTotals]


def diagnostic_report(diagnosis: Diagnosis) -> Report:
    """终端诊断报告, with what needs a hand first."""
    devices = [[each.name, each.state, each.fault or "无"] for each in diagnosis.devices]
    faults = [[stamp(each.at), each.code, each.text] for each in diagnosis.faults]
    return Report(
        diagnosis.station,
        DIAGNOSTIC_TITLE,
        diagnosis.made_at,
        [
            _to_mend(diagnosis),
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
    """站点运行报告: the numbers by item and period."""
    return Report(station, STATION_TITLE, made_at, [_period(each) for each in totals])


def _to_mend(diagnosis: Diagnosis) -> ReportSection:
    """Faults that are there now, and cautions, counted."""
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
