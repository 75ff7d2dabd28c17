"""The papers that the terminal sets by itself for those who keep it: test page, diagnostic report.

For the maintenance page; on a worker, for both block while fonts are loaded. They are about
machines and counts, never about a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from devices.health import Fault
from printing.documents import Report, ReportColumn, ReportSection, TestPage, render
from printing.printer import PrinterStatus
from terminal.session.model import PastFault, Station, Total, Totals
from terminal.words import Words, words

LANGUAGE = "zh"
"""Paper is in Chinese, whatever the page's language is."""

Lines = list[tuple[str, str]]


def set_test_page(station_name: str, station: Station) -> bytes | Fault:
    """The maintenance test page, with the page printer's state as it is known now."""
    table = words(LANGUAGE)
    now = datetime.now().astimezone()
    lines = _printer(table, table.text("maintenance.printer"), station.printer)
    return render(TestPage(station=station_name, printed_at=now, lines=lines), sample=False)


def set_report(
    station_name: str, station: Station, faults: Sequence[PastFault], totals: Totals
) -> bytes | Fault:
    """The diagnostic report: the devices and the platform now, what went wrong, what was given."""
    table = words(LANGUAGE)
    report = Report(
        station=station_name,
        title=table.text("report.title"),
        made_at=datetime.now().astimezone(),
        sections=(
            ReportSection(table.text("maintenance.devices"), _devices(table, station)),
            ReportSection(
                table.text("maintenance.faults"),
                columns=(
                    ReportColumn(table.text("report.when"), 3),
                    ReportColumn(table.text("report.code"), 1.2),
                    ReportColumn(table.text("report.fault"), 4),
                    ReportColumn(table.text("report.detail"), 3),
                ),
                rows=[_fault(table, past) for past in faults],
            ),
            _given(table, station, table.text("report.today"), totals.today),
            _given(table, station, table.text("report.month"), totals.month),
        ),
    )
    return render(report, sample=False)


def _devices(table: Words, station: Station) -> Lines:
    lines: Lines = []
    for name, reader in station.readers:
        text = table.text(f"status.{reader.status.value}")
        lines.append((table.text("maintenance.reader", name=name), _with(text, reader.fault)))
    for name, printer in station.printers:
        heading = table.text("report.printer", name=name)
        lines += _printer(table, heading, printer)
        lines += [(caution.code, table.text(caution.code)) for caution in printer.cautions]
    platform = station.platform
    text = table.text("status.online") if platform is None else table.text(platform.code)
    lines.append((table.text("maintenance.platform"), _with(text, platform)))
    why = station.blocked or station.own
    if why is not None:
        lines.append((table.text("maintenance.blocked"), _with(table.text(why.code), why)))
    return lines


def _printer(table: Words, heading: str, printer: PrinterStatus) -> Lines:
    return [
        (heading, table.text(f"status.{printer.status.value}")),
        (table.text("maintenance.paper"), table.text(f"paper.{printer.paper.value}")),
        (table.text("maintenance.toner"), table.text(f"toner.{printer.toner.value}")),
        *((fault.code, table.text(fault.code)) for fault in printer.faults),
    ]


def _with(text: str, fault: Fault | None) -> str:
    if fault is None:
        return text
    return " ".join(part for part in (text, fault.code, fault.detail) if part)


def _fault(table: Words, past: PastFault) -> tuple[str, str, str, str]:
    """A code of an earlier version has no words any more."""
    text = table.text(past.code) if past.code in table.ids() else ""
    return (past.at, past.code, text, past.detail)


def _given(table: Words, station: Station, heading: str, totals: Sequence[Total]) -> ReportSection:
    titles = {item.id: next(iter(item.title.values()), item.id) for item in station.items}
    own = {"test-page": table.text("report.test_page"), "report": table.text("report.title")}
    return ReportSection(
        heading,
        columns=(
            ReportColumn(table.text("report.item"), 5),
            ReportColumn(table.text("report.jobs"), 1, number=True),
            ReportColumn(table.text("report.sheets"), 1, number=True),
            ReportColumn(table.text("report.copies"), 1, number=True),
            ReportColumn(table.text("report.reprints"), 1, number=True),
        ),
        rows=[
            (
                own.get(total.item) or titles.get(total.item, total.item),
                *(str(n) for n in (total.jobs, total.sheets, total.copies, total.reprints)),
            )
            for total in totals
        ],
    )
