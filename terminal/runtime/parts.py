"""The parts that a runtime is given: devices, platform, records, and the papers it sets itself.

For the composition, which makes them, and the runtime, which carries out with them what the
session's table decides. Nothing here does anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from devices.health import Fault
from devices.readers.protocol import Reader
from printing.printer import Printer, PrinterStatus
from terminal.session import effects as ef
from terminal.session.model import Station

if TYPE_CHECKING:
    # For its type alone: it is slow to import, and the first page is painted without it.
    from terminal.workers.journal_writer import Records

PRINTER = "printer"
"""The name of a station's only printer."""


@runtime_checkable
class Several(Protocol):
    """Several printers as one, each of a name (`printing.printer_group`)."""

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        """The state of each as last known, the page printer first."""
        ...


class Asker(Protocol):
    """Answers what a visit asks of the platform (`terminal.workers.visit_requests.Asks`)."""

    def answer(self, ask: ef.Ask) -> object:
        """Block until it is answered; the answer is an event."""
        ...


@dataclass(frozen=True)
class Parts:
    """What the composition hands to the runtime.

    ``test_page`` and ``report`` set the maintenance test page and the diagnostic report (PDF
    bytes) from the station's state, or say why they cannot; they run on a worker.
    """

    readers: tuple[Reader, ...]
    printer: Printer
    asks: Asker
    records: Records
    test_page: Callable[[Station], bytes | Fault]
    report: Callable[[Station], bytes | Fault]


def printers(printer: Printer) -> tuple[tuple[str, PrinterStatus], ...]:
    """Each printer's state as known now, the page printer first."""
    if isinstance(printer, Several):
        return printer.statuses()
    return ((PRINTER, printer.status()),)
