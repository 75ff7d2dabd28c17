"""The pages that the terminal typesets for maintainers: the test page and the diagnostic report.

Used by the maintenance page; run on a worker, because loading fonts blocks. They contain states and
counts of machines, never data of a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from devices.health import Fault
from printing.documents import (
    DeviceState,
    Diagnosis,
    FaultLine,
    ItemTotal,
    PeriodTotals,
    PrinterState,
    TestPage,
    diagnostic_report,
    render,
)
from printing.printer import PrinterStatus

from ..session.model import PastFault, Station, Total, Totals
from ..words import Words, words

LANGUAGE = "zh"
"""Printed pages are in Chinese, whatever the page's language."""

Lines = list[tuple[str, str]]


def set_test_page(station_name: str, station: Station) -> bytes | Fault:
    """Typeset the maintenance test page with the current state of the page printer."""
    table = words(LANGUAGE)
    now = datetime.now().astimezone()
    lines = _printer(table, table.text("maintenance.printer"), station.printer)
    return render(TestPage(station=station_name, printed_at=now, lines=lines), sample=False)


def set_report(
    station_name: str, station: Station, faults: Sequence[PastFault], totals: Totals
) -> bytes | Fault:
    """Typeset the diagnostic report: devices, platform, recent faults, and what was given out."""
    table = words(LANGUAGE)
    diagnosis = Diagnosis(
        station=station_name,
        made_at=datetime.now().astimezone(),
        devices=_devices(table, station),
        printers=[_state(table, name, printer) for name, printer in station.printers],
        faults=[_fault(table, past) for past in faults],
        totals=[
            _given(table, station, table.text("report.today"), totals.today),
            _given(table, station, table.text("report.month"), totals.month),
        ],
    )
    return render(diagnostic_report(diagnosis), sample=False)


def _devices(table: Words, station: Station) -> list[DeviceState]:
    found = [
        DeviceState(
            table.text("maintenance.reader", name=name),
            table.text(f"status.{reader.status.value}"),
            _fault_text(table, reader.fault),
        )
        for name, reader in station.readers
    ]
    online = table.text("status.online" if station.platform is None else "status.offline")
    platform = table.text("maintenance.platform")
    found.append(DeviceState(platform, online, _fault_text(table, station.platform)))
    why = station.blocked or station.own
    if why is not None:
        blocked = table.text("maintenance.blocked")
        found.append(DeviceState(blocked, why.code, _fault_text(table, why)))
    return found


def _state(table: Words, name: str, printer: PrinterStatus) -> PrinterState:
    return PrinterState(
        name,
        table.text(f"status.{printer.status.value}"),
        table.text(f"paper.{printer.paper.value}"),
        table.text(f"toner.{printer.toner.value}"),
        printer.sheets_left,
        "\n".join(_fault_text(table, fault) for fault in printer.faults),
        [_fault_text(table, caution) for caution in printer.cautions],
    )


def _fault_text(table: Words, fault: Fault | None) -> str:
    if fault is None:
        return ""
    parts = (fault.code, table.form(fault.code, "cause"), fault.detail)
    return " ".join(part for part in parts if part)


def _printer(table: Words, heading: str, printer: PrinterStatus) -> Lines:
    return [
        (heading, table.text(f"status.{printer.status.value}")),
        (table.text("maintenance.paper"), table.text(f"paper.{printer.paper.value}")),
        (table.text("maintenance.toner"), table.text(f"toner.{printer.toner.value}")),
        *((fault.code, table.form(fault.code, "cause")) for fault in printer.faults),
    ]


def _fault(table: Words, past: PastFault) -> FaultLine:
    """Return a past fault; a code of an earlier version may have no text any more."""
    text = table.form(past.code, "cause") if past.code in table.ids() else ""
    description = " ".join(part for part in (text, past.detail) if part)
    return FaultLine(datetime.fromisoformat(past.at), past.code, description)


def _given(table: Words, station: Station, period: str, totals: Sequence[Total]) -> PeriodTotals:
    titles = {item.id: next(iter(item.title.values()), item.id) for item in station.items}
    own = {"test-page": table.text("report.test_page"), "report": table.text("report.title")}
    return PeriodTotals(
        period,
        [
            ItemTotal(
                own.get(total.item) or titles.get(total.item, total.item),
                total.jobs,
                total.sheets,
                total.copies,
                total.reprints,
            )
            for total in totals
        ],
    )
