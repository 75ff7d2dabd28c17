"""All printers of one terminal as one printer: each document goes to the printer with its paper.

Used by a station with more than one queue (A4, cards, receipts). A fault of one printer does not
stop the others. A document whose size no printer has is not printed; it is never scaled or cut.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from devices.health import Fault

from .faults import NO_QUEUE_FOR_SIZE
from .media import fits
from .outcome import Evidence, Outcome, PrintEnded
from .pdf.pages import page_sizes
from .printer import Printer, PrinterChanged, PrinterStatus, PrintEvent, Sink


class PrinterGroup:
    """Several named printers as one ``Printer``. The first is the one for ordinary pages.

    Events come on the thread of their printer. Each ``PrinterChanged`` has its printer's name.

    :raises ValueError: there is no printer, or two have the same name.
    """

    def __init__(self, printers: Sequence[tuple[str, Printer]]) -> None:
        self._printers = dict(printers)
        if not printers or len(self._printers) != len(printers):
            raise ValueError("a group needs at least one printer, and each needs its own name")
        self._sink: Sink | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The printers' names, in their order."""
        return tuple(self._printers)

    @property
    def needs_restart(self) -> bool:
        """Whether any of the printers can print only in a new process."""
        return any(each.needs_restart for each in self._printers.values())

    def start(self, sink: Sink) -> None:
        """Start every printer."""
        self._sink = sink
        for name, printer in self._printers.items():
            printer.start(partial(self._forward, name))

    def _forward(self, name: str, event: PrintEvent | PrinterChanged) -> None:
        if self._sink is not None:
            if isinstance(event, PrinterChanged):
                event = PrinterChanged(event.status, name)
            self._sink(event)

    def status(self) -> PrinterStatus:
        """Return the first printer's status."""
        return next(iter(self._printers.values())).status()

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        """Return every printer's name and status, in their order."""
        return tuple((name, each.status()) for name, each in self._printers.items())

    def submit(self, job: str, document: bytes, pages: int, service: str = "") -> None:
        """Submit the document to the first printer whose paper fits every page.

        Reading the sizes takes some milliseconds on the caller's thread.
        """
        sizes = page_sizes(document)
        if isinstance(sizes, Fault):
            self._refuse(job, pages, sizes)
            return
        for printer in self._printers.values():
            if fits(sizes, printer.status().media):
                printer.submit(job, document, pages, service)
                return
        in_mm = sorted({f"{size.width_mm:.0f}x{size.height_mm:.0f} mm" for size in sizes})
        self._refuse(job, pages, NO_QUEUE_FOR_SIZE.with_detail(", ".join(in_mm)))

    def _refuse(self, job: str, pages: int, fault: Fault) -> None:
        if self._sink is not None:
            self._sink(PrintEnded(job, Outcome.QUEUED, 0, pages, Evidence.CANCELLED, fault))

    def cancel(self, job: str) -> None:
        """Cancel the job at the printer that has it."""
        for printer in self._printers.values():
            printer.cancel(job)

    def clear(self, done: Callable[[bool], None]) -> None:
        """Clear all printers at once.

        ``done`` is called when the last has answered, with ``True`` only if all are empty.
        """
        lock = threading.Lock()
        answers: list[bool] = []

        def answered(empty: bool) -> None:
            with lock:
                answers.append(empty)
                last = len(answers) == len(self._printers)
            if last:
                done(all(answers))

        for printer in self._printers.values():
            printer.clear(answered)

    def tray_checked(self) -> None:
        """Note that staff have checked every output tray."""
        for printer in self._printers.values():
            printer.tray_checked()

    def close(self, timeout_s: float = 2.0) -> None:
        """Close every printer; ``timeout_s`` is for all of them together."""
        until = time.monotonic() + timeout_s
        for printer in self._printers.values():
            printer.close(max(0.0, until - time.monotonic()))
